"""A page of the roadmap as a drawing: one bar a line, phases as bands, the line of now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roadmap.boards.pieces import Board, Gathered, Reader, Row
from roles.schooltime import ONE_DAY

WIDTH, GUTTER, HEAD = 1100, 142, 38
ROW, BAR, MARK = 21, 13, 14
LETTER, BAND_LETTERS = 6.4, 19
LONGEST = 64
EDGE = 8


@dataclass(frozen=True)
class Bar:
    """One line, in units of the drawing. `x` of the mark and of the words; `before`: the words end
    there instead of beginning there. `moves`: its date can be moved.
    """

    row: Row | Gathered
    kind: str
    shape: str
    name: str
    words: str
    x: float
    y: float
    width: float
    mark_x: float
    words_x: float
    before: bool
    due: dt.date
    starts: dt.date

    @property
    def text_y(self) -> float:
        return self.y + BAR - 2

    @property
    def mark_y(self) -> float:
        return self.y - (MARK - BAR) / 2

    @property
    def fill_width(self) -> float:
        """The part of the bar that is filled for what is in progress."""
        return self.width / 2


@dataclass(frozen=True)
class Band:
    """A phase: its name in lines of (y, words), and its bars."""

    title: str
    note: str
    words: Sequence[tuple[float, str]]
    y: float
    height: float
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Month:
    x: float
    words: str
    is_january: bool


@dataclass(frozen=True)
class Timeline:
    """`scale`: units a day. `now_x` is empty where today lies outside."""

    first: dt.date
    last: dt.date
    scale: float
    height: float
    months: Sequence[Month]
    bands: Sequence[Band]
    now_x: float | None
    finding: str
    width: int = WIDTH
    left: int = GUTTER
    bar: int = BAR
    mark: int = MARK
    head: int = HEAD


SHAPES = {
    "done": "check",
    "in_progress": "half",
    "not_started": "ring",
    "at_risk": "triangle",
    "blocked": "bar",
    "late": "clock",
    "not_applicable": "slashed",
}


def timeline(board: Board, reader: Reader) -> Timeline:
    """Draw the lines of one page."""
    rows = board.rows
    if not rows:
        return Timeline(reader.today, reader.today, 1, HEAD, [], [], None, "")
    first = min(min(_starts(row) for row in rows), reader.year.starts_on)
    last = max(max(_due(row) for row in rows), reader.year.ends_on)
    first, last = first.replace(day=1), last + 7 * ONE_DAY
    scale = (WIDTH - GUTTER - EDGE) / ((last - first).days + 1)
    bands, y = [], float(HEAD)
    for section in board.sections:
        words = _wrapped(section.title)
        bars = [
            _bar(row, first, scale, y + n * ROW + (ROW - BAR) / 2)
            for n, row in enumerate(section.rows)
        ]
        height = ROW * max(len(bars), len(words) + 1)
        placed = [(y + 15 + 16 * n, line) for n, line in enumerate(words)]
        bands.append(Band(section.title, section.note, placed, y, height, bars))
        y += height
    return Timeline(
        first=first,
        last=last,
        scale=scale,
        height=y + 4,
        months=_months(first, last, scale),
        bands=bands,
        now_x=_x(reader.today, first, scale) if first <= reader.today <= last else None,
        finding=_finding(rows),
    )


def _bar(row: Row | Gathered, first: dt.date, scale: float, y: float) -> Bar:
    kind, name, title, state = _said(row)
    starts, due = _starts(row), _due(row)
    x = _x(starts, first, scale)
    width = max((due - starts).days + 1, 4) * scale
    width = max(width, 6.0)
    end, besides = x + width, MARK + 8
    words = _fit(title, state, LONGEST)
    before = len(words) * LETTER > WIDTH - end - besides and x > WIDTH - end
    room = (x - GUTTER if before else WIDTH - end) - besides
    words = _fit(title, state, min(LONGEST, int(room / LETTER)))
    mark_x = x - MARK - 4 if before else end + 4
    words_x = mark_x - 4 if before else mark_x + MARK + 4
    return Bar(
        row, kind, SHAPES[kind], name, words, round(x, 1), round(y, 1), round(width, 1),
        round(mark_x, 1), round(words_x, 1), before, due, starts,
    )  # fmt: skip


def _said(row: Row | Gathered) -> tuple[str, str, str, str]:
    """The state that is drawn, the full name for the ear, and what the drawing says: title, and how
    it stands where its mark does not say that.
    """
    if isinstance(row, Gathered):
        group = row.group
        dates = f"{_day(group.starts)} to {_day(group.last)}"
        return group.kind, f"{group.title}: {group.words}, {dates}", group.title, group.words
    milestone = row.milestone
    kind = row.kind if row.kind in SHAPES else milestone.state
    dates = f"{_day(milestone.starts_on)} to {_day(milestone.due_on)}"
    name = f"{milestone.title}, {row.label}, {dates}, {milestone.owner_words}"
    plain = kind in ("done", "not_started", "in_progress") and row.kind == kind
    return kind, name, milestone.title, "" if plain else _lower(row.label)


def _fit(title: str, state: str, most: int) -> str:
    """Title and state in so many letters; the state stays whole."""
    if not state:
        return _cut(title, most)
    return f"{_cut(title, max(most - len(state) - 2, 12))}: {state}"


def _finding(rows: Iterable[Row | Gathered]) -> str:
    """The drawing in a sentence: what is late, blocked or at risk, else that nothing is."""
    said = []
    for kind, words in (("late", "Late"), ("blocked", "Blocked"), ("at_risk", "At risk")):
        found = [_title(row) for row in rows if row.kind == kind]
        if found:
            more = f" and {len(found) - 3} more" if len(found) > 3 else ""
            said.append(f"{words}: {'; '.join(_cut(title, 60) for title in found[:3])}{more}.")
    return " ".join(said) or "Nothing is late, blocked or at risk."


def _title(row: Row | Gathered) -> str:
    return row.group.title if isinstance(row, Gathered) else row.milestone.title


def _starts(row: Row | Gathered) -> dt.date:
    return row.group.starts if isinstance(row, Gathered) else row.milestone.starts_on


def _due(row: Row | Gathered) -> dt.date:
    return row.group.last if isinstance(row, Gathered) else row.milestone.due_on


def _x(day: dt.date, first: dt.date, scale: float) -> float:
    return round(GUTTER + (day - first).days * scale, 1)


def _months(first: dt.date, last: dt.date, scale: float) -> list[Month]:
    found, month = [], first
    while month <= last:
        said = f"{month:%b}" if month.month > 1 else f"{month:%Y}"
        found.append(Month(_x(month, first, scale), said, month.month == 1))
        month = (month.replace(day=1) + 32 * ONE_DAY).replace(day=1)
    return found


def _wrapped(title: str) -> list[str]:
    """In lines that fit beside the bars; a longer word stands out."""
    found: list[str] = []
    for word in title.split():
        if found and len(found[-1]) + len(word) < BAND_LETTERS:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",;:. ") + "\N{HORIZONTAL ELLIPSIS}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _day(day: dt.date) -> str:
    return f"{day:%B} {day.day}"

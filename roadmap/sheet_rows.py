"""What the rows of a table of milestones mean, and what is wrong with them. No Django here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from roadmap.spreadsheets import KNOWN

WEEKS, SCHOOL_DAYS = "weeks", "school_days"
FIRST, LAST, OWN = "first_student_day", "last_student_day", "own"
KINDS = {
    "": FIRST,
    "first student day": FIRST,
    "first day of school": FIRST,
    "last student day": LAST,
    "last day of school": LAST,
}
UNITS = {"": WEEKS, "week": WEEKS, "weeks": WEEKS, "school day": SCHOOL_DAYS}
UNITS |= {"school days": SCHOOL_DAYS, "school_days": SCHOOL_DAYS}
ALL = "all"
CODE = re.compile(r"\d[a-z](\.\d)?")
DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d, %Y", "%B %d, %Y")
FURTHEST = 400  # weeks or school days from an anchor
LONGEST = {
    "key": 10, "phase": 80, "title": 160, "why": 400, "proof": 200, "counted_from": 60,
    "repeats": 120,
}  # fmt: skip
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Wrong:
    """What cannot be taken: where, what was expected there, and what stands there."""

    row: int
    column: str
    expected: str
    got: str


@dataclass(frozen=True)
class Row:
    """One milestone of a file. Offsets and dates are None where the file has none; `given` are the
    keys of the columns that the row fills in.
    """

    number: int
    key: str = ""
    phase: str = ""
    title: str = ""
    why: str = ""
    proof: str = ""
    supports: tuple[str, ...] = ()
    owner_role: str = ""
    anchor_kind: str = FIRST
    anchor_label: str = ""
    unit: str = WEEKS
    starts: int | None = None
    due: int | None = None
    after: tuple[str, ...] = ()
    repeats: str = ""
    approaches: tuple[str, ...] = ()
    start_date: dt.date | None = None
    due_date: dt.date | None = None
    given: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Names:
    """What a file may call things here: roles by key and by title, approaches by key and by words,
    both in small letters, each with its key.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    approaches: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Meant:
    """The rows that can be taken, and all that is wrong with the others."""

    rows: tuple[Row, ...] = ()
    wrong: tuple[Wrong, ...] = ()


def meaning(cells: Sequence[tuple[int, Mapping[str, str]]], names: Names, *, dates: bool) -> Meant:
    """Read every row. `dates`: a day stands for a due date; else only offsets do."""
    reader = _Reader(names, dates=dates)
    rows = [reader.row(number, row) for number, row in cells]
    keys: dict[str, int] = {}
    for row in rows:
        if row.key and row.key in keys:
            expected = f"another key than in row {keys[row.key]}"
            reader.wrong.append(Wrong(row.number, "Key", expected, row.key))
        keys.setdefault(row.key, row.number)
    bad = {each.row for each in reader.wrong}
    good = tuple(row for row in rows if row.number not in bad)
    wrong = sorted(reader.wrong, key=lambda each: each.row)
    return Meant(good, tuple(wrong))


class _Reader:
    def __init__(self, names: Names, *, dates: bool) -> None:
        self.names, self.dates = names, dates
        self.wrong: list[Wrong] = []
        self._number, self._cells = 0, dict[str, str]()

    def row(self, number: int, cells: Mapping[str, str]) -> Row:
        self._number, self._cells = number, dict(cells)
        kind, label = self._anchor()
        row = Row(
            number=number,
            key=self._words("key"),
            phase=self._needed("phase"),
            title=self._needed("title"),
            why=self._words("why"),
            proof=self._words("proof"),
            supports=self._each("supports", self._code),
            owner_role=self._named("owner_role", self.names.roles, "a role of this district"),
            anchor_kind=kind,
            anchor_label=label,
            unit=self._chosen("unit", UNITS, "weeks or school days"),
            starts=self._figure("starts"),
            due=self._figure("due"),
            after=self._each("after", lambda key: key[:10]),
            repeats=self._words("repeats"),
            approaches=self._approaches(),
            start_date=self._day("start_date") if self.dates else None,
            due_date=self._day("due_date") if self.dates else None,
            given=frozenset(cells),
        )
        return self._in_order(row)

    def _in_order(self, row: Row) -> Row:
        """A row needs a due date of some kind, and starts no later than that."""
        if row.due is None and row.due_date is None:
            if not {"due", "due_date"} & self._complained:
                dates = ", or a Due date" if self.dates else " (no dates)"
                self._complain("due", f"a whole number{dates}")
            return row
        if row.due is not None and row.starts is not None and row.starts > row.due:
            self._complain("starts", f"at most {row.due}, what stands under Due")
        late = row.start_date and row.due_date and row.start_date > row.due_date
        if late and row.due is None:
            self._complain("start_date", f"{row.due_date} or earlier")
        return row if row.due is None or row.starts is not None else replace(row, starts=row.due)

    @property
    def _complained(self) -> set[str]:
        here = [each.column for each in self.wrong if each.row == self._number]
        return {key for key, column in KNOWN.items() if column.name in here}

    def _complain(self, key: str, expected: str, got: str | None = None) -> None:
        found = self._cells.get(key, "") if got is None else got
        self.wrong.append(Wrong(self._number, KNOWN[key].name, expected, found[:80] or "nothing"))

    def _words(self, key: str) -> str:
        words = self._cells.get(key, "")
        if len(words) > LONGEST[key]:
            self._complain(key, f"at most {LONGEST[key]} characters", f"{len(words)} characters")
        return words

    def _needed(self, key: str) -> str:
        words = self._words(key)
        if not words:
            self._complain(key, "some words")
        return words

    def _named(self, key: str, known: Mapping[str, str], expected: str) -> str:
        words = self._cells.get(key, "")
        found = known.get(words.lower(), "")
        if words and not found:
            self._complain(key, expected)
        return found

    def _chosen(self, key: str, known: Mapping[str, str], expected: str) -> str:
        found = known.get(self._cells.get(key, "").lower())
        if found is None:
            self._complain(key, expected)
        return found or ""

    def _anchor(self) -> tuple[str, str]:
        words = self._words("counted_from")
        kind = KINDS.get(words.lower(), OWN)
        return kind, words if kind == OWN else ""

    def _figure(self, key: str) -> int | None:
        words = self._cells.get(key, "").replace("\u2212", "-")
        if not words:
            return None
        if not re.fullmatch(r"[+-]?\d{1,4}", words) or abs(int(words)) > FURTHEST:
            self._complain(key, f"a whole number between -{FURTHEST} and {FURTHEST}")
            return None
        return int(words)

    def _day(self, key: str) -> dt.date | None:
        words = self._cells.get(key, "")
        day = read_day(words)
        if words and day is None:
            self._complain(key, "a day such as 2026-11-05 or 11/5/2026")
        return day

    def _each(self, key: str, read: Callable[[str], str]) -> tuple[str, ...]:
        parts = re.split(r"[,;]", self._cells.get(key, ""))
        return tuple(dict.fromkeys(read(part.strip()) for part in parts if part.strip()))

    def _code(self, part: str) -> str:
        code = part.lower()
        if not CODE.fullmatch(code):
            self._complain("supports", "codes of indicators such as 6b.1", part)
        return code

    def _approaches(self) -> tuple[str, ...]:
        known = self.names.approaches

        def one(part: str) -> str:
            found = known.get(part.lower(), "")
            if not found:
                self._complain("approaches", "ways of getting tutoring", part)
            return found

        if self._cells.get("approaches", "").lower() == ALL:
            return ()
        return self._each("approaches", one)


def read_day(words: str) -> dt.date | None:
    """A day in one of the ways that people and spreadsheets write it."""
    for pattern in DAYS:
        try:
            return dt.datetime.strptime(words.strip()[:30], pattern).date()  # noqa: DTZ007 -- a day
        except ValueError:
            continue
    return None


def fresh_keys(taken: Collection[str], letter: str) -> Iterator[str]:
    """Short names that nothing has yet: D1, D2, ..."""
    number = 0
    while True:
        number += 1
        if (key := f"{letter}{number}") not in taken:
            yield key


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What changes: name, what stands there, what would."""
    return {name: (old[name], value) for name, value in new.items() if old[name] != value}

"""The responsibilities of a draft as the editor posts them: one row of three fields per line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from django.http import QueryDict

from roles.merging import Line
from roles.models import Duty

MAX_LINES, MAX_LENGTH = 40, 400
CATCH_ALL_START = "Other duties"


def is_catch_all(line: Line) -> bool:
    """Whether a line closes the list: it words no duty and starts as such lines do."""
    return line.duty_id is None and line.text.casefold().startswith(CATCH_ALL_START.casefold())


@dataclass
class Row:
    """One line as it stands in the editor, before or after it was read."""

    text: str = ""
    duty: str = ""
    pk: str = ""
    error: str = ""

    @classmethod
    def of(cls, line: Line) -> Row:
        return cls(line.text, str(line.duty_id or ""), str(line.pk or ""))

    @property
    def line(self) -> Line:
        return Line(" ".join(self.text.split()), _number(self.duty), _number(self.pk))


@dataclass
class DutyLines:
    """The rows, the catch-all that closes them, and what is wrong with them.

    `over` are lines beyond the most a job description holds: shown again, so that nothing typed
    is lost. `errors` has the keys "lines", "catch_all" and "line-0", "line-1", … by row.
    """

    duties: Sequence[Duty]
    rows: list[Row] = field(default_factory=list)
    catch_all: Row = field(default_factory=Row)
    over: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def stored(cls, duties: Sequence[Duty], lines: Sequence[Line]) -> DutyLines:
        closing = [line for line in lines[-1:] if is_catch_all(line)]
        rows = [Row.of(line) for line in lines[: len(lines) - len(closing)]]
        return cls(duties, rows, Row.of(closing[0]) if closing else Row())

    @classmethod
    def posted(cls, duties: Sequence[Duty], data: QueryDict) -> DutyLines:
        columns = (data.getlist(name) for name in ("line-text", "line-duty", "line-pk"))
        rows = [Row(*cells) for cells in zip_longest(*columns, fillvalue="")]
        rows += [Row(text) for text in data.get("over", "").splitlines() if text.strip()]
        closing = Row(data.get("catch_all", ""), "", data.get("catch_all_pk", ""))
        return cls(duties, _each_once(rows), closing)

    def is_valid(self) -> bool:
        """Look at every row; fills `errors`, and `over` if there are too many."""
        filled = [row for row in self.rows if row.text.strip()]
        if len(filled) > MAX_LINES:
            self.rows, rest = filled[:MAX_LINES], filled[MAX_LINES:]
            self.over = "\n".join(row.line.text for row in rest)
            self.errors["lines"] = (
                f"{len(filled):,} responsibilities are too many: {MAX_LINES} fit. The others stand"
                " below the list, not saved. Shorten or join them."
            )
        for number, row in enumerate(self.rows):
            row.error = _too_long(row)
            if row.error:
                self.errors[f"line-{number}"] = row.error
        self._look_at_catch_all()
        return not self.errors

    def _look_at_catch_all(self) -> None:
        closing = self.catch_all
        closing.error = _too_long(closing)
        if closing.text.strip() and not is_catch_all(closing.line):
            closing.error = f"Begin this line with “{CATCH_ALL_START}”, so that it stays the last."
        if closing.error:
            self.errors["catch_all"] = closing.error

    def lines(self) -> list[Line]:
        """What was typed, in order, without empty rows; the catch-all last."""
        return [row.line for row in (*self.rows, self.catch_all) if row.text.strip()]

    def uncovered(self) -> list[Duty]:
        """Duties of the role that no line words."""
        worded = {row.duty for row in self.rows if row.text.strip()}
        return [d for d in self.duties if d.removed_at is None and str(d.pk) not in worded]

    def choices(self) -> list[Duty]:
        """Duties to choose from: the role's own, and removed ones that a line still words."""
        worded = {row.duty for row in self.rows}
        return [d for d in self.duties if d.removed_at is None or str(d.pk) in worded]


def _too_long(row: Row) -> str:
    length = len(row.line.text)
    if length <= MAX_LENGTH:
        return ""
    return f"{length:,} characters are too many in one line: {MAX_LENGTH} fit."


def _each_once(rows: list[Row]) -> list[Row]:
    """A stored line can be posted once; what claims to be it again is a new line."""
    seen: set[str] = set()
    for row in rows:
        row.pk = "" if row.pk in seen else row.pk
        seen.add(row.pk)
    return rows


def _number(text: str) -> int | None:
    """A primary key out of a form; None for anything a browser would not send."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

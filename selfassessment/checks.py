"""A check: one thing looked up in the records, on a rung of the scale, with what was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_NAMED = 5  # of what is missing; the rest is counted


class Axis(StrEnum):
    """What a check speaks of: that it is written down, or that it is done."""

    DOCUMENTED = "documented"
    PRACTISED = "practised"


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Effort(StrEnum):
    """What it takes to mend one missing thing, from the least."""

    CLICK = "1 a click"
    PAPER = "2 a paper"
    PERSON = "3 a person"
    SEASON = "4 a season"


@dataclass(frozen=True, slots=True)
class Fix:
    """The page where a failed check can be mended."""

    label: str
    view_name: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One of what is missing, and its page."""

    label: str
    view_name: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What was asked, what was found, and where to mend it.

    `missing` of the things looked at are still needed to pass, 0 for a check that is not failed;
    `things` names some that lack it, and `more` is how many those are not. `note` ends `found`.
    """

    rung: int
    result: Result
    says: str
    found: str = ""
    fix: Fix | None = None
    axis: Axis = Axis.DOCUMENTED
    measure: str = ""
    missing: int = 0
    effort: Effort = Effort.SEASON
    things: tuple[Thing, ...] = ()
    more: int = 0
    note: str = ""

    @property
    def is_failed(self) -> bool:
        return self.result is Result.FAILED

    @property
    def told(self) -> str:
        """What was found, with the names in it: for paper and tables, which have no links."""
        if not self.things:
            return self.found
        names = "; ".join(thing.label for thing in self.things)
        rest = f"; and {self.more:,} more" if self.more else ""
        found = self.found.removesuffix(self.note).removesuffix(".")
        return f"{found}: {names}{rest}.{self.note}"

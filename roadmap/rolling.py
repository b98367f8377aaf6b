"""What comes along when a school year turns. Apps' parts register what they copy.

A part that keeps rows of a school year (meetings, learning) says which of them could come into the
next one, and copies those that a person chose. The wizard of the new year asks all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from roles.access import Reach
from roles.models import SchoolYear
from roles.schooltime import Span

WEEK = 7


@dataclass(frozen=True)
class Turn:
    """From one school year to the next. While it is only looked at, `new` is not saved yet: use
    its days, not its key. `closures` are those of all the district's years, the new one's included.
    """

    old: SchoolYear
    new: SchoolYear
    closures: Sequence[Span]

    def shifted(self, day: dt.date) -> dt.date:
        """The day as far into the new year as it was into the old one, on the same weekday."""
        apart = (self.new.first_student_day - self.old.first_student_day).days
        return day + dt.timedelta(weeks=round(apart / WEEK))


@dataclass(frozen=True)
class Copy:
    """One thing that could come along. `key` is unique among all copiers ("meeting:12").

    `note` says what it becomes, dates and all ("Mondays at 10:00, from Aug 16"). `proposed`: comes
    unless a person says no.
    """

    key: str
    title: str
    note: str = ""
    proposed: bool = True


class Copier(Protocol):
    """What one part of the product copies. `kind` is what its things are called, as on screen."""

    kind: str

    def preview(self, turn: Turn, reach: Reach) -> Sequence[Copy]:
        """What could come along; writes nothing. A constant number of queries."""
        ...

    def copy(self, turn: Turn, keys: Collection[str], *, by: Reach) -> int:
        """Copy those of the previewed keys, and no others; returns how many came.

        Runs inside the rollover's transaction, with `turn.new` saved and `turn.old` not archived
        yet. Anything that is there already in the new year is left alone.
        """
        ...


_copiers: list[Copier] = []


def register(copier: Copier) -> None:
    """Add a part's copier; called once, when apps are ready."""
    _copiers.append(copier)


def copies_of_year(turn: Turn, reach: Reach) -> list[tuple[str, list[Copy]]]:
    """What every part could bring along, by kind, in the order of registration."""
    return [(copier.kind, list(copier.preview(turn, reach))) for copier in _copiers]


def copy_chosen(turn: Turn, keys: Collection[str], *, by: Reach) -> dict[str, int]:
    """Let every part copy what was chosen; how many came, by kind."""
    return {copier.kind: copier.copy(turn, keys, by=by) for copier in _copiers}

"""What a roadmap's page is made of: its rows and sections, and who reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.text import Truncator

from roadmap.boards.lines import (
    BY_CODE,
    BY_MONTH,
    BY_PHASE,
    BY_ROLE,
    Arrangement,
    Group,
    Tally,
)
from roadmap.filters import Place
from roadmap.models import Milestone, State
from roles.models import SchoolYear

ARRANGED: Mapping[str, Arrangement] = {
    "phase": BY_PHASE,
    "timeline": BY_PHASE,
    "owner": BY_ROLE,
    "indicator": BY_CODE,
}
GROUP = "group"
"""Names one milestone in the address; all of its title at schools are then shown one by one."""


@dataclass(frozen=True)
class Row:
    """One milestone. `days_late` is said in words where the chip shows another state; else 0.
    `move` is the address of the step that moves its date, empty for whoever may not. `day` and
    `under` say when it is due: in a month the weekday, elsewhere the month.
    """

    milestone: Milestone
    kind: str
    label: str
    days_late: int
    address: str
    move: str = ""
    day: int = 0
    under: str = ""

    @property
    def words(self) -> str:
        """Whose it is, and why it stands as it does, or what proves or will prove it."""
        thing, says = self.milestone, ""
        if thing.reason:
            says = thing.reason
        elif thing.state == State.DONE:
            says = f"Proof: {Truncator(thing.proof_text or 'a link or file').chars(90)}"
        elif thing.proof_hint:
            says = f"Proof: {thing.proof_hint}."
        at = f", {thing.school}" if thing.school else ""
        return f"{thing.owner_words}{at}. {says}".rstrip()


@dataclass(frozen=True)
class Gathered:
    """One milestone at several schools, which opens at its address."""

    group: Group
    address: str
    day: int = 0
    under: str = ""

    @property
    def kind(self) -> str:
        return self.group.kind


@dataclass(frozen=True)
class Section:
    """`first` is set for a month. `note` says how it stands. `page` is where it begins."""

    anchor: str
    title: str
    note: str = ""
    first: dt.date | None = None
    is_now: bool = False
    page: int = 1
    goes_on: bool = False
    tally: Tally | None = None
    before: Sequence[Row | Gathered] = ()
    after: Sequence[Row | Gathered] = ()

    @property
    def rows(self) -> Sequence[Row | Gathered]:
        return (*self.before, *self.after)


@dataclass(frozen=True)
class Board:
    """One page. `all_sections` are those of all pages, without rows; `folded` counts milestones of
    settled past months that are not shown; `count` those that fit.
    """

    sections: Sequence[Section] = ()
    all_sections: Sequence[Section] = ()
    folded: int = 0
    count: int = 0
    page: int = 1
    pages: int = 1
    spans_years: bool = field(default=False)

    @property
    def rows(self) -> Sequence[Row | Gathered]:
        return [row for section in self.sections for row in section.rows]


@dataclass(frozen=True)
class Names:
    """What sections are called by: phases and roles by their primary key."""

    phases: Mapping[int, Any]
    roles: Mapping[int, Any]


@dataclass(frozen=True)
class Pages:
    """Addresses of a milestone's pages, with SOME in place of its number: to look each of them up
    would cost as much as to read the rows.
    """

    detail: str
    redate: str
    SOME: ClassVar[int] = 9_999_999_999

    def of(self, milestone: Milestone) -> str:
        return self.detail.replace(str(self.SOME), str(milestone.pk))

    def moving(self, milestone: Milestone) -> str:
        return self.redate.replace(str(self.SOME), str(milestone.pk))


@dataclass(frozen=True)
class Reader:
    """Who looks, from where and when. `may_move` says of a milestone whether its date may be moved
    by this person.
    """

    place: Place
    year: SchoolYear
    today: dt.date
    names: Names
    pages: Pages
    may_move: Callable[[Milestone], bool]

    @property
    def by(self) -> Arrangement:
        return ARRANGED.get(self.place.view, BY_MONTH)

    @property
    def by_month(self) -> bool:
        return self.by is BY_MONTH

"""The guide as a page shows it: each row with its state, its next step and who can take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from roles.access import Reach
from roles.keeping import Keep
from roles.models import SchoolYear
from tutoring_admin.dashboards.guide import content
from tutoring_admin.dashboards.guide.collecting import collect, has_begun
from tutoring_admin.dashboards.guide.content import Part, Resource, Row, Step
from tutoring_admin.dashboards.guide.facts import GuideFacts
from tutoring_admin.dashboards.guide.measuring import Found
from tutoring_admin.dashboards.guide.rules import State, found, state_of

CHIPS = {
    State.NOT_STARTED: "not-started",
    State.UNDER_WAY: "in-progress",
    State.IN_PLACE: "done",
}


@dataclass(frozen=True, slots=True)
class Next:
    """The next step of a row: a press on `says` opens `url`, the page named `page`."""

    says: str
    url: str
    page: str


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that a row looks at, with what the records say."""

    says: str
    found: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Taker:
    """Who usually takes a step: the role, and who holds it; `holder` is "" where nobody does."""

    role: str
    holder: str


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A recommendation today. `says` is its state in a sentence; `next` is None once in place."""

    key: str
    code: str
    title: str
    why: str
    state: State
    says: str
    looks: tuple[Look, ...]
    next: Next | None
    taker: Taker
    resource: Resource

    @property
    def chip(self) -> str:
        return CHIPS[self.state]


@dataclass(frozen=True, slots=True)
class GroupSeen:
    key: str
    title: str
    lead: str
    rows: tuple[RowSeen, ...]

    @property
    def in_place(self) -> int:
        return sum(row.state is State.IN_PLACE for row in self.rows)


@dataclass(frozen=True, slots=True)
class GuideSeen:
    groups: tuple[GroupSeen, ...]
    first: tuple[RowSeen, ...]

    @property
    def rows(self) -> Sequence[RowSeen]:
        return [row for group in self.groups for row in group.rows]

    @property
    def in_place(self) -> int:
        return sum(row.state is State.IN_PLACE for row in self.rows)

    @property
    def under_way(self) -> int:
        return sum(row.state is State.UNDER_WAY for row in self.rows)

    @property
    def is_new(self) -> bool:
        """Whether one of the first steps of a district is still to be done."""
        return self.first_open is not None

    @property
    def first_open(self) -> RowSeen | None:
        """The first of these steps that is still to be done."""
        return next((row for row in self.first if row.state is not State.IN_PLACE), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the guide is: `in_place` of `total`, and the row whose step comes next (None once all
    is in place). `is_new`: the district has not done all of its first steps yet.
    """

    in_place: int
    total: int
    row: RowSeen | None
    is_new: bool


def progress(
    reach: Reach, year: SchoolYear | None, today: dt.date, keep: Keep | None = None
) -> Progress:
    """For a home: one query while nothing has changed, none where the caller has the `keep`."""
    seen = guide(reach, year, today, keep)
    rows = [*(seen.first if seen.is_new else ()), *seen.rows]
    waiting = [row for row in rows if row.next and row.state is not State.IN_PLACE]
    return Progress(
        in_place=seen.in_place,
        total=len(seen.rows),
        row=waiting[0] if waiting else None,
        is_new=seen.is_new,
    )


def of_a_new_district(
    reach: Reach, year: SchoolYear | None, today: dt.date, keep: Keep
) -> Progress | None:
    """The same while a district has not done its first steps, None from then on: for a home on
    which nothing else stands yet. One query at most where it is None.
    """
    if not reach or year is None:
        return None
    if keep.get(f"guide.begun:{year.pk}", lambda: has_begun(reach, year)):
        return None
    far = progress(reach, year, today, keep)
    return far if far.is_new else None


def guide(
    reach: Reach, year: SchoolYear | None, today: dt.date, keep: Keep | None = None
) -> GuideSeen:
    """The whole guide. One query while nothing has changed in the district, five otherwise."""
    keep = keep or Keep.of(reach, today)
    slug = reach.district.slug
    name = f"guide:{year.pk if year else ''}"
    return keep.get(name, lambda: seen(collect(reach, year, today), slug))


def seen(facts: GuideFacts, slug: str) -> GuideSeen:
    """From counts to rows. Asks no question of the database."""
    shipped = content.guide()
    return GuideSeen(
        groups=tuple(
            GroupSeen(
                group.key,
                group.title,
                group.lead,
                tuple(_row(row, facts, slug) for row in group.rows),
            )
            for group in shipped.groups
        ),
        first=tuple(_row(row, facts, slug) for row in shipped.first),
    )


def _row(row: Row, facts: GuideFacts, slug: str) -> RowSeen:
    parts = [(part, found(part, facts)) for part in row.parts]
    state = state_of(parts)
    missing = [(part, each) for part, each in parts if not each.is_met]
    return RowSeen(
        key=row.key,
        code=row.code,
        title=row.title,
        why=row.why,
        state=state,
        says=_says(parts, missing),
        looks=tuple(Look(part.says, each.says, each.is_met) for part, each in parts),
        next=_next(*missing[0], slug) if missing else None,
        taker=_taker(row, facts),
        resource=row.resource,
    )


def _says(parts: Sequence[tuple[Part, Found]], missing: Sequence[tuple[Part, Found]]) -> str:
    """What is there where all is, else what is missing first."""
    if missing:
        return missing[0][1].says
    return " ".join(each.says for part, each in parts if not part.given)


def _next(part: Part, each: Found, slug: str) -> Next:
    step = part.steps.get(each.step) or part.steps.get("") or next(iter(part.steps.values()))
    return Next(step.says, _address(step, each.pk, slug), step.page)


def _address(step: Step, pk: int | None, slug: str) -> str:
    """Without the row that it is about, a step leads to where one is chosen."""
    if step.gives == "pk":
        if pk is None:
            return reverse("roles:index", args=[slug])
        return reverse(step.page, args=[slug, pk])
    asked = urlencode({"role": pk}) if step.gives == "role_query" and pk else ""
    query = "&".join(filter(None, [asked, step.query]))
    return reverse(step.page, args=[slug]) + (f"?{query}" if query else "")


def _taker(row: Row, facts: GuideFacts) -> Taker:
    """The first of the roles that somebody holds; where nobody does, the first of them."""
    held = (seat for seat in facts.seats_of(row.takes) if seat.holder)
    seat = next(held, None)
    return Taker(facts.title(seat.role_key), seat.holder) if seat else Taker(
        facts.title(row.takes[0]), ""
    )  # fmt: skip

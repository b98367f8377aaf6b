"""The roadmap in figures and lines, for pages here and on the roof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from roadmap.models import OPEN, SOON, Milestone, State
from roadmap.models.milestones import involved
from roles.access import Reach
from roles.models import SchoolYear


@dataclass(frozen=True)
class Counts:
    """Milestones of one school year within someone's reach; set-aside ones are in no figure.

    `late`: open and past due. `soon`: open and due in 14 days, today included. `mine`: open and
    owned by a position this person holds, or answers for while it is vacant.
    """

    total: int = 0
    done: int = 0
    late: int = 0
    soon: int = 0
    blocked: int = 0
    mine: int = 0


@dataclass(frozen=True)
class Line:
    """One milestone as a list elsewhere shows it; `kind` and `label` go to the status tag.

    `vacant` names the owner position if nobody holds it, else it is empty.
    """

    pk: int
    title: str
    due_on: dt.date
    owner: str
    phase: str
    kind: str
    label: str
    supports: tuple[str, ...]
    vacant: str = ""


@dataclass(frozen=True)
class PhaseFigures:
    """The same of one phase; `every` counts what is set aside too."""

    pk: int
    key: str
    title: str
    every: int
    total: int
    done: int
    late: int
    soon: int
    mine: int


_COUNTED = ("every", "total", "done", "late", "soon", "mine")


def by_phase(reach: Reach, year: SchoolYear, today: dt.date) -> list[PhaseFigures]:
    """The phases that hold milestones, in order, in two queries. `mine`: owned or helped with."""
    rows = Milestone.objects.reachable(reach).filter(school_year=year).order_by().values("phase")
    found = rows.annotate(
        # least of one: sooner grouped by a number alone than by names as well
        phase_key=Min("phase__key"),
        phase_title=Min("phase__title"),
        phase_order=Min("phase__order"),
        every=Count("pk"),
        total=Count("pk", filter=~Q(state=State.NOT_APPLICABLE)),
        **_figures(today),
        mine=Count("pk", filter=Q(state__in=OPEN) & involved(reach.user, today)),
    ).order_by("phase_order", "phase")
    named = found.values_list("phase", "phase_key", "phase_title", *_COUNTED)
    return [PhaseFigures(*row) for row in named]


def _figures(today: dt.date) -> dict[str, Count]:
    is_open = Q(state__in=OPEN)
    return {
        "done": Count("pk", filter=Q(state=State.DONE)),
        "late": Count("pk", filter=is_open & Q(due_on__lt=today)),
        "soon": Count("pk", filter=is_open & Q(due_on__gte=today, due_on__lte=today + SOON)),
    }


def counts(reach: Reach, year: SchoolYear | None, today: dt.date) -> Counts:
    """All figures in one query; zeros without a school year."""
    if year is None:
        return Counts()
    milestones = Milestone.objects.reachable(reach).filter(school_year=year)
    mine = milestones.owned_by(reach.user, today).open()
    return Counts(
        **milestones.aggregate(
            total=Count("pk", filter=~Q(state=State.NOT_APPLICABLE)),
            **_figures(today),
            blocked=Count("pk", filter=Q(state=State.BLOCKED)),
            mine=Count("pk", filter=Q(pk__in=mine.order_by().values("pk"))),
        )
    )


def late(reach: Reach, year: SchoolYear, today: dt.date, limit: int = 5) -> Sequence[Line]:
    """What is past due, longest first."""
    found = Milestone.objects.reachable(reach).filter(school_year=year).late(today)
    return _lines(found.with_owner(today)[:limit], today)


def upcoming(reach: Reach, year: SchoolYear, today: dt.date, limit: int = 5) -> Sequence[Line]:
    """What is due next: open, today or later."""
    found = Milestone.objects.reachable(reach).filter(school_year=year, due_on__gte=today).open()
    return _lines(found.with_owner(today)[:limit], today)


def mine(reach: Reach, year: SchoolYear, today: dt.date, limit: int = 20) -> Sequence[Line]:
    """Open milestones of positions that this person holds or answers for, earliest due first."""
    found = Milestone.objects.reachable(reach).filter(school_year=year)
    owned = found.owned_by(reach.user, today).open().with_owner(today)
    return _lines(owned[:limit], today)


def helping(reach: Reach, year: SchoolYear, today: dt.date, limit: int = 20) -> Sequence[Line]:
    """Open milestones that this person's positions only help with: others own them."""
    found = Milestone.objects.reachable(reach).filter(school_year=year).open()
    helped = found.contributed_to_by(reach.user, today)
    others = helped.exclude(pk__in=found.owned_by(reach.user, today).order_by().values("pk"))
    return _lines(others.with_owner(today)[:limit], today)


def supporting(
    reach: Reach, year: SchoolYear, codes: Iterable[str], today: dt.date
) -> Sequence[Line]:
    """Milestones that serve any of these indicators, done or not, by due date."""
    found = Milestone.objects.reachable(reach).filter(school_year=year).supporting(codes)
    return _lines(found.with_owner(today), today)


def _lines(milestones: Iterable[Milestone], today: dt.date) -> list[Line]:
    return [_line(milestone, today) for milestone in milestones]


def _line(milestone: Milestone, today: dt.date) -> Line:
    kind, label = milestone.standing(today)
    return Line(
        pk=milestone.pk,
        title=milestone.title,
        due_on=milestone.due_on,
        owner=milestone.owner_words,
        phase=milestone.phase.title,
        kind=kind,
        label=label,
        supports=tuple(milestone.supports),
        vacant=str(milestone.owner) if milestone.owner and not milestone.holder else "",
    )

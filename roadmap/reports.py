"""The roadmap in figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from roadmap.models import OPEN, SOON, Milestone, State
from roadmap.models.milestones import involved
from roles.access import Reach
from roles.models import SchoolYear


@dataclass(frozen=True)
class Counts:
    """Milestones of one school year within someone's reach; set-aside ones are in no figure.

    `late`: open and past due. `soon`: open and due in 14 days, today included. `mine`: open,
    and owned or helped with by a position this person holds, or answers for while it is vacant.
    """

    total: int = 0
    done: int = 0
    late: int = 0
    soon: int = 0
    mine: int = 0


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

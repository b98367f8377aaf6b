"""The milestones that an address of the roadmap lets through: for its views and for their files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.http import QueryDict

from roadmap.boards.pieces import GROUP
from roadmap.filters import Choice, Filters, Place
from roadmap.forms.filters import FilterForm
from roadmap.models import Milestone, MilestoneQuerySet
from roadmap.reports import PhaseFigures
from roles.access import Reach
from roles.models import LeadershipRole, School, SchoolYear


def owners(reach: Reach, year: SchoolYear) -> list[LeadershipRole]:
    """The roles whose positions own milestones of the year."""
    owning = _of_year(reach, year).order_by().values("owner__role")
    return list(LeadershipRole.objects.reachable(reach).filter(pk__in=owning))


def schools(reach: Reach, year: SchoolYear) -> list[School]:
    """Those with milestones of their own."""
    placed = _of_year(reach, year).order_by().values("school")
    return list(School.objects.reachable(reach).filter(pk__in=placed).only("name"))


def form_of(
    given: QueryDict,
    phases: Sequence[PhaseFigures],
    roles: Sequence[LeadershipRole],
    reach: Reach,
    year: SchoolYear,
) -> FilterForm:
    return FilterForm(given, phases=phases, roles=roles, schools=schools(reach, year))


def place_of(
    form: FilterForm, given: QueryDict, reach: Reach, year: SchoolYear, today: dt.date
) -> Place:
    """The view and the filters that an address asks for."""
    return Place(form.view_key, _with_group(form.filters(today), given, reach, year))


def let_through(reach: Reach, year: SchoolYear, place: Place, today: dt.date) -> MilestoneQuerySet:
    """Those that the view and its filters let through."""
    found = _of_year(reach, year)
    if place.view == "mine":
        found = found.involving(reach.user, today).open()
    elif place.view == "overdue":
        found = found.late(today)
    return found.filter(place.filters.condition)


def number(given: QueryDict, name: str) -> int | None:
    value = given.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _with_group(filters: Filters, given: QueryDict, reach: Reach, year: SchoolYear) -> Filters:
    """What else the address may ask for: all milestones of one title at schools."""
    one = number(given, GROUP)
    if one is None:
        return filters
    milestone = _of_year(reach, year).filter(pk=one).exclude(school=None).first()
    if milestone is None:
        return filters
    same = Q(title=milestone.title, phase=milestone.phase_id, school__isnull=False)
    return filters.also(Choice(GROUP, str(one), f"At schools: {milestone.title}"), same)


def _of_year(reach: Reach, year: SchoolYear) -> MilestoneQuerySet:
    found: MilestoneQuerySet = Milestone.objects.reachable(reach).filter(school_year=year)
    return found

"""One school: who leads there, how far the window is, what is planned, what was seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, Value, When

from checklists.models import Action, Checklist, Window
from checklists.reports.actions import chip
from roadmap.models import SchoolVisit
from roles.access import Access
from roles.capabilities import Capability
from roles.models import School
from tutoring_admin.dashboards import waits
from tutoring_admin.dashboards.about.milestones import Milestones, open_milestones
from tutoring_admin.dashboards.about.seats import Seat, seats_of
from tutoring_admin.dashboards.homes.dates import Date, next_dates

ACTIONS, VISITS = 8, 3


@dataclass(frozen=True)
class Forms:
    """The checklists of a window here: how many are asked for, begun and in. No ratings."""

    window: Window
    expected: int
    begun: int
    submitted: int

    @property
    def not_begun(self) -> int:
        return self.expected - self.begun - self.submitted


@dataclass(frozen=True)
class About:
    school: School
    seats: Sequence[Seat]
    forms: Forms | None
    milestones: Milestones
    actions: Sequence[tuple[Action, str, str]]
    visits: Sequence[SchoolVisit]
    dates: Sequence[Date]

    @property
    def filled(self) -> int:
        return sum(seat.holder is not None for seat in self.seats)

    @property
    def vacant(self) -> int:
        return len(self.seats) - self.filled


def about(access: Access, school: School, today: dt.date) -> About:
    """Seven queries at most."""
    seats = seats_of(access.reach(Capability.ROLES_VIEW), today, school=school.pk)
    return About(
        school=school,
        seats=seats,
        forms=_forms(access, school, today),
        milestones=open_milestones(access, today, Q(school=school)),
        actions=_actions(access, school, today),
        visits=_visits(access, school),
        dates=_dates(access, school, seats, today),
    )


def _forms(access: Access, school: School, today: dt.date) -> Forms | None:
    """Of the open window, or else the last; for whoever follows how far its forms are."""
    reach = access.reach(Capability.CHECKLIST_VIEW)
    if not reach.covers(school.pk):
        return None
    running = Q(closed_at=None, closes_on__gte=today)
    order = Case(When(running, then=Value(0)), default=Value(1), output_field=IntegerField())
    begun = Window.objects.reachable(reach).filter(opens_on__lte=today)
    window = begun.order_by(order, "-opens_on", "-pk").first()
    if window is None:
        return None
    forms = Checklist.objects.reachable(reach).followed_by(reach).filter(window=window)
    counted = forms.filter(school=school).aggregate(
        expected=Count("pk"),
        begun=Count("pk", filter=Q(submitted_at=None, started_at__isnull=False)),
        submitted=Count("submitted_at"),
    )
    return Forms(window, **counted)


def _actions(access: Access, school: School, today: dt.date) -> list[tuple[Action, str, str]]:
    """What came of checklists here and is open, as far as this reader may read it."""
    reach = access.reach(Capability.CHECKLIST_WORK)
    found = Action.objects.reachable(reach).readable_by(access).open().filter(school=school)
    return [(each, *chip(each, today)) for each in found.select_related("owner")[:ACTIONS]]


def _visits(access: Access, school: School) -> Sequence[SchoolVisit]:
    notes = SchoolVisit.objects.reachable(access.reach(Capability.ROADMAP_VIEW))
    return list(notes.readable(access).filter(school=school).select_related("by")[:VISITS])


def _dates(access: Access, school: School, seats: Sequence[Seat], today: dt.date) -> Sequence[Date]:
    """Of the school, and of the positions there."""
    at = (school.pk, school.name, None, None)
    here = [waits.Seat(seat.pk, seat.key, seat.role, "", *at, vacant=False) for seat in seats]
    return next_dates(access, here, [school.pk], today)

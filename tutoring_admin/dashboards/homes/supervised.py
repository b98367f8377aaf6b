"""How schools stand, a row each, for whoever supervises them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from checklists.models import Checklist
from checklists.models import Window as ChecklistWindow
from roadmap.models import Milestone, SchoolVisit
from roles.access import Access
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import Position, School, SchoolYear
from tutoring_admin.dashboards.homes.links import Link, to

SEATS, FORMS, LATE = 1, 2, 3
UNVISITED = dt.timedelta(days=42)


@dataclass(frozen=True)
class WindowOnShow:
    """The checklist window that the rows tell of: the open one, else the last."""

    pk: int
    label: str
    closes_on: dt.date


@dataclass(frozen=True)
class Figures:
    """What is counted of all schools, by school: kept for everyone with the same reach."""

    window: WindowOnShow | None = None
    pairs: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    visits: Mapping[int, tuple[dt.date, dt.date | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class SchoolRow:
    """One school: seats filled, forms of the window that are in, late milestones, visits.

    Its links are put together when they are shown: a home shows few of many rows.
    """

    pk: int
    name: str
    seats: int
    filled: int
    expected: int
    submitted: int
    late: int
    last_on: dt.date | None
    next_on: dt.date | None
    window: int | None
    year: str | None

    @property
    def vacant(self) -> int:
        return self.seats - self.filled

    @property
    def seats_link(self) -> Link:
        return to("roles:seats", school=self.pk)

    @property
    def vacant_link(self) -> Link:
        return to("roles:seats", school=self.pk, stand="vacant")

    @property
    def forms_link(self) -> Link | None:
        return to("checklists:window-detail", self.window, school=self.pk) if self.window else None

    @property
    def late_link(self) -> Link:
        return to("roadmap:index", view="overdue", school=self.pk, year=self.year)

    @property
    def visits_link(self) -> Link:
        return to("roadmap:visits", school=self.pk)

    def calls(self, today: dt.date) -> bool:
        """Whether it asks for attention: something late, a visit overdue, or none for weeks."""
        missed = self.next_on is not None and self.next_on < today
        return bool(self.late or missed or self.is_unvisited(today))

    def is_unvisited(self, today: dt.date) -> bool:
        return self.last_on is None or self.last_on < today - UNVISITED


def my_schools(access: Access, today: dt.date, kept: Keep) -> Sequence[tuple[int, str]]:
    """(primary key, name) of the schools whose leaders report to a seat of this person; of all
    within reach where no such line is recorded. One query; none while nothing changes.
    """
    return kept.get(f"schools of {access.user.pk}", lambda: tuple(_schools(access, today)))


def _schools(access: Access, today: dt.date) -> Sequence[tuple[int, str]]:
    reach = access.reach(Capability.CHECKLIST_VIEW)
    mine = Position.objects.reachable(access.reach(Capability.ROLES_VIEW))
    seats = mine.held_by(access.user, today).order_by()
    anywhere = seats.filter(school=None).values("role")
    led = Position.objects.filter(district=access.district).active(today)
    under = led.filter(
        Q(role__reports_to__in=anywhere)
        | Q(role__reports_to__in=seats.values("role"), school__in=seats.values("school"))
    ).exclude(school=None)
    schools = School.objects.reachable(reach)
    named = schools.annotate(
        mine=Case(
            When(pk__in=under.order_by().values("school"), then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )
    )
    rows = list(named.order_by("name", "pk").values_list("pk", "name", "mine"))
    found = [(pk, name) for pk, name, is_mine in rows if is_mine]
    return found or [(pk, name) for pk, name, _ in rows]


def figures(access: Access, year: SchoolYear | None, today: dt.date, kept: Keep) -> Figures:
    """Three queries; none while nothing changes."""
    name = f"supervised.{year.pk if year else 0}"
    return kept.get(name, lambda: _figures(access, year, today))


def rows(
    schools: Sequence[tuple[int, str]], found: Figures, year: SchoolYear | None
) -> list[SchoolRow]:
    return [_row(pk, name, found, year) for pk, name in schools]


def calling_first(found: Sequence[SchoolRow], today: dt.date) -> list[SchoolRow]:
    """Schools that ask for attention first, each part by name. No ranking."""
    return sorted(found, key=lambda row: not row.calls(today))


def _row(pk: int, name: str, found: Figures, year: SchoolYear | None) -> SchoolRow:
    seats, filled = found.pairs.get((SEATS, pk), (0, 0))
    expected, submitted = found.pairs.get((FORMS, pk), (0, 0))
    late, _ = found.pairs.get((LATE, pk), (0, 0))
    last_on, next_on = found.visits.get(pk, (None, None))
    window = found.window.pk if found.window else None
    label = year.label if year else None
    return SchoolRow(
        pk, name, seats, filled, expected, submitted, late, last_on, next_on, window, label
    )


def _figures(access: Access, year: SchoolYear | None, today: dt.date) -> Figures:
    reach = access.reach(Capability.CHECKLIST_VIEW)
    running = Q(closed_at=None, opens_on__lte=today, closes_on__gte=today)
    begun = ChecklistWindow.objects.reachable(reach).filter(opens_on__lte=today)
    order = Case(When(running, then=Value(0)), default=Value(1), output_field=IntegerField())
    on_show = begun.order_by(order, "-opens_on", "-pk").values_list("pk", "label", "closes_on")
    first = on_show.first()
    window = WindowOnShow(*first) if first else None
    parts = [_seats(access, today)]
    if window:
        parts.append(_forms(access, window.pk))
    if year:
        parts.append(_late(access, year, today))
    counted: Any = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    pairs = {(kind, school): (n, m) for kind, school, n, m in counted}
    notes = SchoolVisit.objects.reachable(reach).order_by("school_id", "-on", "-pk")
    last = notes.distinct("school_id").values_list("school", "on", "next_on")
    return Figures(window, pairs, {school: (on, next_on) for school, on, next_on in last})


def _counted(kind: int, rows: QuerySet, n: Any, m: Any) -> QuerySet:
    grouped = rows.filter(school__isnull=False).order_by().values("school").annotate(t_n=n, t_m=m)
    shaped = grouped.annotate(t_kind=Value(kind, IntegerField()), t_school=F("school"))
    columns: QuerySet = shaped.values_list("t_kind", "t_school", "t_n", "t_m")
    return columns


def _seats(access: Access, today: dt.date) -> QuerySet:
    seats = Position.objects.reachable(access.reach(Capability.ROLES_VIEW)).active(today)
    now = Q(assignments__starts_on__lte=today) & (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=today)
    )
    filled = Count("pk", filter=now, distinct=True)
    return _counted(SEATS, seats, Count("pk", distinct=True), filled)


def _forms(access: Access, window: int) -> QuerySet:
    reach = access.reach(Capability.CHECKLIST_VIEW)
    forms = Checklist.objects.reachable(reach).followed_by(reach).filter(window=window)
    return _counted(FORMS, forms, Count("pk"), Count("submitted_at"))


def _late(access: Access, year: SchoolYear, today: dt.date) -> QuerySet:
    late = Milestone.objects.reachable(access.reach(Capability.ROADMAP_VIEW))
    rows = late.filter(school_year=year).late(today)
    return _counted(LATE, rows, Count("pk"), Cast(Value(0), IntegerField()))

"""Read what the guide looks at: four queries, whatever the district's size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from checklists.models import Checklist, RaterKind, Window
from roadmap.models import (
    LearningLine,
    LearningSession,
    Meeting,
    MeetingSeries,
    MeetingState,
    Milestone,
    SessionState,
    State,
)
from roles.access import Reach
from roles.models import (
    Assignment,
    DepartmentNeed,
    Involvement,
    JobDescriptionVersion,
    Level,
    Position,
    School,
    SchoolYear,
    User,
    WorkArea,
)
from selfassessment.collecting_roles import roles_of, written_for
from selfassessment.models import OfficialResult, Round
from tutoring_admin.dashboards.guide.facts import Figures, GuideFacts, Seat

AGREED = (DepartmentNeed.Answer.AGREED, DepartmentNeed.Answer.DELIVERED)
DATA = "DEPT_DATA"
MOST_SEATS = 200  # of the central office and its departments
COUNTED = {"departments_agreed": "department"}  # otherwise rows are
Counts = dict[str, QuerySet[Any, Any]]


def collect(reach: Reach, year: SchoolYear | None, today: dt.date) -> GuideFacts:
    """What the records say on a day, within the reach of who asks."""
    told = _told(reach, year, today) if year else None
    return GuideFacts(
        roles={role.key: role for role in roles_of(reach, today, written_for(reach))},
        seats=tuple(_seats(reach, today)),
        figures=Figures(**{name: getattr(told, f"n_{name}") for name in Figures.__slots__})
        if told
        else Figures(),
        learning=frozenset(told.learning if told else ()),
        learned=frozenset(told.learned if told else ()),
        year=year.name if year else "",
    )


def has_begun(reach: Reach, year: SchoolYear) -> bool:
    """Whether the first steps of a district are done: milestones of the year, a job description in
    force, a window that was opened. One query.
    """
    published = JobDescriptionVersion.objects.reachable(reach).published()
    milestones = Milestone.objects.reachable(reach).filter(school_year=year)
    windows = Window.objects.reachable(reach).filter(school_year=year)
    begun = SchoolYear.objects.reachable(reach).filter(
        Exists(published), Exists(milestones), Exists(windows), pk=year.pk
    )
    return begun.exists()


def _seats(reach: Reach, today: dt.date) -> Iterator[Seat]:
    """The active positions that belong to no school, who holds them, the held ones first."""
    held = Assignment.objects.reachable(reach).in_force(today).filter(position=OuterRef("pk"))
    names = User.objects.filter(pk=OuterRef("now_holder"))
    found = (
        Position.objects.reachable(reach)
        .active(today)
        .filter(school=None)
        .annotate(
            now_holder=Subquery(held.values("holder")[:1]),
            since=Subquery(held.values("starts_on")[:1]),
            interim=Subquery(held.values("interim")[:1]),
        )
        .annotate(
            first=Subquery(names.values("first_name")),
            last=Subquery(names.values("last_name")),
            email=Subquery(names.values("email")),
        )
        .order_by("role__order", "seat", "pk")
        .values(
            "pk", "role__key", "role__title", "since", "interim", "first", "last", "email"
        )[:MOST_SEATS]
    )  # fmt: skip
    rows = sorted(found, key=lambda row: row["email"] is None)
    for row in rows:
        name = f"{row['first'] or ''} {row['last'] or ''}".strip()
        yield Seat(
            pk=row["pk"],
            role_key=row["role__key"],
            title=row["role__title"],
            holder=name or row["email"] or "",
            since=row["since"],
            interim=bool(row["interim"]),
        )


def _told(reach: Reach, year: SchoolYear, today: dt.date) -> Any:
    """The school year with every count beside it, in one query."""
    counts = {
        **_of_places(reach, today),
        **_of_departments(reach, today),
        **_of_the_plan(reach, year, today),
        **_of_checklists(reach, year, today),
    }
    found = SchoolYear.objects.reachable(reach).filter(pk=year.pk)
    lines = LearningLine.objects.reachable(reach).filter(school_year=year, ended_at=None)
    held = LearningSession.objects.reachable(reach).filter(
        line__school_year=year, state=SessionState.HELD
    )
    return found.annotate(
        learning=ArraySubquery(lines.order_by().values("level").distinct()),
        learned=ArraySubquery(held.order_by().values("line__level").distinct()),
        **{f"n_{name}": _count(rows, COUNTED.get(name, "pk")) for name, rows in counts.items()},
    ).first()


def _count(rows: QuerySet[Any, Any], field: str) -> Coalesce:
    counted = rows.order_by().values("district").annotate(n=Count(field, distinct=True))
    return Coalesce(Subquery(counted.values("n")), Value(0))


def _of_places(reach: Reach, today: dt.date) -> Counts:
    schools = School.objects.reachable(reach)
    is_open = Q(position__closed_on=None) | Q(position__closed_on__gt=today)
    lead = Assignment.objects.reachable(reach).in_force(today).filter(is_open)
    at_school = lead.filter(position__school=OuterRef("pk"), position__role__level=Level.SITE)
    areas = WorkArea.objects.reachable(reach)
    leads = Involvement.objects.reachable(reach).filter(
        area=OuterRef("pk"), approach=reach.district.approach, part=Involvement.Part.LEADS
    )
    held = lead.filter(position__role=OuterRef("role"))
    by_someone = leads.filter(Q(role=None) | Exists(held))
    return {
        "schools": schools,
        "schools_led": schools.filter(Exists(at_school)),
        "areas": areas,
        "areas_led": areas.filter(Exists(by_someone)),
    }


def _of_departments(reach: Reach, today: dt.date) -> Counts:
    needs = DepartmentNeed.objects.reachable(reach)
    agreed = needs.filter(answer__in=AGREED)
    data = Position.objects.reachable(reach).active(today).filter(role__key=DATA)
    theirs = data.filter(department=OuterRef("department"))
    return {
        "needs": needs,
        "departments_agreed": agreed,
        "data_needs_agreed": agreed.filter(Exists(theirs)),
    }


def _of_the_plan(reach: Reach, year: SchoolYear, today: dt.date) -> Counts:
    series = MeetingSeries.objects.reachable(reach).filter(school_year=year, ended_at=None)
    meetings = Meeting.objects.reachable(reach).filter(series__school_year=year)
    milestones = Milestone.objects.reachable(reach).filter(school_year=year)
    needed = milestones.exclude(state=State.NOT_APPLICABLE)
    return {
        "series": series,
        "protected": series.filter(protected=True),
        "meetings_to_come": meetings.upcoming(today).filter(series__protected=True),
        "meetings_held": meetings.filter(state=MeetingState.HELD),
        "milestones": needed,
        "owned": needed.filter(owner__isnull=False),
        "done": needed.filter(state=State.DONE),
    }


def _of_checklists(reach: Reach, year: SchoolYear, today: dt.date) -> Counts:
    windows = Window.objects.reachable(reach).filter(school_year=year)
    forms = Checklist.objects.reachable(reach).current().submitted()
    rounds = Round.objects.reachable(reach).filter(school_year=year)
    results = OfficialResult.objects.reachable(reach).filter(
        withdrawn_at=None, taken_on__gte=year.starts_on, taken_on__lte=year.ends_on
    )
    return {
        "windows": windows,
        "windows_open": windows.open_on(today),
        "windows_closed": windows.closed_on(today),
        "second_rated": forms.filter(window__school_year=year, rater_kind=RaterKind.OBSERVER),
        "rounds": rounds,
        "rounds_finished": rounds.exclude(state=Round.State.OPEN),
        "official": results,
    }

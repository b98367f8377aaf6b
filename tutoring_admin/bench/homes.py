"""Every home against the bare page, in the districts of the heat map.

Each kind has somebody whose home it is: they hold a position of a role of its own, beside the ten
of each school, and milestones, needs and talks wait on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.urls import reverse

from roadmap.models import Milestone, Phase
from roles.capabilities import CATALOGUE, AccessLevel
from roles.models import (
    Assignment,
    Department,
    DepartmentNeed,
    District,
    HomeKind,
    LeadershipRole,
    Level,
    Membership,
    Position,
    School,
    SchoolYear,
    User,
)
from tutoring_admin.bench.against import Against, against_bare
from tutoring_admin.bench.heat import SIZES, slug_of
from tutoring_admin.demo.people import DEMO_PASSWORD
from tutoring_admin.demo.world import ONE_DAY

PER_SCHOOL, OWN = 3, 6  # milestones
ROUNDS = 60


@dataclass(frozen=True)
class Seat:
    """Who opens a home: the role they hold, at which level, and what their access says."""

    key: str
    level: Level
    access: AccessLevel


SEATS = {
    HomeKind.PROJECT_MANAGER: Seat(
        "PROJECT_MANAGER", Level.ADMINISTRATIVE, AccessLevel.DISTRICT_LEAD
    ),
    HomeKind.PROGRAM_LEAD: Seat("PROGRAM_LEAD", Level.ADMINISTRATIVE, AccessLevel.DISTRICT_LEAD),
    HomeKind.EXECUTIVE: Seat("EXEC_CHAMPION", Level.EXECUTIVE, AccessLevel.EXECUTIVE),
    HomeKind.SUPERVISOR: Seat(
        "INSTR_SUPERVISOR", Level.ADMINISTRATIVE, AccessLevel.ADMINISTRATIVE_LEADER
    ),
    HomeKind.SITE: Seat("PRINCIPAL", Level.SITE, AccessLevel.SITE_LEADER),
    HomeKind.COACH: Seat("COACH_LEAD", Level.COACHING, AccessLevel.ADMINISTRATIVE_LEADER),
    HomeKind.DEPARTMENT: Seat("DEPT_HR", Level.DEPARTMENT, AccessLevel.DEPARTMENT_PARTNER),
    HomeKind.AUDITOR: Seat("", Level.ADMINISTRATIVE, AccessLevel.AUDITOR),
}


def build_all() -> None:
    """After `heat.build_all`, whose districts these are."""
    for schools in SIZES:
        with transaction.atomic():
            _build(District.objects.get(slug=slug_of(schools)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(port: int) -> list[Against]:
    """Each home in each district against the bare page of the same person."""
    return [row for schools in SIZES for kind in HomeKind for row in _of(kind, schools, port)]


def _of(kind: HomeKind, schools: int, port: int) -> list[Against]:
    slug = slug_of(schools)
    paths = {f"Home of {kind.label.lower()}, {schools:,} schools": _path(slug)}
    return against_bare(port, slug, f"{kind.value}@{slug}.example", paths, rounds=ROUNDS)


def _path(slug: str) -> str:
    return reverse("dashboards:today", kwargs={"district": slug})


def _build(district: District) -> None:
    year = SchoolYear.objects.filter(district=district).latest("starts_on")
    schools = list(School.objects.filter(district=district).order_by("name"))
    _milestones(district, year, schools)
    password = make_password(DEMO_PASSWORD)
    above = None
    for order, (kind, seat) in enumerate(SEATS.items()):
        who = User.objects.create(email=f"{kind.value}@{district.slug}.example", password=password)
        at = None if CATALOGUE[seat.access].whole_district else schools[0]
        Membership.objects.create(district=district, user=who, level=seat.access, school=at)
        if not seat.key:
            continue
        says = {
            "title": f"{seat.key.title()} of the home", "level": seat.level,
            "order": 20 + order, "reports_to": above,
        }  # fmt: skip
        # one may be there already, where readiness was measured before
        role, _ = LeadershipRole.objects.update_or_create(
            district=district, key=seat.key, defaults=says
        )
        above = role if seat.level == Level.ADMINISTRATIVE else above
        _seat(district, year, role, who, at)


def _seat(
    district: District, year: SchoolYear, role: LeadershipRole, who: User, at: School | None
) -> None:
    """The position with what waits on its holder."""
    department = None
    if role.level == Level.DEPARTMENT:
        department = Department.objects.create(district=district, key="hr", name="Human resources")
        _needs(department, who)
    if role.level == Level.COACHING:  # everybody at a school is theirs to talk with
        leaders = LeadershipRole.objects.filter(district=district, key="SITE_LEAD")
        leaders.update(reports_to=role)
    position = Position.objects.create(
        district=district,
        role=role,
        school=at,
        department=department,
        seat=2,  # where readiness was measured before, others have the first one
        opened_on=year.starts_on,
    )
    Assignment.objects.create(
        district=district, position=position, holder=who, starts_on=year.starts_on
    )
    phase = Phase.objects.filter(school_year=year).first()
    Milestone.objects.bulk_create(
        Milestone(
            district=district, school_year=year, phase=phase, title=f"Own step {n}",
            owner=position, starts_on=year.starts_on, due_on=district.today() + n * ONE_DAY,
        )
        for n in range(-3, OWN - 3)
    )  # fmt: skip


def _milestones(district: District, year: SchoolYear, schools: Sequence[School]) -> None:
    """Some at each school, the first of them late, owned by its first position."""
    phase = Phase.objects.create(
        district=district, school_year=year, key="RUN", title="Run", order=1
    )
    first = {
        position.school_id: position
        for position in Position.objects.filter(district=district, role__key="SITE_LEAD")
    }
    Milestone.objects.bulk_create(
        Milestone(
            district=district, school_year=year, phase=phase, title=f"Step {n}, {school}",
            owner=first.get(school.pk), school=school, starts_on=year.starts_on,
            due_on=district.today() + (7 * n - 5) * ONE_DAY,
        )
        for school in schools
        for n in range(PER_SCHOOL)
    )  # fmt: skip


def _needs(department: Department, asked_by: User) -> None:
    DepartmentNeed.objects.bulk_create(
        DepartmentNeed(
            district_id=department.district_id, department=department, text=f"Need {n}",
            due_on=department.district.today() + n * ONE_DAY, asked_by=asked_by,
        )
        for n in range(OWN)
    )  # fmt: skip

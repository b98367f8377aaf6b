"""The roadmap of a district with 200 schools and 5,000 milestones, against the bare page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction
from django.urls import reverse

from roadmap.models import Milestone, Phase, State
from roles.models import District, Position, School, SchoolYear
from tutoring_admin.bench.against import Against, against_bare
from tutoring_admin.bench.pages import MANAGER

MILESTONES, AT_SCHOOLS, PHASES = 5_000, 24, 7
ROUNDS = 120
VIEWS = ("month", "timeline", "owner")


def build(slug: str) -> None:
    """Fill the roadmap of a district that has schools and positions: what every school does, and
    some two hundred milestones of the district's own.
    """
    district = District.objects.get(slug=slug)
    with transaction.atomic():
        Milestone.objects.bulk_create(_milestones(district), batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(slug: str, port: int) -> list[Against]:
    index = reverse("roadmap:index", kwargs={"district": slug})
    paths = {
        f"Roadmap, {view}, 200 schools and {MILESTONES:,} milestones": f"{index}?view={view}"
        for view in VIEWS
    }
    return against_bare(port, slug, f"{MANAGER}@{slug}.example", paths, rounds=ROUNDS)


def _milestones(district: District) -> Iterator[Milestone]:
    year = SchoolYear.objects.get(district=district)
    phases = Phase.objects.bulk_create(
        Phase(district=district, school_year=year, key=f"P{n}", title=f"Phase {n}", order=n)
        for n in range(PHASES)
    )
    schools = list(School.objects.filter(district=district))
    seats = {
        seat.school_id: seat
        for seat in Position.objects.filter(district=district, role__key="SITE_LEAD")
    }
    everywhere = [
        (f"What every school does, {n}", school) for n in range(AT_SCHOOLS) for school in schools
    ]
    own = [(f"What the district does, {n}", None) for n in range(MILESTONES - len(everywhere))]
    today = district.today()
    length = (year.ends_on - year.starts_on).days
    for n, (title, school) in enumerate([*everywhere, *own]):
        number = int(title.rpartition(" ")[2])
        due = year.starts_on + dt.timedelta(days=(number * 13 + (n % 5 if school else 0)) % length)
        yield Milestone(
            district=district,
            school_year=year,
            phase=phases[number % PHASES],
            title=title,
            school=school,
            owner=seats.get(school.pk) if school else None,
            starts_on=due - dt.timedelta(days=21),
            due_on=due,
            state=State.IN_PROGRESS if due < today or n % 3 else State.NOT_STARTED,
        )

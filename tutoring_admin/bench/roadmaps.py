"""The roadmap of a district with 200 schools and 5,000 milestones, against the bare page."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.urls import reverse

from roadmap.models import Milestone, Phase, State
from roles.models import District, Position, School, SchoolYear
from tutoring_admin.bench.pages import MANAGER
from tutoring_admin.bench.rounds import interleaved
from tutoring_admin.bench.visitor import Visitor
from tutoring_admin.demo.people import DEMO_PASSWORD

MILESTONES, AT_SCHOOLS, PHASES = 5_000, 24, 7
WARM_UP, ROUNDS = 5, 120
BARE = "bare"
VIEWS = ("month", "timeline", "owner")


@dataclass(frozen=True)
class Roadmap:
    """One view of it: milliseconds of the middle and of 95 of 100, the bare page's, and its queries
    beyond those.
    """

    view: str
    median_ms: float
    p95_ms: float
    bare_ms: float
    bare_p95_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        return self.p95_ms / self.bare_p95_ms

    def line(self) -> str:
        return (
            f"Roadmap, {self.view}, 200 schools and {MILESTONES:,} milestones:"
            f" {self.median_ms:.0f} ms, p95 {self.p95_ms:.0f}; the bare page"
            f" {self.bare_ms:.0f}, p95 {self.bare_p95_ms:.0f}; ratio of p95 {self.ratio:.2f};"
            f" {self.queries} queries of its own"
        )


def build(slug: str) -> None:
    """Fill the roadmap of a district that has schools and positions: what every school does, and
    some two hundred milestones of the district's own.
    """
    district = District.objects.get(slug=slug)
    with transaction.atomic():
        Milestone.objects.bulk_create(_milestones(district), batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(slug: str, port: int) -> list[Roadmap]:
    visitor = Visitor(port)
    visitor.sign_in(f"{MANAGER}@{slug}.example", DEMO_PASSWORD)
    paths = {BARE: reverse("bench:page", kwargs={"district": slug})} | {
        view: reverse("roadmap:index", kwargs={"district": slug}) + f"?view={view}"
        for view in VIEWS
    }
    taken = interleaved(
        list(paths), lambda name: visitor.get(paths[name]), warm_up=WARM_UP, rounds=ROUNDS
    )
    times = {name: [answer.took_ms for answer in answers] for name, answers in taken.items()}
    bare = min(answer.queries for answer in taken[BARE])
    return [
        Roadmap(
            view,
            statistics.median(times[view]),
            _p95(times[view]),
            statistics.median(times[BARE]),
            _p95(times[BARE]),
            max(answer.queries for answer in taken[view]) - bare,
        )
        for view in VIEWS
    ]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


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

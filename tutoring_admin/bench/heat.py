"""The heat map in districts of 20, 200 and 2,000 schools: 10 positions in each, 12 items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from checklists.models import (
    Checklist,
    ChecklistItem,
    ChecklistTemplate,
    Frequency,
    Window,
)
from checklists.reports.heat import PER_PAGE
from checklists.scoring import Band
from roles.capabilities import AccessLevel
from roles.models import (
    Assignment,
    District,
    LeadershipRole,
    Level,
    Membership,
    Position,
    School,
    User,
)
from tutoring_admin.bench.pages import BARE_PAGE, MANAGER, Page
from tutoring_admin.bench.rounds import Row
from tutoring_admin.demo import roles
from tutoring_admin.demo.people import DEMO_PASSWORD
from tutoring_admin.demo.world import ONE_DAY, World

SIZES = (20, 200, 2_000)
POSITIONS, ITEMS, WINDOWS = 10, 12, 3
HEAT = "heat map"
BATCH = 5_000
RATE = """
INSERT INTO checklists_rating
  (district_id, checklist_id, item_id, value, not_applicable, note, saved_at, version)
SELECT c.district_id, c.id, i.id, (c.id * 7 + i.id * 5) %% 3, false, '', now(), 1
FROM checklists_checklist c JOIN checklists_checklistitem i ON i.template_id = c.template_id
WHERE c.district_id = %s
"""


@dataclass(frozen=True)
class Heat:
    """One district's heat map: its median in milliseconds, and the same for each cell shown."""

    schools: int
    ratings: int
    cells: int
    median_ms: float
    ratio: float
    queries: int

    @property
    def cell_us(self) -> float:
        return self.median_ms * 1000 / self.cells


def slug_of(schools: int) -> str:
    return f"heat-{schools}"


def build_all() -> None:
    for schools in SIZES:
        with transaction.atomic():
            _build(schools)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages() -> Iterator[Page]:
    """The bare page and the heat map of each district."""
    for schools in SIZES:
        slug = slug_of(schools)
        for name, view in ((BARE_PAGE, "bench:page"), (HEAT, "checklists:heat")):
            yield Page(name, slug, MANAGER, reverse(view, kwargs={"district": slug}))


def read(rows: Sequence[Row]) -> list[Heat]:
    """What the rows of the visit say."""
    found = {row.district: row for row in rows if row.page == HEAT}
    return [
        Heat(
            schools,
            schools * POSITIONS * ITEMS * WINDOWS,
            min(schools, PER_PAGE) * ITEMS,
            row.median_ms,
            row.ratio,
            row.queries,
        )
        for schools in SIZES
        if (row := found.get(slug_of(schools)))
    ]


def _build(schools: int) -> None:
    district = District.objects.create(slug=slug_of(schools), name=f"{schools} schools")
    world = roles.calendar(district)
    people = _people(world)
    positions = _positions(world, schools)
    Assignment.objects.bulk_create(
        (
            Assignment(
                district=district,
                position=position,
                holder=people[n % len(people)],
                starts_on=position.opened_on,
            )
            for n, position in enumerate(positions)
        ),
        batch_size=BATCH,
    )
    templates = _templates(positions)
    forms = [
        _form(window, position, templates[position.role_id], people[n % len(people)])
        for window in _windows(world)
        for n, position in enumerate(positions)
    ]
    Checklist.objects.bulk_create(forms, batch_size=BATCH)
    _rate(district)


def _people(world: World) -> list[User]:
    """The manager, who signs in, and those who hold the positions by turns."""
    slug, district = world.district.slug, world.district
    manager = User(email=f"{MANAGER}@{slug}.example", password=make_password(DEMO_PASSWORD))
    others = [User(email=f"leader{n}@{slug}.example", password="!") for n in range(200)]  # noqa: S106 -- nobody can type it
    people = User.objects.bulk_create([manager, *others])
    Membership.objects.create(district=district, user=people[0], level=AccessLevel.DISTRICT_LEAD)
    return people[1:]


def _positions(world: World, schools: int) -> list[Position]:
    district = world.district
    places = School.objects.bulk_create(
        School(district=district, name=f"School {n:04}") for n in range(1, schools + 1)
    )
    # The bare page reads the site lead's row.
    keys = ["SITE_LEAD", *(f"SEAT_{n}" for n in range(2, POSITIONS + 1))]
    seats = LeadershipRole.objects.bulk_create(
        LeadershipRole(
            district=district, key=key, title=f"Leader of kind {n}", level=Level.SITE, order=n
        )
        for n, key in enumerate(keys, 1)
    )
    return Position.objects.bulk_create(
        (
            Position(district=district, role=role, school=place, opened_on=world.year.starts_on)
            for role in seats
            for place in places
        ),
        batch_size=BATCH,
    )


def _templates(positions: Sequence[Position]) -> dict[int, ChecklistTemplate]:
    seats = {position.role_id: position.role for position in positions}
    templates = ChecklistTemplate.objects.bulk_create(
        ChecklistTemplate(
            district_id=role.district_id,
            role=role,
            key=f"FC_{role.key}",
            status=ChecklistTemplate.Status.PUBLISHED,
            title=f"{role.title} checklist",
            self_frequency=Frequency.MONTHLY,
        )
        for role in seats.values()
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            district_id=template.district_id,
            template=template,
            key=f"{template.key}-{n}",
            text=f"Action number {n} took place in each week of the month, and its trace is kept.",
            frequency=Frequency.MONTHLY,
            evidence="Log",
            scale="impl_0_2",
            order=n,
        )
        for template in templates
        for n in range(1, ITEMS + 1)
    )
    return {template.role_id or 0: template for template in templates}


def _windows(world: World) -> list[Window]:
    """Closed ones, one after the other, the last of them yesterday."""
    return Window.objects.bulk_create(
        Window(
            district=world.district,
            school_year=world.year,
            label=f"Window {n}",
            opens_on=world.today - (back + 9) * ONE_DAY,
            closes_on=world.today - back * ONE_DAY,
            opened_at=timezone.now() - dt.timedelta(days=back + 9),
            closed_at=timezone.now() - dt.timedelta(days=back - 1),
        )
        for n, back in enumerate(range(10 * WINDOWS - 9, 0, -10), 1)
    )


def _form(
    window: Window, position: Position, template: ChecklistTemplate, holder: User
) -> Checklist:
    at = (window.closed_at or timezone.now()) - dt.timedelta(days=2)
    return Checklist(
        district_id=window.district_id,
        window=window,
        template=template,
        position=position,
        school_id=position.school_id,
        holder=holder,
        rater=holder,
        started_at=at,
        saved_at=at,
        submitted_at=at,
        told_at=at,
        score=67,
        coverage=100,
        band=Band.DEVELOPING,
    )


def _rate(district: District) -> None:
    """All ratings in one statement, past the triggers that lock what is submitted."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(RATE, [district.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")

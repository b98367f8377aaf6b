"""What every school of the district in mid-year does on its own: one line of the roadmap."""

from __future__ import annotations

import datetime as dt

from roadmap.models import Milestone, Phase, State
from roles.models import School
from roles.schooltime import previous_school_day
from tutoring_admin.demo.roadmap import clear_of_today
from tutoring_admin.demo.world import ONE_DAY, World

IN_DAYS, STARTED, ENDED = 24, 10, 2
TITLE = "Tutoring blocks confirmed for the second half of the year"


def build(world: World) -> None:
    """After roadmap."""
    if world.district.slug == "cedar-falls":
        return
    phase = Phase.objects.get(school_year=world.year, key="P5")
    schools = enumerate(world.schools.values())
    Milestone.objects.bulk_create(_row(world, phase, school, n) for n, school in schools)


def _row(world: World, phase: Phase, school: School, n: int) -> Milestone:
    """Every third is done."""
    seat = world.at("SITE_LEAD", school.name)
    row = Milestone(
        district=world.district,
        school_year=world.year,
        phase=phase,
        school=school,
        owner=seat,
        title=TITLE,
        why="Rooms and teachers change in winter. A block that is lost then rarely comes back.",
        proof_hint="Schedule page with rooms and times",
        hand_dated=True,
        starts_on=world.today - STARTED * ONE_DAY,
        due_on=world.today + IN_DAYS * ONE_DAY,
        state=State.IN_PROGRESS,
    )
    clear_of_today(row, world)
    if n % 3 == 0 and seat.pk in world.holders:
        closures = [(each.first_day, each.last_day) for each in world.closures]
        day = previous_school_day(world.today - ENDED * ONE_DAY, closures)
        row.state, row.done_on, row.done_by = State.DONE, day, world.holders[seat.pk]
        row.done_at = dt.datetime.combine(day, dt.time(14, 20), tzinfo=world.district.zone)
        row.proof_text = "Schedule page of the spring, with four blocks a week and their rooms."
    return row

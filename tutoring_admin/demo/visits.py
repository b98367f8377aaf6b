"""The demo's notes of visits: what supervisors saw at schools, and what came next.

Only in the district that has run for months. The project manager was on their home three days ago.
"""

from __future__ import annotations

import datetime as dt

from roadmap.models import SchoolVisit
from roles.models import AuditEvent, Closure, HomeKind, HomePlace
from roles.schooltime import Span, next_school_day, previous_school_day
from tutoring_admin.demo.world import ONE_DAY, World

# School, which supervisor, days ago, what was seen, next step, days until the next visit.
VISITS: tuple[tuple[str, int, int, str, str, int | None], ...] = (
    ("Cedar Hill ES", 1, 30,
     "Sessions began eight minutes late because the room was still in use. Materials were ready.",
     "Principal moves the club to room 12 from Monday on", 21),
    ("Cedar Hill ES", 1, 8,
     "Sessions began on time in both rooms. One group of five had to be split; a second table is"
     " there now.",
     "Site lead asks for a tutor for the second group", 20),
    ("Lincoln ES", 1, 17,
     "The schedule on the wall was last month's. Tutors knew the right one, substitutes did not.",
     "Site lead prints the schedule each Friday", 14),
    ("Harbor View ES", 1, 12,
     "Tutoring period is in the master schedule and nothing was put on top of it this week.",
     "", None),
    ("Northside ES", 1, 24,
     "Nobody holds the site lead's seat; the principal opens the rooms alone and leaves at 3.",
     "HR and principal agree on interviews by the end of the month", 19),
    ("Oak Ridge ES", 2, 40,
     "Quiet rooms, tutors in pairs, attendance taken in the first five minutes.",
     "Show the attendance routine at the site leads' meeting", None),
    ("Riverbend MS", 2, 15,
     "Two coaches observed together and agreed on what they saw. Headsets are missing in one room.",
     "Technology brings ten headsets", 30),
    ("Summit MS", 2, 9,
     "Late bus cuts the last session short on Tuesdays. Site lead lists the minutes lost.",
     "Transportation is asked for a bus fifteen minutes later", 22),
    ("Prairie Creek ES", 2, 5,
     "The binder with unit plans is used in every session. Tutors ask for fewer worksheets.",
     "Coach tries the shorter warm-up with two groups", 28),
)  # fmt: skip


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        return
    closures: list[Span] = [
        (each.first_day, each.last_day) for each in Closure.objects.filter(school_year=world.year)
    ]
    for school, seat, ago, seen, step, until in VISITS:
        _note(world, closures, school, seat, ago, seen=seen, step=step, until=until)
    _was_there(world)


def _note(
    world: World,
    closures: list[Span],
    school: str,
    seat: int,
    ago: int,
    *,
    seen: str,
    step: str,
    until: int | None,
) -> None:
    on = previous_school_day(world.today - ago * ONE_DAY, closures)
    writer = world.holder("INSTR_SUPERVISOR", None, seat)
    made_at = dt.datetime.combine(on, dt.time(14, 10), tzinfo=world.district.zone)
    visit = SchoolVisit.objects.create(
        district=world.district,
        school=world.schools[school],
        by=writer,
        on=on,
        seen=seen,
        next_step=step,
        next_on=next_school_day(on + until * ONE_DAY, closures) if until else None,
        made_at=made_at,
    )
    AuditEvent.objects.create(
        district=world.district,
        at=made_at,
        actor=writer,
        verb="visit.noted",
        subject=SchoolVisit._meta.label_lower,
        subject_pk=str(visit.pk),
        detail={"school": school, "day": str(on)},
    )


def _was_there(world: World) -> None:
    """What changed since the last visit is worth reading: it was three days ago."""
    at = dt.datetime.combine(world.today - 3 * ONE_DAY, dt.time(16), tzinfo=world.district.zone)
    HomePlace.objects.update_or_create(
        district=world.district,
        user=world.holder("PROJECT_MANAGER"),
        defaults={"kind": HomeKind.PROJECT_MANAGER, "here_at": at, "before_at": at},
    )

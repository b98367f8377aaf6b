"""The demo's tutor coaches: talks with the leaders of their schools, one of them due today.

Only in the district that has run for months.
"""

from __future__ import annotations

from roadmap.models import CoachingEntry
from roles.models import Closure
from roles.schooltime import Span, next_school_day, previous_school_day
from tutoring_admin.demo.world import ONE_DAY, World

FIRST, SECOND = "Cedar Hill ES", "Riverbend MS"
# Where, with whom, days ago, minutes, about what, next step, days until the next talk.
TALKS = (
    (FIRST, "SITE_LEAD", 42, 25, "How sessions open", "Post the opening routine in both rooms", 21),
    (FIRST, "SITE_LEAD", 21, 20, "Groups that run late", "Walk through one group with a timer", 21),
    (FIRST, "PRINCIPAL", 30, 30, "Cover when a tutor is out", "Name two who can step in", 26),
    (SECOND, "SITE_LEAD", 16, 25, "Late buses", "Try a start five minutes later for a week", 18),
)


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        return
    rows = Closure.objects.filter(school_year=world.year)
    closures: list[Span] = list(rows.values_list("first_day", "last_day"))
    for school, role, ago, minutes, focus, step, ahead in TALKS:
        seat = _seat(world, role, school)
        on = previous_school_day(world.today - ago * ONE_DAY, closures)
        CoachingEntry.objects.create(
            district=world.district,
            coached_id=seat,
            coached_person=world.holders[seat],
            coach=world.holders[_seat(world, "TUTOR_COACH", school)],
            on=on,
            minutes_long=minutes,
            focus=focus,
            next_step=step,
            next_on=next_school_day(on + ahead * ONE_DAY, closures),
        )


def _seat(world: World, role: str, school: str) -> int:
    return world.positions[role, school, 1].pk

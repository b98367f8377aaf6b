"""The demo's tutor coach: talks with the leaders of the school, one of them due today.

Only in the district that has run for months.
"""

from __future__ import annotations

from roadmap.models import CoachingEntry
from roles.models import Closure
from roles.schooltime import Span, next_school_day, previous_school_day
from tutoring_admin.demo.world import ONE_DAY, World

SCHOOL = "Cedar Hill ES"
# With whom, days ago, minutes, about what, next step, days until the next talk.
TALKS = (
    ("SITE_LEAD", 42, 25, "How sessions open", "Post the opening routine in both rooms", 21),
    ("SITE_LEAD", 21, 20, "Groups that run late", "Walk through one group with a timer", 21),
    ("PRINCIPAL", 30, 30, "Cover when a tutor is out", "Name two people who can step in", 26),
)


def build(world: World) -> None:
    coach = world.holders.get(_seat(world, "TUTOR_COACH"))
    if world.district.slug == "cedar-falls" or coach is None:
        return
    rows = Closure.objects.filter(school_year=world.year)
    closures: list[Span] = list(rows.values_list("first_day", "last_day"))
    for role, ago, minutes, focus, step, ahead in TALKS:
        seat = _seat(world, role)
        on = previous_school_day(world.today - ago * ONE_DAY, closures)
        CoachingEntry.objects.create(
            district=world.district,
            coached_id=seat,
            coached_person=world.holders[seat],
            coach=coach,
            on=on,
            minutes_long=minutes,
            focus=focus,
            next_step=step,
            next_on=next_school_day(on + ahead * ONE_DAY, closures),
        )


def _seat(world: World, role: str) -> int:
    found = world.positions.get((role, SCHOOL, 1))
    return found.pk if found else 0

"""How many are on pace, counted: the same as looking at each person."""

import datetime as dt
import random

import pytest
from django.utils import timezone

from roadmap.learning_reports.lines import lines_of, targets_of
from roadmap.learning_reports.pace import LineDue, pace_of
from roadmap.learning_reports.standings import standings
from roadmap.models import Attendance
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from tests.factories.roadmap_learning import CoachingEntryFactory, SessionFactory, line_for, seat
from tests.factories.roles import RoleFactory, SchoolYearFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.mark.parametrize("seed", range(4))
def test_counting_kinds_of_people_counts_people(seed, django_assert_num_queries):
    chance = random.Random(seed)  # noqa: S311 -- nothing secret
    year = SchoolYearFactory()
    by = Reach(UserFactory(), year.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    roles = RoleFactory.create_batch(3, district=year.district, level="site")
    lines = [
        line_for(chance.choice(roles), school_year=year, sessions=n, minutes_each=30 * n)
        for n in (3, 9)
    ]
    people = UserFactory.create_batch(6)
    starts = [dt.date(2026, 7, 1), dt.date(2026, 9, 20), dt.date(2026, 10, 25)]
    seats = [
        seat(chance.choice(roles), holder=person, starts_on=chance.choice(starts))
        for person in (*people, *people[:2])
    ]
    for line in lines:
        held = {"state": "held", "held_at": timezone.now(), "held_by": by.user}
        session = SessionFactory(district=year.district, line=line, **held)
        for place in chance.sample(seats, 5):
            Attendance.objects.create(
                district=year.district,
                session=session,
                position=place,
                attendee=place.assignments.get().holder,
                present=chance.random() < 0.8,
                marked_by=by.user,
            )
        place = chance.choice(seats)
        CoachingEntryFactory(
            district=year.district,
            coached=place,
            coached_person=place.assignments.get().holder,
            line=chance.choice([None, line]),
        )
    due = [
        LineDue(
            frozenset(each.role_id for each in line.audiences.all()),
            line.minutes_each,
            targets_of(line, year),
        )
        for line in lines_of(by, year)
    ]

    with django_assert_num_queries(1):
        told = pace_of(by, year, due, TODAY)

    one_by_one = standings(by, year, TODAY)
    assert told.people == len(one_by_one) == len(people)
    assert told.on_pace == sum(row.is_on_pace for row in one_by_one)

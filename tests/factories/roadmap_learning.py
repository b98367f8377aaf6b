"""Rows of the plan of learning, arranged by the owner of the tables, outside the wall."""

import datetime as dt

import factory

from roadmap.models import CoachingEntry, LearningLine, LearningSession, LineAudience
from tests.factories.roles import (
    AssignmentFactory,
    InDistrict,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    same_district,
)


class LineFactory(InDistrict):
    class Meta:
        model = LearningLine

    school_year = factory.SubFactory(SchoolYearFactory, district=same_district())
    level = "site"
    topic = factory.Sequence(lambda n: f"Community of practice {n}")
    sessions = 4
    minutes_each = 60
    cadence = "quarterly"


class SessionFactory(InDistrict):
    class Meta:
        model = LearningSession

    line = factory.SubFactory(LineFactory, district=same_district())
    on = dt.date(2026, 10, 29)
    at = dt.time(15, 30)
    minutes_long = 60


class CoachingEntryFactory(InDistrict):
    class Meta:
        model = CoachingEntry

    coached = factory.SubFactory(PositionFactory, district=same_district())
    coached_person = factory.SubFactory(UserFactory)
    coach = factory.SubFactory(UserFactory)
    on = dt.date(2026, 10, 20)
    minutes_long = 30
    focus = "Missed sessions"
    next_step = "Try the call list"
    next_on = dt.date(2026, 11, 3)


def line_for(role, **fields):
    """A line of the plan for one role, in its district's year."""
    line = LineFactory(district=role.district, level=role.level, **fields)
    LineAudience.objects.create(district=line.district, line=line, role=role)
    return line


def seat(role, *, holder=None, school=None, **fields):
    """A position of the role that somebody has held all year."""
    number = role.positions.filter(school=school).count() + 1
    position = PositionFactory(district=role.district, role=role, school=school, seat=number)
    AssignmentFactory(
        district=role.district, position=position, holder=holder or UserFactory(), **fields
    )
    return position


def session_with_guests(guests=3, **fields):
    """A session today whose audience is so many held positions; led by another position."""
    role = RoleFactory(level="site")
    line = line_for(role)
    leader = PositionFactory(district=role.district)
    session = SessionFactory(district=role.district, line=line, leader=leader, **fields)
    return session, [seat(role) for _ in range(guests)]

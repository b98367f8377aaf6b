"""Rows that calendar feeds show, beside milestones."""

import datetime as dt

import factory

from roadmap.models import (
    LearningLine,
    LearningSession,
    LineAudience,
    Meeting,
    MeetingAction,
    MeetingSeries,
    SeriesMember,
)
from tests.factories.checklists import year_of
from tests.factories.roles import InDistrict, RoleFactory, UserFactory, same_district


class SeriesFactory(InDistrict):
    class Meta:
        model = MeetingSeries

    school_year = factory.LazyAttribute(lambda o: year_of(o.district))
    title = "Tutoring team"
    rhythm = "weekly"
    first_on = dt.date(2026, 8, 17)
    last_on = dt.date(2027, 5, 28)
    at = dt.time(10, 0)
    minutes_long = 45


class MeetingFactory(InDistrict):
    class Meta:
        model = Meeting

    series = factory.SubFactory(SeriesFactory, district=same_district())
    usual_on = factory.SelfAttribute("on")
    on = dt.date(2026, 11, 2)
    at = dt.time(10, 0)
    minutes_long = 45


class SeriesMemberFactory(InDistrict):
    class Meta:
        model = SeriesMember


class MeetingActionFactory(InDistrict):
    class Meta:
        model = MeetingAction

    meeting = factory.SubFactory(MeetingFactory, district=same_district())
    text = "Ask finance for the money line"
    due_on = dt.date(2026, 11, 6)
    made_by = factory.SubFactory(UserFactory)


class LineFactory(InDistrict):
    class Meta:
        model = LearningLine

    school_year = factory.LazyAttribute(lambda o: year_of(o.district))
    level = "site"
    topic = "Reading tutoring data with tutors"
    sessions = 4
    minutes_each = 60
    cadence = "quarterly"


class AudienceFactory(InDistrict):
    class Meta:
        model = LineAudience

    line = factory.SubFactory(LineFactory, district=same_district())
    role = factory.SubFactory(RoleFactory, district=same_district())


class SessionFactory(InDistrict):
    class Meta:
        model = LearningSession

    line = factory.SubFactory(LineFactory, district=same_district())
    on = dt.date(2026, 11, 9)
    at = dt.time(15, 30)
    minutes_long = 60

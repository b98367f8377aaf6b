"""Series of meetings and what belongs to them, arranged outside the wall."""

import datetime as dt

import factory
from django.utils import timezone

from roadmap.models import AgendaItem, Decision, Meeting, MeetingAction, MeetingSeries
from tests.factories.roles import (
    AssignmentFactory,
    InDistrict,
    PositionFactory,
    SchoolYearFactory,
    UserFactory,
    same_district,
)


class SeriesFactory(InDistrict):
    class Meta:
        model = MeetingSeries

    school_year = factory.SubFactory(SchoolYearFactory, district=same_district())
    title = factory.Sequence(lambda n: f"Team meeting {n}")
    rhythm = "monthly"
    first_on = dt.date(2026, 9, 3)
    last_on = dt.date(2027, 5, 28)
    at = dt.time(10, 0)
    minutes_long = 60


class MeetingFactory(InDistrict):
    class Meta:
        model = Meeting

    class Params:
        held = factory.Trait(
            state="held",
            held_at=factory.LazyFunction(timezone.now),
            held_by=factory.SubFactory(UserFactory),
        )

    series = factory.SubFactory(SeriesFactory, district=same_district())
    on = dt.date(2026, 11, 5)
    usual_on = factory.SelfAttribute("on")
    at = factory.SelfAttribute("series.at")
    minutes_long = factory.SelfAttribute("series.minutes_long")


class AgendaItemFactory(InDistrict):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory, district=same_district())
    source = "person"
    title = factory.Sequence(lambda n: f"Item {n}")
    order = factory.Sequence(lambda n: n % 1000)


class DecisionFactory(InDistrict):
    class Meta:
        model = Decision

    meeting = factory.SubFactory(MeetingFactory, district=same_district())
    text = "Rooms are booked for the whole year."
    by = factory.SubFactory(UserFactory)


class MeetingActionFactory(InDistrict):
    class Meta:
        model = MeetingAction

    meeting = factory.SubFactory(MeetingFactory, district=same_district())
    text = "Ask the provider for a second coach"
    due_on = dt.date(2026, 11, 12)
    made_by = factory.SubFactory(UserFactory)


def chaired(who, *, district=None, school=None, **fields):
    """A series of the district or of a school, chaired by this person."""
    district = district or school.district
    chair = PositionFactory(district=district, school=school)
    AssignmentFactory(district=district, position=chair, holder=who)
    return SeriesFactory(district=district, school=school, chair=chair, **fields)

"""A facilitator hears before the last day of a round, once."""

import datetime as dt

import pytest

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Notice
from roles.notices import sources
from roles.services import notices
from selfassessment.services import team
from tests.factories.roles import ClosureFactory, SchoolYearFactory, member
from tests.factories.selfassessment import RatingFactory, RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
LAST = dt.date(2026, 11, 10)  # a Tuesday


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(year):
    return member(AccessLevel.DISTRICT_LEAD, at=year.district)


@pytest.fixture
def opened(year, lead):
    return RoundFactory(
        district=year.district, school_year=year, label="Fall 2026", facilitator=lead,
        closes_on=LAST,
    )  # fmt: skip


def told_on(district, *days):
    return {day.day: notices.owe(district, day) for day in days}


def days(*numbers):
    return [dt.date(2026, 11, each) for each in numbers]


def test_the_facilitator_hears_three_school_days_before_once(year, lead, opened):
    assert told_on(year.district, *days(4, 5, 6, 9, 10)) == {4: 0, 5: 1, 6: 0, 9: 0, 10: 0}
    assert Notice.objects.get(source="round_ends").reader == lead


def test_days_without_school_do_not_count(year, opened):
    first, last = days(5, 9)
    ClosureFactory(district=year.district, school_year=year, first_day=first, last_day=last)

    assert told_on(year.district, *days(2, 3, 4, 5, 10)) == {2: 1, 3: 0, 4: 0, 5: 0, 10: 0}


def test_it_says_what_is_left_and_is_silent_once_the_rating_is_finished(year, opened):
    rated = RatingFactory(district=year.district, round=opened, code="6b.1")
    RatingFactory(
        district=year.district, round=opened, code="6b.2", stage="waiting", value=None,
        rationale="", rated_by=None, rated_at=None,
    )  # fmt: skip
    source, subject = sources()["round_ends"], f"round_ends:{opened.pk}"

    words = source.still(year.district, [subject])[subject].words

    assert words.startswith("1 of 2 indicators still to be rated together.")
    opened.ratings.exclude(pk=rated.pk).delete()
    assert "All is rated" in source.still(year.district, [subject])[subject].words
    opened.state = "signing"
    opened.save()
    assert source.still(year.district, [subject]) == {}
    assert told_on(year.district, *days(5)) == {5: 0}


def test_who_takes_over_hears_instead(year, lead, opened):
    notices.owe(year.district, dt.date(2026, 11, 5))
    other = member(AccessLevel.EXECUTIVE, at=year.district)
    by = Reach(lead, year.district, Capability.ASSESSMENT_RATE, EVERYWHERE)

    team.facilitate(opened, other, seen=lead.pk, by=by)
    notices.owe(year.district, dt.date(2026, 11, 6))

    ends = Notice.objects.filter(source="round_ends")
    assert dict(ends.values_list("reader", "status")) == {
        lead.pk: "withdrawn",
        other.pk: "waiting",
    }


def test_a_round_without_a_facilitator_reminds_nobody(year, opened):
    opened.facilitator = None
    opened.save()

    assert told_on(year.district, *days(5, 10)) == {5: 0, 10: 0}

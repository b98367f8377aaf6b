"""Noting a team rating: what is kept, and what is refused."""

import pytest

from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from selfassessment.models import IndicatorRating
from selfassessment.services import agreeing
from tests.factories.roles import SchoolYearFactory, UserFactory
from tests.factories.selfassessment import RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def by(year):
    return Reach(UserFactory(), year.district, Capability.ASSESSMENT_RATE, EVERYWHERE)


@pytest.fixture
def opened(year):
    return RoundFactory(district=year.district, school_year=year)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_a_rating_keeps_who_said_it_and_why(by, opened):
    rating = agreeing.rate(opened, "6b.1", 2, "Published and read.", by=by)

    assert (rating.value, rating.rationale, rating.rated_by) == (2, "Published and read.", by.user)
    assert rating.rated_at is not None
    assert AuditEvent.objects.get().detail == {"code": "6b.1", "before": None, "after": 2}


def test_saying_the_same_again_leaves_one_audit_row(by, opened):
    for _ in range(2):
        agreeing.rate(opened, "6b.1", 2, "Published and read.", by=by)

    assert verbs() == ["assessment.rated"]
    assert IndicatorRating.objects.count() == 1


def test_a_changed_rating_notes_what_it_was(by, opened):
    agreeing.rate(opened, "6b.1", 0, "Nothing yet.", by=by)
    agreeing.rate(opened, "6b.1", 3, "All of it.", by=by)

    assert AuditEvent.objects.order_by("pk").last().detail["before"] == 0
    assert IndicatorRating.objects.get().value == 3


def test_a_closed_round_takes_no_rating(by, year):
    closed = RoundFactory(district=year.district, school_year=year, closed=True)

    with pytest.raises(Refused, match="closed"):
        agreeing.rate(closed, "6b.1", 2, "Late.", by=by)

    assert IndicatorRating.objects.count() == 0
    assert verbs() == []


@pytest.mark.parametrize("code", ["6b.4", "7a.1"])
def test_a_round_takes_no_rating_of_what_it_does_not_ask(by, opened, code):
    with pytest.raises(Refused, match="not part"):
        agreeing.rate(opened, code, 2, "Why not.", by=by)

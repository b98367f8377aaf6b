"""Opening, rating and closing: what happens, what is noted, and what is refused."""

import datetime as dt

import pytest

from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import AuditEvent
from roles.services.refusal import Refused
from selfassessment.models import IndicatorRating, Round
from selfassessment.services import agreeing, evidence, rounds
from tests.factories.roles import SchoolYearFactory, UserFactory
from tests.factories.selfassessment import RatingFactory, RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 15)


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


def test_a_round_opens_in_the_school_year_of_its_first_day(by, year):
    opened = rounds.open_round("Fall 2026", SEPTEMBER, OCTOBER, by=by)

    assert (opened.school_year, opened.edition, opened.is_open) == (year, "2026.1", True)
    assert verbs() == ["assessment.round_opened"]


def test_a_second_round_does_not_open_beside_an_open_one(by, opened):
    with pytest.raises(Refused, match="A round is open"):
        rounds.open_round("Spring 2027", SEPTEMBER, OCTOBER, by=by)

    assert Round.objects.count() == 1
    assert verbs() == []


def test_a_round_outside_every_school_year_does_not_open(by):
    with pytest.raises(Refused, match="No school year"):
        rounds.open_round("Fall 2020", dt.date(2020, 9, 1), dt.date(2020, 10, 1), by=by)


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


def test_closing_keeps_ratings_and_the_hints_of_the_day(by, opened, year):
    RatingFactory(district=year.district, round=opened, code="6b.1", value=2)

    rounds.close_round(opened, by=by)

    kept = {rating.code: (rating.value, rating.hint) for rating in opened.ratings.all()}
    assert kept == {
        "6b.1": (2, 0),
        "6b.2": (None, 0),
        "6b.3": (None, 0),
        "6c.1": (None, 0),
        "6c.2": (None, 0),
    }
    assert (opened.closed_by, opened.is_open) == (by.user, False)
    assert AuditEvent.objects.get().detail["rated"] == 1


def test_a_round_closes_once(by, opened):
    rounds.close_round(opened, by=by)

    with pytest.raises(Refused, match="already been closed"):
        rounds.close_round(opened, by=by)

    assert verbs() == ["assessment.round_closed"]


def test_evidence_by_hand_keeps_its_own_date(by):
    data = {"label": "Minutes", "text": "Item 7", "dated_on": dt.date(2026, 8, 3)}
    added = evidence.add({"6b.1": ""}, data, by=by)

    assert (added.revisions.get().dated_on, added.owner) == (dt.date(2026, 8, 3), by.user)
    assert verbs() == ["assessment.evidence_added"]

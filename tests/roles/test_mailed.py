"""What a page says to its reader of the letters to come."""

import datetime as dt

import pytest
from django.utils import timezone

from roles.models import Audience, MailPreference, Pace
from roles.services.foretelling import Planned
from roles.services.mailed import mailed, words_to
from tests.factories.roles import DistrictFactory, UserFactory

FRIDAY, MONDAY, NEXT = dt.date(2026, 12, 4), dt.date(2026, 12, 7), dt.date(2026, 12, 9)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def district():
    return DistrictFactory()


def says(district, reader, *days, **more):
    return words_to(district, reader, days, "if it is not in", **more)


def test_the_days_are_named_in_order(district):
    assert says(district, UserFactory(), MONDAY, FRIDAY) == (
        "You will be mailed on Dec 4 and Dec 7 if it is not in."
    )
    assert says(district, UserFactory()) == ""


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"off_since": timezone.now}, ""),
        ({"pace": Pace.WEEKLY, "brief_weekday": 0}, "Dec 7 and Dec 14"),
        ({"pace": Pace.WEEKLY, "brief_weekday": 4}, "Dec 4 and Dec 11"),
        ({"brief": False}, "Dec 4, Dec 7 and Dec 9"),
        ({}, "Dec 4, Dec 7 and Dec 14"),
    ],
    ids=["off", "weekly on Mondays", "weekly on Fridays", "no brief", "the usual"],
)
def test_the_days_are_those_on_which_this_reader_is_mailed(district, wish, expected):
    reader = UserFactory()
    fields = {"brief_weekday": 0} | {
        name: value() if callable(value) else value for name, value in wish.items()
    }
    MailPreference.objects.create(district=district, person=reader, **fields)

    said = says(district, reader, FRIDAY, MONDAY, briefs=[NEXT])

    assert said == (f"You will be mailed on {expected} if it is not in." if expected else "")


def test_who_is_mailed_alone_is_not_listed_beside_it(district):
    reader, above = UserFactory(), UserFactory()
    own = Planned(FRIDAY, Audience.OWNER, (str(reader),), readers=(reader.pk,))
    later = Planned(NEXT, Audience.SUPERVISOR, (str(above),), readers=(above.pk,))

    alone = mailed(district, reader, [own])
    both = mailed(district, reader, [own, later])
    other = mailed(district, UserFactory(), [own])

    assert (alone.words, alone.others) == ("You will be mailed on Dec 4 if it is not done.", ())
    assert (both.words, both.others) == (alone.words, [own, later])
    assert (other.words, other.others) == ("", [own])
    assert not mailed(district, reader, [])

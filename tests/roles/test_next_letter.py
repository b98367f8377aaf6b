"""Pages say in which letter a person reads what is news now."""

import datetime as dt

import pytest

from roles.capabilities import AccessLevel
from roles.models import LetterKind, MailPreference, Pace, Snooze
from roles.services import letters
from roles.services.next_letter import read_in
from tests.factories.roles import DistrictFactory, member

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def reader(school_day):
    """Somebody on a Thursday."""
    return member(AccessLevel.ADMINISTRATIVE_LEADER, at=DistrictFactory())


def district(reader):
    return reader.memberships.get().district


def said(reader):
    return read_in(district(reader), [reader])[reader.pk]


def had_a_letter(reader):
    letters.owe(
        district=district(reader), key="x", to=reader.email, kind=LetterKind.DUE, reader=reader
    )


def test_today_if_todays_is_not_out_else_on_the_next_working_day(reader, school_day):
    assert said(reader) == "in today\u2019s letter"
    had_a_letter(reader)
    assert said(reader) == "in the letter of Oct 30"
    school_day.shift(2 * DAY)
    assert said(reader) == "in the letter of Nov 2"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pace": Pace.EACH}, "in a letter today"),
        ({"pace": Pace.WEEKLY}, "in the weekly brief of Nov 2"),
        ({"off_since": dt.datetime(2026, 10, 1, tzinfo=dt.UTC)}, "on the Today page only"),
    ],
)
def test_it_follows_the_readers_wish(reader, fields, words):
    had_a_letter(reader)
    MailPreference.objects.create(district=district(reader), person=reader, **fields)

    assert said(reader).startswith(words)


def test_who_is_away_reads_it_when_they_are_back(reader):
    until = dt.date(2026, 11, 5)
    Snooze.objects.create(district=district(reader), person=reader, until=until)

    assert said(reader) == "in the letter of Nov 5"

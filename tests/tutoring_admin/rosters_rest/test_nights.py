"""Each district is asked once a night, at its own hour."""

import datetime as dt

import pytest
import time_machine

from roles.models import RosterPull
from tests.factories.roles import DistrictFactory
from tests.tutoring_admin.rosters_rest.test_pulling import source_of
from tutoring_admin.systems.rosters.rest import nights

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_bells(monkeypatch):
    rung = []
    monkeypatch.setattr(nights, "ring_on_commit", lambda task, *ids: rung.append(ids))
    return rung


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("hour", "now", "night"),
    [
        (2, "2026-11-10T07:59", None),  # 1:59 am in Chicago
        (2, "2026-11-10T08:00", dt.date(2026, 11, 10)),
        (2, "2026-11-10T13:59", dt.date(2026, 11, 10)),
        (2, "2026-11-10T14:00", None),
        (23, "2026-11-10T05:00", dt.date(2026, 11, 9)),
        (23, "2026-11-10T09:30", dt.date(2026, 11, 9)),  # past midnight, the same night
        (2, "2026-11-01T07:30", None),  # 1:30 am for the second time
        (2, "2027-03-14T08:30", dt.date(2027, 3, 14)),  # and the one without this hour
    ],
)
def test_the_hour_is_that_of_the_district(hour, now, night):
    district = DistrictFactory.build(time_zone="America/Chicago")
    assert nights.night_of(district, hour, moment(now)) == night


def test_each_district_is_owed_one_pull_a_night(server12, no_bells):
    source = source_of(server12, hour=2)
    source_of(server12, hour=2, is_nightly=False)
    source_of(server12, hour=2, district=DistrictFactory(time_zone="Pacific/Honolulu"))
    with time_machine.travel(moment("2026-11-10T08:05"), tick=False) as clock:
        assert nights.owe_everywhere() == 1
        assert nights.owe_everywhere() == 0
        clock.shift(dt.timedelta(days=1))
        assert nights.owe_everywhere() == 0  # the first one is still under way
        RosterPull.objects.update(status="done")
        assert nights.owe_everywhere() == 1
    assert {pull.source for pull in RosterPull.objects.all()} == {source}
    assert len(no_bells) == 2


def test_on_sundays_everything_is_asked_for(server12, no_bells, monkeypatch):
    monkeypatch.setattr(nights, "last_good", lambda source: moment("2026-11-02T08:00"))
    source_of(server12, hour=2)
    since = {}
    with time_machine.travel(moment("2026-11-07T08:05"), tick=False) as clock:
        for _ in range(3):
            nights.owe_everywhere()
            newest = RosterPull.objects.first()
            since[newest.key[-10:]] = newest.since
            RosterPull.objects.update(status="done")
            clock.shift(dt.timedelta(days=1))
    assert [day for day, when in since.items() if when is None] == ["2026-11-08"]

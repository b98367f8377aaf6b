"""Who is asked to read a job description, who is reminded, and when it stops."""

import datetime as dt

import pytest
import time_machine

from roles.capabilities import AccessLevel
from roles.models import Acknowledgement, AuditEvent, Letter
from roles.services import acknowledging, drafts, jobs, reminding
from roles.tasks import owe_reminders as task
from roles.wall import district_scope
from tests.factories.roles import (
    AssignmentFactory,
    ClosureFactory,
    DistrictFactory,
    JobDescriptionFactory,
    PositionFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked_day")]
ASKED = dt.date(2026, 9, 3)  # a Thursday; Thursdays follow at 7, 21, 35 days


@pytest.fixture
def asked_day():
    with time_machine.travel(dt.datetime(2026, 9, 3, 15, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def version(district):
    job = JobDescriptionFactory(district=district)
    return VersionFactory(district=district, job_description=job, number=2, published=True)


def holder_of(version, **fields):
    """An assignment at a position the version covers, of someone with access."""
    district = version.district
    fields.setdefault("holder", member(AccessLevel.ADMINISTRATIVE_LEADER, at=district))
    role = version.job_description.role
    seat = role.positions.count() + 1
    position = PositionFactory(district=district, role=role, seat=seat)
    return AssignmentFactory(district=district, position=position, **fields)


def owe(district, days, clock=None):
    """The round of so many days after the publication; how many letters it added."""
    noon = dt.datetime(2026, 9, 3, 15, tzinfo=dt.UTC) + dt.timedelta(days=days)
    with time_machine.travel(noon, tick=False), district_scope(district):
        return reminding.owe_reminders(district, ASKED + dt.timedelta(days=days))


def keys():
    return list(Letter.objects.order_by("pk").values_list("key", flat=True))


def test_a_reminder_comes_after_a_week_and_then_every_second_week(district, version):
    held = holder_of(version)
    acknowledging.ask_holders(version, by=reach(district))

    added = {days: owe(district, days) for days in range(40)}

    assert [days for days, letters in added.items() if letters] == [7, 21, 35]
    base = f"acknowledge:{version.pk}:{held.pk}"
    assert keys() == [base, f"{base}:reminder:1", f"{base}:reminder:2", f"{base}:reminder:3"]


def test_a_round_that_runs_twice_owes_nothing_more(district, version):
    holder_of(version)

    assert [owe(district, 7), owe(district, 7), owe(district, 7)] == [1, 0, 0]


def test_a_weekend_and_a_break_are_quiet_and_the_day_after_speaks_for_them(district, version):
    year = SchoolYearFactory(district=district)
    first, last = ASKED + dt.timedelta(days=7), ASKED + dt.timedelta(days=8)
    ClosureFactory(district=district, school_year=year, first_day=first, last_day=last)
    holder_of(version)

    added = {days: owe(district, days) for days in range(1, 14)}

    # asked on the next school day, since no letter was owed at publishing
    assert [days for days, letters in added.items() if letters] == [1, 11]


def test_where_no_day_is_quiet_a_sunday_is_as_good_as_any(district, version, settings):
    settings.QUIET_DAYS = False
    holder_of(version)

    assert owe(district, 10) == 1


def test_after_a_long_break_two_rungs_do_not_come_on_two_days(district, version):
    year = SchoolYearFactory(district=district)
    ClosureFactory(
        district=district,
        school_year=year,
        first_day=ASKED + dt.timedelta(days=20),
        last_day=ASKED + dt.timedelta(days=33),
    )
    holder_of(version)

    added = {days: owe(district, days) for days in range(7, 45)}

    assert [days for days, letters in added.items() if letters] == [7, 34, 40]


def test_the_letter_says_how_long_it_has_waited_and_is_worth_two_days(district, version, settings):
    settings.SITE_URL = "https://tutoring.example/"
    holder_of(version)

    owe(district, 21)

    letter = Letter.objects.get()
    url = f"https://tutoring.example/d/{district.slug}/roles/versions/{version.pk}/"
    assert letter.subject == f"Read and acknowledge, waiting since Sep 3: {version.title}"
    assert "has waited for you for 21 days, since September 3" in letter.body
    assert url in letter.body
    assert f'href="{url}"' in letter.html
    assert letter.expires_at == dt.datetime(2026, 9, 26, tzinfo=district.zone)


def test_acknowledging_ends_the_reminders_and_takes_back_what_is_not_sent(district, version):
    held = holder_of(version)
    owe(district, 7)

    acknowledging.acknowledge(version, by=reach(district, held.holder))

    assert keys() == []
    assert owe(district, 21) == 0


@pytest.mark.parametrize("gone", ["assignment", "account", "access", "version"])
def test_nobody_is_reminded_once_something_ended(district, version, gone):
    held = holder_of(version)
    if gone == "assignment":
        held.ends_on = ASKED
        held.save()
    elif gone == "account":
        held.holder.is_active = False
        held.holder.save()
    elif gone == "access":
        held.holder.memberships.all().delete()
    else:
        type(version).objects.filter(pk=version.pk).update(status="superseded")

    assert owe(district, 7) == 0


def test_access_to_another_district_is_no_access_here(district, version):
    held = holder_of(version, holder=member(AccessLevel.EXECUTIVE, at=DistrictFactory()))

    assert owe(district, 7) == 0
    assert not Acknowledgement.objects.filter(assignment=held).exists()


def test_two_seats_of_one_role_are_one_letter(district, version):
    held = holder_of(version)
    holder_of(version, holder=held.holder)

    assert owe(district, 7) == 1


def test_a_new_version_asks_again_and_counts_from_its_own_day(district, version):
    held = holder_of(version)
    acknowledging.acknowledge(version, by=reach(district, held.holder))
    by = reach(district)
    with time_machine.travel(dt.datetime(2026, 10, 1, 15, tzinfo=dt.UTC), tick=False):
        newer = drafts.start_draft(version.job_description.role, by=by)
        jobs.publish(newer, by=by)

    assert keys() == [f"acknowledge:{newer.pk}:{held.pk}"]
    assert [owe(district, 34), owe(district, 35)] == [0, 1]


def test_who_takes_up_a_position_is_asked_once_about_the_published_version(district, version):
    held = holder_of(version)
    by = reach(district)

    assert acknowledging.ask_new_holder(held, by=by)
    assert acknowledging.ask_new_holder(held, by=by)

    assert keys() == [f"acknowledge:{version.pk}:{held.pk}"]


def test_who_begins_later_is_asked_on_the_first_day(district, version):
    held = holder_of(version, starts_on=ASKED + dt.timedelta(days=5))

    assert not acknowledging.ask_new_holder(held, by=reach(district))

    assert [owe(district, 4), owe(district, 5), owe(district, 6)] == [0, 1, 0]
    assert keys() == [f"acknowledge:{version.pk}:{held.pk}"]


def test_nobody_is_asked_where_nothing_is_published_or_the_account_is_closed(district, version):
    elsewhere = AssignmentFactory(district=district)
    closed = holder_of(version, holder=UserFactory(is_active=False))
    by = reach(district)

    assert not acknowledging.ask_new_holder(elsewhere, by=by)
    assert not acknowledging.ask_new_holder(closed, by=by)
    acknowledging.ask_holders(version, by=by)

    assert keys() == []


def test_reminding_by_hand_writes_at_most_once_a_day(district, version):
    held = holder_of(version)
    by = reach(district)
    chosen = type(held).objects.filter(pk=held.pk)

    assert reminding.remind_now(chosen, by=by) == [str(held.holder)]
    assert reminding.remind_now(chosen, by=by) == []
    with time_machine.travel(dt.datetime(2026, 9, 4, 15, tzinfo=dt.UTC), tick=False):
        assert reminding.remind_now(chosen, by=by) == [str(held.holder)]

    told = AuditEvent.objects.filter(verb="job_description.reminded")
    assert [event.detail["people"] for event in told] == [str(held.holder)] * 2


def test_one_letter_by_hand_names_every_description_that_waits(district, version):
    held = holder_of(version)
    other = VersionFactory(district=district, title="Site Tutoring Lead", published=True)
    holder_of(other, holder=held.holder)

    reminding.remind_now(type(held).objects.filter(holder=held.holder), by=reach(district))

    body = Letter.objects.get().body
    assert version.title in body
    assert "Site Tutoring Lead" in body


def test_beat_goes_through_all_districts_by_their_own_morning(district, version):
    holder_of(version)
    far = DistrictFactory(time_zone="Pacific/Honolulu")
    theirs = VersionFactory(district=far, published=True)
    holder_of(theirs)

    with time_machine.travel(dt.datetime(2026, 9, 10, 13, tzinfo=dt.UTC), tick=False):
        assert task() == 1  # 8 am in Chicago, 3 am in Honolulu
    with time_machine.travel(dt.datetime(2026, 9, 10, 19, tzinfo=dt.UTC), tick=False):
        assert task() == 1


def test_one_districts_trouble_does_not_keep_the_others_from_their_reminders(
    district, version, monkeypatch, caplog
):
    holder_of(version)
    DistrictFactory(slug="aaa", name="Aaa")
    true = reminding.owe_reminders

    def trouble(district, today):
        if district.slug == "aaa":
            raise ValueError("broken")
        return true(district, today)

    monkeypatch.setattr(reminding, "owe_reminders", trouble)
    with time_machine.travel(dt.datetime(2026, 9, 10, 15, tzinfo=dt.UTC), tick=False):
        assert task() == 1
    assert "Reminders to acknowledge in aaa were not owed" in caplog.text

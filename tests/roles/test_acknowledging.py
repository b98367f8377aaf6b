"""Who is asked to read a job description, who is reminded, and when it stops."""

import datetime as dt
from itertools import pairwise

import pytest
import time_machine
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from roles.capabilities import AccessLevel
from roles.ladder import days_of
from roles.models import Acknowledgement, AuditEvent, Letter, Notice, NoticeStatus
from roles.reports import seats
from roles.schooltime import is_quiet
from roles.services import acknowledging, drafts, gathering, jobs, letters, reminding
from roles.tasks import owe_notices as task
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


def sent(district, days):
    """The letters of the round of so many days after the publication, as they go out."""
    noon = dt.datetime(2026, 9, 3, 15, tzinfo=dt.UTC) + dt.timedelta(days=days)
    before = len(mail.outbox)
    with time_machine.travel(noon, tick=False):
        with district_scope(district):
            gathering.round_of(district)
        post(district)
    return mail.outbox[before:]


def post(district):
    for pk in Letter.objects.due().order_by("pk").values_list("pk", flat=True):
        letters.post(district.pk, pk)


def days_with_letters(district, days):
    return [day for day in days for _ in sent(district, day)]


def test_a_holder_is_asked_at_once_reminded_after_a_week_and_then_every_second_week(
    district, version
):
    held = holder_of(version)

    assert days_with_letters(district, range(40)) == [0, 7, 21, 35]
    assert {letter.to[0] for letter in mail.outbox} == {held.holder.email}
    rungs = Notice.objects.order_by("pk").values_list("rung", flat=True)
    assert list(rungs) == [0, 7, 21, 35]


def test_it_goes_on_for_as_long_as_nobody_reads(district, version):
    holder_of(version)

    assert days_with_letters(district, range(104, 134)) == [104, 105, 119, 133]


def test_a_round_that_runs_twice_sends_nothing_more(district, version):
    holder_of(version)

    assert [len(sent(district, 7)) for _ in range(3)] == [1, 0, 0]


def test_it_is_one_letter_with_whatever_else_waits_for_its_reader(district, version):
    held = holder_of(version)
    other = VersionFactory(district=district, title="Site Tutoring Lead", published=True)
    holder_of(other, holder=held.holder)

    (letter,) = sent(district, 7)

    assert version.title in letter.body
    assert "Site Tutoring Lead" in letter.body


def test_a_weekend_and_a_break_are_quiet_and_the_day_after_speaks_for_them(district, version):
    year = SchoolYearFactory(district=district)
    first, last = ASKED + dt.timedelta(days=7), ASKED + dt.timedelta(days=8)
    ClosureFactory(district=district, school_year=year, first_day=first, last_day=last)
    holder_of(version)

    # no round came by at publishing: asked on the next school day
    assert days_with_letters(district, range(1, 14)) == [1, 11]


def test_where_no_day_is_quiet_a_sunday_is_as_good_as_any(district, version, settings):
    settings.QUIET_DAYS = False
    holder_of(version)

    assert len(sent(district, 10)) == 1


def test_after_a_long_break_two_rungs_do_not_come_on_two_days(district, version):
    year = SchoolYearFactory(district=district)
    ClosureFactory(
        district=district,
        school_year=year,
        first_day=ASKED + dt.timedelta(days=20),
        last_day=ASKED + dt.timedelta(days=33),
    )
    holder_of(version)

    # that of day 35 is left out: the one of day 21, which the break put off, was heard on day 34
    assert days_with_letters(district, range(7, 50)) == [7, 34, 49]


def test_the_letter_says_since_when_it_waits_where_and_why(district, version, settings):
    settings.SITE_URL = "https://tutoring.example/"
    held = holder_of(version)

    (letter,) = sent(district, 21)

    url = f"https://tutoring.example/d/{district.slug}/roles/versions/{version.pk}/"
    html = letter.alternatives[0].content
    assert letter.subject == f"Read and acknowledge, waiting since Sep 3: {version.title}"
    assert f'href="{url}"' in html
    for text in (letter.body, html):
        assert "Waiting since Thursday, September 3" in text
        assert url in text
        assert f"you hold the position {held.position}" in text


def test_acknowledging_ends_the_reminders_and_takes_back_what_is_not_sent(district, version):
    held = holder_of(version)
    with district_scope(district):
        gathering.round_of(district)
    assert Letter.objects.filter(to=held.holder.email, status="waiting").exists()

    acknowledging.acknowledge(version, by=reach(district, held.holder))
    post(district)

    assert mail.outbox == []
    assert Notice.objects.get().status == NoticeStatus.WITHDRAWN
    assert days_with_letters(district, range(40)) == []


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

    assert sent(district, 7) == []


def test_access_to_another_district_is_no_access_here(district, version):
    held = holder_of(version, holder=member(AccessLevel.EXECUTIVE, at=DistrictFactory()))

    assert sent(district, 7) == []
    assert not Acknowledgement.objects.filter(assignment=held).exists()


def test_two_seats_of_one_role_are_one_line_of_one_letter(district, version):
    held = holder_of(version)
    holder_of(version, holder=held.holder)

    (letter,) = sent(district, 7)

    assert letter.subject == f"Read and acknowledge, waiting since Sep 3: {version.title}"
    assert Notice.objects.count() == 1


def test_a_new_version_asks_again_and_counts_from_its_own_day(district, version):
    held = holder_of(version)
    acknowledging.acknowledge(version, by=reach(district, held.holder))
    by = reach(district)
    with time_machine.travel(dt.datetime(2026, 10, 1, 15, tzinfo=dt.UTC), tick=False):
        newer = drafts.start_draft(version.job_description.role, by=by)
        jobs.publish(newer, by=by)

    assert days_with_letters(district, range(28, 36)) == [28, 35]
    subjects = set(Notice.objects.values_list("subject", flat=True))
    assert subjects == {acknowledging.subject_of(newer.pk, held.holder_id)}


def test_who_begins_later_is_asked_on_the_first_day(district, version):
    holder_of(version, starts_on=ASKED + dt.timedelta(days=5))

    assert days_with_letters(district, range(3, 13)) == [5, 12]


def test_who_published_it_is_reminded_but_not_asked(district):
    publisher = member(AccessLevel.DISTRICT_LEAD, at=district)
    own = VersionFactory(district=district, published=True, published_by=publisher)
    holder_of(own, holder=publisher)

    assert days_with_letters(district, range(10)) == [7]


def test_nobody_is_asked_where_nothing_is_published_or_the_account_is_closed(district, version):
    AssignmentFactory(
        district=district, holder=member(AccessLevel.ADMINISTRATIVE_LEADER, at=district)
    )
    holder_of(version, holder=UserFactory(is_active=False))

    assert sent(district, 0) == []


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


def test_one_letter_by_hand_goes_out_at_once_and_names_every_description_that_waits(
    district, version
):
    held = holder_of(version)
    other = VersionFactory(district=district, title="Site Tutoring Lead", published=True)
    holder_of(other, holder=held.holder)
    sent(district, 0)

    reminding.remind_now(type(held).objects.filter(holder=held.holder), by=reach(district))
    post(district)

    _, by_hand = mail.outbox
    assert version.title in by_hand.body
    assert "Site Tutoring Lead" in by_hand.body


def test_who_was_reminded_by_hand_is_left_in_peace_for_days(district, version):
    held = holder_of(version)
    sent(district, 0)
    with time_machine.travel(dt.datetime(2026, 9, 9, 15, tzinfo=dt.UTC), tick=False):
        reminding.remind_now(type(held).objects.filter(pk=held.pk), by=reach(district))
        post(district)

    assert days_with_letters(district, range(7, 22)) == [12, 21]


def test_beat_goes_through_all_districts_by_their_own_morning(district, version):
    holder_of(version)
    far = DistrictFactory(time_zone="Pacific/Honolulu")
    theirs = VersionFactory(district=far, published=True)
    holder_of(theirs)

    with time_machine.travel(dt.datetime(2026, 9, 10, 13, tzinfo=dt.UTC), tick=False):
        assert task() == 1  # 8 am in Chicago, 3 am in Honolulu
    with time_machine.travel(dt.datetime(2026, 9, 10, 19, tzinfo=dt.UTC), tick=False):
        assert task() == 1


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)),
    st.integers(0, 400),
    st.lists(
        st.tuples(st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)), st.integers(0, 30)),
        max_size=4,
    ),
)
def test_no_two_rungs_are_heard_within_days_and_the_next_one_is_always_known(start, ago, breaks):
    closed = [(first, first + dt.timedelta(days=length)) for first, length in breaks]

    def quiet(day):
        return is_quiet(day, closed)

    steps = reminding.steps_until(start + dt.timedelta(days=ago), start, quiet)
    heard = [day for day, _ in days_of(steps, start, quiet)]

    assert steps[0].days == 0
    assert all(b - a >= reminding.BREATH for a, b in pairwise(heard))
    assert set(reminding.steps_until(start, start, quiet)) <= set(steps)


def test_when_a_school_year_begins_everyone_is_asked_again_and_the_record_stays(district, version):
    held = holder_of(version)
    by = reach(district, held.holder)
    first_day = dt.date(2027, 7, 1)
    acknowledging.acknowledge(version, by=by)

    assert acknowledging.ask_anew(first_day, by=by) == 1
    assert acknowledging.ask_anew(first_day, by=by) == 0
    assert acknowledging.acknowledge(version, by=by) is False  # it counts until then

    with time_machine.travel(dt.datetime(2027, 7, 20, 15, tzinfo=dt.UTC), tick=False):
        today = district.today()
        (asked,) = acknowledging.asked(type(held).objects.filter(pk=held.pk), district, today)
        assert (asked.has_read, asked.asked_on) == (False, first_day)
        assert acknowledging.acknowledge(version, by=by) is True
        assert seats.stands_by_role(by, today)[0].at(seats.Stand.ORDER) == 1
        assert acknowledging.ask_anew(first_day, by=by) == 0
    assert Acknowledgement.every.count() == 2

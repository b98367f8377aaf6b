"""Who is asked to decide on a job description hears, and hears again, in the gathered letter."""

import datetime as dt

import pytest
from django.core import mail

from roles.capabilities import AccessLevel, Capability
from roles.models import Assignment, MailPreference, Notice, NoticeStatus, Pace, Position, User
from roles.notices import sources
from roles.services import gathering, reviews
from roles.wall import district_scope
from tests.factories.roles import (
    ApprovalFactory,
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    VersionFactory,
    member,
)
from tests.roles.reviewing import a_road
from tests.roles.test_gathering import turn

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 2)
AFTER = "Decide, waiting since Nov 2: Site Tutoring Lead job description"


@pytest.fixture
def on_day(school_day):
    """`on_day(n)`: ten in the morning in Chicago, so many days after Monday, November 2."""

    def move(days):
        local = dt.datetime.combine(MONDAY, dt.time(10), tzinfo=dt.UTC)
        school_day.move_to(local + dt.timedelta(days=days, hours=6))

    move(0)
    return move


@pytest.fixture
def road(on_day):
    """Sent on Monday to Human Resources, whose partner reports to the champion."""
    road = a_road()
    road.hr_role.reports_to = road.lead_role
    road.hr_role.save()
    no_briefs(road)
    road.send()
    turn(road)
    mail.outbox.clear()
    return road


def no_briefs(road):
    for person in User.objects.all():
        MailPreference.objects.get_or_create(
            district=road.district, person=person, defaults={"brief": False}
        )


def heard(road):
    """(reader, subject) of each letter of one more round."""
    return sorted((sent.to[0], sent.subject) for sent in turn(road))


def test_who_has_not_decided_hears_after_three_seven_and_fourteen_days(road, on_day):
    days = []
    for day in range(30):
        on_day(day)
        for letter in heard(road):
            assert letter == (road.hr.email, AFTER)
            days.append(day)

    assert days == [3, 7, 14]  # and on the first day, see `road`


def test_it_is_asked_in_the_next_letter_of_the_day(on_day):
    road = a_road()
    no_briefs(road)
    road.send()

    assert heard(road) == [(road.hr.email, AFTER)]
    assert heard(road) == []


def test_who_had_todays_letter_is_asked_in_the_next_one(road, on_day):
    taken_back(road)
    road.send()
    assert heard(road) == []

    on_day(1)

    assert heard(road) == [(road.hr.email, AFTER)]


def test_who_wants_single_letters_is_asked_at_once(road):
    wish = MailPreference.objects.filter(person=road.hr)
    wish.update(pace=Pace.EACH)
    taken_back(road)
    road.send()

    assert heard(road) == [(road.hr.email, AFTER)]
    assert heard(road) == []


def test_the_line_leads_to_the_review_and_says_who_sent_what(road, on_day):
    on_day(3)

    (sent,) = turn(road)

    assert f"/roles/versions/{road.draft.pk}/review/" in sent.body
    assert f"{road.author} sent version {road.draft.number}." in sent.body
    assert f"you hold the position {Position.objects.get(role=road.hr_role)}" in sent.body
    notice = Notice.objects.latest("pk")
    assert notice.subject == f"review:{road.stop().pk}"
    assert (notice.rung, notice.status) == (3, NoticeStatus.SAID)


def test_it_is_one_letter_with_what_else_waits_for_them(road, on_day):
    job = JobDescriptionFactory(district=road.district, role=road.hr_role)
    VersionFactory(district=road.district, job_description=job, title="Partner", published=True)
    turn(road)  # they are asked to read their own
    on_day(7)

    (sent,) = turn(road)

    assert "and 1 more" in sent.subject
    assert "Site Tutoring Lead job description" in sent.body
    assert "Partner" in sent.body


def test_the_next_stop_waits_since_the_approval_before_it(road, on_day):
    on_day(1)
    road.approve(road.hr)
    assert heard(road) == [(road.lead.email, AFTER.replace("Nov 2", "Nov 3"))]

    on_day(3)
    assert heard(road) == []
    on_day(4)
    ((reader, subject),) = heard(road)
    assert (reader, subject) == (road.lead.email, AFTER.replace("Nov 2", "Nov 3"))


def approved(road):
    road.approve(road.hr)
    road.approve(road.lead)


def returned(road):
    road.give_back(road.hr)


def taken_back(road):
    reviews.take_back(road.draft, by=road.by(road.author))


def overtaken(road):
    reviews.edit_anyway(road.draft, by=road.by(road.author))


@pytest.mark.parametrize("end", [approved, returned, taken_back, overtaken])
@pytest.mark.parametrize("is_owed", [False, True])
def test_nothing_is_heard_once_it_is_decided_or_taken_back(road, on_day, end, is_owed):
    on_day(3)
    if is_owed:  # a letter stands ready and is not sent yet
        with district_scope(road.district):
            assert gathering.round_of(road.district) == 1
    end(road)

    letters = []
    for day in (3, 7, 14):
        on_day(day)
        letters += heard(road)

    assert (road.hr.email, AFTER) not in letters
    said = Notice.objects.filter(reader=road.hr, source="review", status=NoticeStatus.SAID)
    assert list(said.values_list("rung", flat=True)) == [0]


def test_sent_again_the_days_are_counted_anew(road, on_day):
    on_day(1)
    taken_back(road)
    road.send()
    heard(road)

    on_day(3)
    assert heard(road) == []
    on_day(4)
    assert heard(road) == [(road.hr.email, AFTER.replace("Nov 2", "Nov 3"))]


def test_of_a_role_with_two_seats_each_holder_hears(road, on_day):
    seat = PositionFactory(district=road.district, role=road.hr_role, seat=2)
    second = AssignmentFactory(district=road.district, position=seat).holder
    no_briefs(road)
    on_day(3)

    assert heard(road) == sorted([(road.hr.email, AFTER), (second.email, AFTER)])
    assert heard(road) == []


def test_for_a_vacant_role_who_may_publish_hears_not_who_answers_for_the_seat(road, on_day):
    Assignment.objects.filter(holder=road.hr).delete()
    on_day(3)

    assert heard(road) == [(road.author.email, AFTER)]
    road.approve(road.author, by=road.by(road.author, Capability.JOB_DESCRIPTION_PUBLISH))
    on_day(7)
    assert {reader for reader, _ in heard(road)} == {road.lead.email}


def test_who_takes_over_the_seat_hears_and_who_left_does_not(road, on_day):
    on_day(3)
    heard(road)
    Assignment.objects.filter(holder=road.hr).update(ends_on=MONDAY + dt.timedelta(days=3))
    successor = member(AccessLevel.DEPARTMENT_PARTNER, at=road.district)
    AssignmentFactory(
        district=road.district,
        position=Position.objects.get(role=road.hr_role),
        holder=successor,
        starts_on=MONDAY + dt.timedelta(days=4),
    )
    no_briefs(road)

    on_day(4)
    assert heard(road) == [(successor.email, AFTER)]
    on_day(7)
    assert heard(road) == [(successor.email, AFTER)]


def test_another_district_hears_nothing(road, on_day):
    other = a_road()
    other.send()
    no_briefs(other)
    on_day(3)

    with district_scope(road.district):
        gathering.round_of(road.district)

    assert set(Notice.objects.values_list("reader", flat=True)) == {road.hr.pk}


def test_ten_reviews_cost_no_more_queries_than_one(road, django_assert_num_queries):
    ApprovalFactory.create_batch(9, district=road.district, role=road.hr_role)
    first, last = MONDAY - dt.timedelta(days=90), MONDAY + dt.timedelta(days=14)
    with django_assert_num_queries(3):
        found = list(sources()["review"].due(road.district, first, last))
    assert len(found) == 10

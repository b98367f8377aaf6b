"""The project manager's home: what is late, whom to chase with one letter each, what changed."""

import datetime as dt
import re
from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from roles import keeping
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, HomePlace, Letter, MailPreference, Notice
from roles.services.composing import compose_due
from tests.factories.checklists import ActionFactory, ChecklistFactory, WindowFactory
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import (
    ApprovalFactory,
    AssignmentFactory,
    ClosureFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
ROWS = re.compile(r'data-rows="(\d+)"')
KEPT = 21  # five of its own; the rest is what every page asks
A_MONTH = dt.timedelta(days=30)


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def school(year):
    return SchoolFactory(district=year.district, name="Cedar Hill ES")


@pytest.fixture
def pm(client, year):
    user = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    client.force_login(user)
    return user


def at(year, name, *args):
    return reverse(name, args=[year.district.slug, *args])


def leader(school, role=None, name="Baker"):
    """Who holds a seat at the school and may sign in."""
    who = member(AccessLevel.SITE_LEADER, at=school, user=UserFactory(last_name=name))
    role = role or RoleFactory(district=school.district, title="Site Lead", level="site")
    seat = PositionFactory(
        district=school.district, role=role, school=school, seat=role.positions.count() + 1
    )
    AssignmentFactory(district=school.district, position=seat, holder=who)
    return who, seat


def late_milestone(year, owner, **fields):
    fields = {"due_on": dt.date(2026, 10, 20)} | fields
    return MilestoneFactory(
        district=year.district, phase__district=year.district, phase__school_year=year,
        owner=owner, **fields,
    )  # fmt: skip


def open_form(year, who, seat, window=None):
    window = window or WindowFactory(district=year.district, school_year=year)
    return ChecklistFactory(
        district=year.district, window=window, position=seat, school=seat.school,
        holder=who, rater=who, told_at=timezone.now() - A_MONTH,
    )  # fmt: skip


def unread(year, role):
    published_at = timezone.now() - A_MONTH
    return VersionFactory(
        district=year.district, job_description__role=role, published=True,
        job_description__district=year.district, published_at=published_at,
    )  # fmt: skip


@pytest.fixture
def owing(year, school):
    """One person who owes three things, of three apps."""
    who, seat = leader(school)
    late_milestone(year, seat, title="Room list")
    open_form(year, who, seat)
    unread(year, seat.role)
    return who


def home_of(client, year):
    return client.get(at(year, "dashboards:today")).context["home"]


def nudge(client, year, *people, **more):
    data = {"people": [who.pk for who in people], **more}
    return client.post(at(year, "dashboards:chase"), data, follow=True)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.usefixtures("pm")
def test_all_that_one_person_owes_stands_in_one_row_seat_first(client, year, owing):
    (row,) = home_of(client, year).rows

    assert list(row.person.seats.values()) == ["Site Lead, Cedar Hill ES"]
    assert row.person.name == str(owing)
    assert {thing.kind for thing in row.person.things} == {
        "milestone", "checklist", "acknowledgement",
    }  # fmt: skip
    for line in row.lines:
        assert client.get(line.address).status_code == HTTPStatus.OK


@pytest.mark.usefixtures("pm")
def test_what_is_not_late_or_is_settled_is_nobodys_debt(client, year, school):
    who, seat = leader(school)
    late_milestone(year, seat, due_on=TODAY)
    open_form(year, who, seat, WindowFactory(district=year.district, school_year=year, shift=20))
    done = open_form(year, who, seat)
    done.band, done.coverage, done.submitted_at = "on_track", 100, timezone.now()
    done.save()
    ActionFactory(district=year.district, owner=who, due_on=TODAY)

    assert home_of(client, year).rows == []


@pytest.mark.usefixtures("pm")
def test_each_chosen_person_gets_one_letter_about_all_that_is_open(client, year, school, owing):
    other, seat = leader(school, name="Ferro")
    late_milestone(year, seat)

    answer = nudge(client, year, owing, other, back="home")

    assert answer.redirect_chain == [(at(year, "dashboards:today") + "#chase", HTTPStatus.FOUND)]
    letters = {letter.reader: letter for letter in Letter.objects.all()}
    assert set(letters) == {owing, other}
    assert Notice.objects.filter(letter=letters[owing]).count() == 3
    words = compose_due(letters[owing])
    assert "Room list" in words.body
    assert words.subject.endswith("and 2 more")
    assert said(answer) == [
        f"2 people are reminded, each in one letter: {owing}, {other}.",
    ]
    assert AuditEvent.objects.get(verb="chase.reminded").detail == {"people": "2 people"}


def test_nobody_is_nudged_twice_within_three_days(client, year, owing, pm, settings):
    settings.QUIET_DAYS = False  # October 31 is a Saturday
    nudge(client, year, owing)
    answer = nudge(client, year, owing)
    assert said(answer) == [f"Not written to: {owing} was reminded today."]
    assert Letter.objects.count() == 1

    for day, letters in ((dt.date(2026, 10, 31), 1), (dt.date(2026, 11, 2), 2)):
        noon = dt.datetime.combine(day, dt.time(18), tzinfo=dt.UTC)
        with time_machine.travel(noon, tick=False):
            client.force_login(pm)
            nudge(client, year, owing)
        assert Letter.objects.count() == letters


@pytest.mark.usefixtures("pm")
def test_who_cannot_be_written_to_is_named_with_why(client, year, school, owing):
    gone, seat = leader(school, name="Gone")
    late_milestone(year, seat)
    gone.memberships.all().delete()
    off, seat = leader(school, name="Quiet")
    late_milestone(year, seat)
    MailPreference.objects.create(district=year.district, person=off, off_since=timezone.now())
    settled = UserFactory(last_name="Settled")

    answer = nudge(client, year, gone, off, settled)

    assert said(answer) == [
        f"Not written to: {gone} cannot sign in here, {off} turned letters off, "
        f"{settled} owes nothing any more."
    ]
    assert not Letter.objects.exists()
    assert not AuditEvent.objects.filter(verb="chase.reminded").exists()


@pytest.mark.usefixtures("pm")
def test_nothing_is_sent_on_a_quiet_day(client, year, owing, settings):
    settings.QUIET_DAYS = True
    ClosureFactory(district=year.district, school_year=year, first_day=TODAY, last_day=TODAY)

    answer = nudge(client, year, owing)

    assert said(answer)[0].startswith("Today is a quiet day")
    assert not Letter.objects.exists()


@pytest.mark.usefixtures("pm", "owing")
def test_choosing_nobody_is_told_beside_the_list(client, year):
    answer = client.post(at(year, "dashboards:chase"), {"people": "x"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose at least one person." in answer.content.decode()


@pytest.mark.usefixtures("pm")
def test_a_letter_of_this_morning_is_enough(client, year, owing):
    letter = Letter.objects.create(
        district=year.district, key="due:1", kind="due", reader=owing, to=owing.email,
        message_id="<m@localhost>",
    )  # fmt: skip
    Notice.objects.create(
        district=year.district, key="n", source="milestone", subject="milestone:1", reader=owing,
        say_on=TODAY, letter=letter,
    )  # fmt: skip

    assert said(nudge(client, year, owing)) == [f"Not written to: {owing} had a letter today."]


@pytest.mark.usefixtures("pm")
def test_every_number_leads_to_the_rows_it_counts(client, year, school, owing):
    _, seat = leader(school, name="Ferro")
    for _ in range(7):
        late_milestone(year, seat)
    late_milestone(year, None)
    other_year = SchoolYearFactory(
        district=year.district, label="2025-26", starts_on="2025-07-01", ends_on="2026-06-30",
        first_student_day="2025-08-18", last_student_day="2026-05-29",
    )  # fmt: skip
    late_milestone(other_year, seat, due_on=dt.date(2026, 5, 1))
    page = client.get(at(year, "dashboards:today")).content.decode()
    home = home_of(client, year)

    counted = re.findall(r'<a href="([^"]+)" data-count="(\d+)"', page)
    assert len(counted) >= 4
    for address, number in counted:
        answer = client.get(address.replace("&amp;", "&"))
        if "/audit/" in address:
            assert len(answer.context["lines"]) == int(number)
        else:
            assert ROWS.search(answer.content.decode())[1] == number, address
    assert home.late_count == 9
    assert home.vacant_count == 1
    vacant = client.get(home.chase_address).content.decode()
    assert 'data-vacant="1"' in vacant


def test_what_others_did_since_the_last_visit_is_told_once_for_each_kind(client, year, pm):
    left_at = timezone.now() - dt.timedelta(days=2)
    HomePlace.objects.create(
        district=year.district, user=pm, here_at=timezone.now(), before_at=left_at
    )
    other = UserFactory(first_name="Lucia", last_name="Ferro")

    def happened(verb, actor, hours, **detail):
        AuditEvent.objects.create(
            district=year.district, actor=actor, verb=verb, subject="roadmap.milestone",
            subject_pk="7", detail=detail, at=timezone.now() - dt.timedelta(hours=hours),
        )  # fmt: skip

    happened("roadmap.milestone_done", other, 1, title="Room list")
    happened("roadmap.milestone_done", other, 3, title="Launch")
    happened("roadmap.milestone_started", other, 2, title="Contract")
    happened("roadmap.milestone_started", other, 60, title="Before the visit")
    happened("roadmap.milestone_blocked", pm, 1, title="My own")

    news = home_of(client, year).news

    assert [each.words for each in news.sentences] == [
        "2 milestones were finished.",
        "Lucia Ferro started the milestone Contract.",
    ]
    assert news.since == left_at
    for each in news.sentences:
        lines = client.get(each.address).context["lines"]
        assert len(lines) == each.count
    assert len(client.get(news.all_address).context["lines"]) == 3


@pytest.mark.usefixtures("pm")
def test_routes_in_progress_say_what_they_wait_for(client, year):
    approval = ApprovalFactory(district=year.district, role__title="Executive Champion", order=1)
    ApprovalFactory(district=year.district, review=approval.review, order=2)

    (route,) = home_of(client, year).routes

    assert route.role == "Executive Champion"
    assert client.get(route.address).status_code == HTTPStatus.OK


def test_who_does_not_run_the_program_sees_no_list_of_people(client, year, owing):
    who = member(AccessLevel.ADMINISTRATIVE_LEADER, at=year.district)
    role = RoleFactory(district=year.district, key="PROVIDER_MANAGER")
    seat = PositionFactory(district=year.district, role=role)
    AssignmentFactory(district=year.district, position=seat, holder=who)
    client.force_login(who)

    home = home_of(client, year)

    assert not home.may_chase
    assert home.rows == []
    assert client.get(at(year, "dashboards:chase")).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("many", [1, 5])
@pytest.mark.usefixtures("pm")
def test_the_home_asks_as_many_questions_for_many_as_for_one(
    client, year, many, django_assert_num_queries
):
    for n in range(many):
        school = SchoolFactory(district=year.district)
        who, seat = leader(school, name=f"Person{n}")
        late_milestone(year, seat)
        open_form(year, who, seat)
        unread(year, seat.role)
        approval = ApprovalFactory(district=year.district, order=1)
        ApprovalFactory(district=year.district, review=approval.review, order=2)
    home = at(year, "dashboards:today")
    client.get(home)

    with django_assert_num_queries(KEPT):
        client.get(home)
    keeping.forget()
    with django_assert_num_queries(KEPT + 4):
        client.get(home)

"""The pages of one school, one department and one person."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roadmap.models import Phase
from roles.capabilities import AccessLevel
from tests.factories.checklists import ActionFactory, ChecklistFactory, WindowFactory
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_decisions import CommitmentFactory
from tests.factories.roadmap_visits import VisitFactory
from tests.factories.roles import (
    ApprovalFactory,
    AssignmentFactory,
    DepartmentFactory,
    DepartmentNeedFactory,
    PositionFactory,
    ReviewFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def school():
    return SchoolFactory(name="Cedar Elementary")


@pytest.fixture
def lead(school):
    return member(AccessLevel.DISTRICT_LEAD, at=school.district)


def seat_at(place, **fields):
    role = RoleFactory(district=place.district)
    return PositionFactory(district=place.district, role=role, **fields)


def held_by(who, position, **days):
    return AssignmentFactory(district=position.district, position=position, holder=who, **days)


def about(client, who, kind, row):
    client.force_login(who)
    answer = client.get(reverse(f"dashboards:{kind}", args=[row_district(row, who), row.pk]))
    return answer.context["about"] if answer.status_code == 200 else answer.status_code


def row_district(row, who):
    district = getattr(row, "district", None) or who.memberships.get().district
    return district.slug


def asked(client, who, kind, row):
    """How many questions the page itself asks the database."""
    client.force_login(who)
    slug = row_district(row, who)
    counts = []
    for address in (
        reverse("dashboards:search", args=[slug]),  # asks nothing of its own without words
        reverse(f"dashboards:{kind}", args=[slug, row.pk]),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    return counts[1] - counts[0]


def fill(school):
    """One more of everything at a school."""
    district = school.district
    position = seat_at(school, school=school)
    holder = UserFactory()
    held_by(holder, position)
    seat_at(school, school=school)
    phase = Phase.objects.filter(district=district).first() or PhaseFactory(district=district)
    MilestoneFactory(
        district=district, phase=phase, school_year=phase.school_year, school=school, owner=position
    )
    VisitFactory(district=district, school=school)


@pytest.mark.parametrize("kind", ["school", "person"])
def test_pages_ask_as_much_of_a_full_place_as_of_an_empty_one(client, school, lead, kind):
    fill(school)
    row = school if kind == "school" else school.positions.first().assignments.first().holder
    before = asked(client, lead, kind, row)
    for _ in range(4):
        fill(school)

    assert asked(client, lead, kind, row) == before
    assert before <= 10


def test_a_school_tells_who_leads_and_what_is_vacant(client, school, lead):
    holder = UserFactory(last_name="Ferro")
    held_by(holder, seat_at(school, school=school))
    seat_at(school, school=school)
    seat_at(school, school=SchoolFactory(district=school.district))

    told = about(client, lead, "school", school)

    assert [(seat.name, seat.chip) for seat in told.seats] == [
        ("Pat Ferro", "filled"),
        ("", "vacant"),
    ]


def test_a_school_counts_the_forms_of_the_open_window_and_not_what_they_say(client, school):
    district = school.district
    window = WindowFactory(district=district, opens_on=TODAY, closes_on=TODAY)
    for started in (None, dt.datetime(2026, 10, 29, 12, tzinfo=dt.UTC)):
        position = seat_at(school, school=school)
        ChecklistFactory(
            district=district, window=window, position=position, school=school, started_at=started
        )
    leader = member(AccessLevel.SITE_LEADER, at=school)
    coach = member(AccessLevel.COACH, at=school)

    forms = about(client, leader, "school", school).forms

    assert (forms.expected, forms.begun, forms.submitted) == (2, 1, 0)
    assert about(client, coach, "school", school).forms is None


def test_a_school_shows_an_action_to_those_who_may_read_it_only(client, school, lead):
    action = ActionFactory(district=school.district, school=school)
    owner = member(AccessLevel.COACH, at=school, user=action.owner)
    other = member(AccessLevel.COACH, at=school)

    shown = [len(about(client, who, "school", school).actions) for who in (owner, lead, other)]

    assert shown == [1, 1, 0]


def test_a_department_tells_what_is_asked_committed_and_waits_for_review(client, school, lead):
    district = school.district
    department = DepartmentFactory(district=district)
    position = seat_at(school, department=department)
    DepartmentNeedFactory(district=district, department=department, due_on=dt.date(2026, 10, 1))
    CommitmentFactory(district=district, department=department)
    review = ReviewFactory(district=district)
    other = RoleFactory(district=district)
    ApprovalFactory(district=district, review=review, role=other, order=1)
    second = ApprovalFactory(district=district, review=review, role=position.role, order=2)

    before = about(client, lead, "department", department)
    review.approvals.filter(order=1).update(
        decision="approved", by=lead, at=dt.datetime(2026, 10, 2, tzinfo=dt.UTC), sha256="0" * 64
    )
    after = about(client, lead, "department", department)

    assert (before.open, before.past, len(before.commitments)) == (1, 1, 1)
    assert before.reviews == []
    assert after.reviews == [second]


def test_decisions_are_left_out_for_whoever_sees_none(client, school):
    department = DepartmentFactory(district=school.district)
    CommitmentFactory(district=school.district, department=department)
    leader = member(AccessLevel.SITE_LEADER, at=school)

    assert about(client, leader, "department", department).commitments is None


def test_a_person_keeps_the_positions_held_before(client, school, lead):
    who = UserFactory()
    held_by(who, seat_at(school, school=school), ends_on=dt.date(2026, 9, 1))
    now = held_by(who, seat_at(school))

    told = about(client, lead, "person", who)

    assert told.now == [now]
    assert len(told.before) == 1


def test_a_person_of_another_school_or_district_is_not_found(client, school):
    away, elsewhere = SchoolFactory(district=school.district), SchoolFactory()
    leader = member(AccessLevel.SITE_LEADER, at=school)
    people = []
    for place in (school, away, elsewhere):
        who = UserFactory()
        held_by(who, seat_at(place, school=place))
        people.append(who)

    answers = [about(client, leader, "person", who) for who in people]

    assert answers[0].person == people[0]
    assert answers[1:] == [404, 404]


def test_access_and_reading_are_for_those_who_see_people(client, school):
    who = UserFactory()
    held_by(who, seat_at(school, school=school))
    coach = member(AccessLevel.COACH, at=school)

    told = about(client, coach, "person", who)

    assert (told.accesses, told.readings) == (None, None)

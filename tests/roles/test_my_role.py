"""The page of whoever holds a position: what is theirs, what is due, who stands around it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Acknowledgement, JobDescriptionVersion
from roles.reports import my_role as report
from roles.reports.handover import DutyLine
from roles.reports.my_role import HeldPosition, MyRole
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import (
    AssignmentFactory,
    DutyFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)

TODAY = dt.date(2026, 10, 29)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def school():
    school = SchoolFactory(name="Northside ES")
    SchoolYearFactory(district=school.district)
    return school


def hold(user, school, *, at_school=True, reports_to=None, **role):
    """Put a person (or nobody) into a position of a new role."""
    made = RoleFactory(district=school.district, reports_to=reports_to, **role)
    position = PositionFactory(
        district=school.district, role=made, school=school if at_school else None
    )
    if user:
        AssignmentFactory(district=school.district, position=position, holder=user)
    return position


@pytest.fixture
def principal(school):
    return member(AccessLevel.SITE_LEADER, at=school, user=UserFactory(first_name="James"))


@pytest.fixture
def office(school, principal):
    return hold(principal, school, key="PRINCIPAL", title="Principal")


def page(client, who, school):
    client.force_login(who)
    return client.get(reverse("roles:my-role", kwargs={"district": school.district.slug}))


def published(position, *lines, **fields):
    job = JobDescriptionFactory(district=position.district, role=position.role)
    version = VersionFactory(district=position.district, job_description=job, **fields)
    for n, line in enumerate(lines, 1):
        ResponsibilityFactory(district=position.district, version=version, text=line, order=n)
    JobDescriptionVersion.objects.filter(pk=version.pk).update(
        status="published", published_at="2026-09-01T12:00Z", published_by=UserFactory()
    )
    return version


def milestone(position, number=1, **fields):
    phase = PhaseFactory(
        district=position.district,
        school_year=SchoolYearFactory._meta.model.objects.get(district=position.district),
    )
    return MilestoneFactory.create_batch(
        number, district=position.district, phase=phase, owner=position, **fields
    )


def test_the_duties_of_the_text_in_force_come_first(client, school, principal, office):
    DutyFactory(district=school.district, role=office.role, text="Of the role")
    published(office, "Of the text")

    [held] = page(client, principal, school).context["mine"].held

    assert [line.text for line in held.duties] == ["Of the text"]


def test_without_a_text_the_duties_of_the_role_stand_there(client, school, principal, office):
    DutyFactory(district=school.district, role=office.role, key="PN1", text="Of the role")

    [held] = page(client, principal, school).context["mine"].held

    assert held.duties == [DutyLine("PN1", "Of the role")]


def test_it_says_whether_the_text_is_acknowledged(client, school, principal, office):
    version = published(office)
    before = page(client, principal, school).content.decode()
    Acknowledgement.objects.create(
        district=school.district, version=version, assignment=office.assignments.get()
    )
    after = page(client, principal, school).content.decode()

    assert "Read and acknowledge" in before
    assert "Read and acknowledge" not in after
    assert "Acknowledged" in after


def test_what_is_due_includes_what_a_vacant_position_has_open(client, school, principal, office):
    vacant = hold(None, school, title="Site Tutoring Lead", reports_to=office.role)
    milestone(vacant, title="Room ready", due_on=TODAY + dt.timedelta(days=9))

    answer = page(client, principal, school)

    mine = answer.context["mine"]
    assert mine.answers_for == [vacant]
    assert [item.title for item in mine.due] == ["Room ready"]
    assert "for Site Tutoring Lead, Northside ES" in answer.content.decode()


def test_who_stands_above_and_below(client, school, principal, office):
    above = RoleFactory(district=school.district, title="Supervisor")
    office.role.reports_to = above
    office.role.save()
    desk = PositionFactory(district=school.district, role=above)
    boss, lead = UserFactory(), UserFactory()
    AssignmentFactory(district=school.district, position=desk, holder=boss)
    hold(lead, school, title="Site Tutoring Lead", reports_to=office.role)
    hold(UserFactory(), SchoolFactory(district=school.district), title="Other", reports_to=above)

    [held] = page(client, principal, school).context["mine"].held

    assert [contact.person for contact in held.superiors] == [boss]
    assert [c.person for group in held.reports for c in group.named] == [lead]


def test_many_who_report_are_counted_not_listed(client, school):
    chief = member(AccessLevel.EXECUTIVE, at=school.district)
    top = hold(chief, school, at_school=False, title="Supervisor")
    role = RoleFactory(district=school.district, title="Principal", reports_to=top.role)
    for n in range(8):
        place = SchoolFactory(district=school.district)
        position = PositionFactory(district=school.district, role=role, school=place)
        if n:
            AssignmentFactory(district=school.district, position=position)

    answer = page(client, chief, school)

    assert "Principal: 8 positions, 1 vacant" in " ".join(answer.content.decode().split())


def test_who_holds_no_position_is_told_what_the_page_is_for(client, school):
    auditor = member(AccessLevel.AUDITOR, at=school.district)

    text = page(client, auditor, school).content.decode()

    assert "You hold no leadership position today." in text
    assert "See who leads what" in text


def test_who_starts_later_is_told_when(client, school, principal):
    role = RoleFactory(district=school.district, title="Principal")
    position = PositionFactory(district=school.district, role=role, school=school)
    AssignmentFactory(
        district=school.district,
        position=position,
        holder=principal,
        starts_on=TODAY + dt.timedelta(days=4),
    )

    text = page(client, principal, school).content.decode()

    assert "You take up Principal, Northside ES on Monday, November 2, 2026." in text


def test_the_page_is_found_from_home_and_from_the_account_menu(client, school, principal):
    client.force_login(principal)
    home = reverse("dashboards:today", kwargs={"district": school.district.slug})
    address = reverse("roles:my-role", kwargs={"district": school.district.slug})

    assert client.get(home).content.decode().count(f'href="{address}"') == 2


def test_it_costs_the_same_with_little_and_with_much(client, school, principal, office):
    published(office, "One")
    page(client, principal, school)
    with CaptureQueriesContext(connection) as few:
        page(client, principal, school)
    second = hold(principal, school, title="Second")
    published(second, *(f"Line {n}" for n in range(9)))
    milestone(office, 5, due_on=TODAY)
    milestone(second, 5, due_on=TODAY)
    hold(None, school, title="Vacant", reports_to=office.role)
    with CaptureQueriesContext(connection) as many:
        page(client, principal, school)

    assert len(many) == len(few)


@pytest.mark.parametrize(("length", "density"), [(60, ""), (400, "dense"), (1500, "densest")])
def test_the_more_there_is_the_smaller_it_prints(school, office, length, density):
    lines = [DutyLine("D1", "x" * length)] * 10
    held = HeldPosition(office.assignments.get(), None, False, None, lines, [], [], None)

    assert MyRole([held], [], [], [], []).density == density
    assert report.SHOWN == 8

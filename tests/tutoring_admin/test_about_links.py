"""Names that lead to the page about what they name, for whoever may open it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.html import escape

from roadmap.models import CoachingEntry
from roles.capabilities import AccessLevel
from roles.models import SchoolYear
from tests.factories.roadmap_decisions import CommitmentFactory
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    DepartmentNeedFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)
from tutoring_admin.demo import roles
from tutoring_admin.demo.people import find

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def department():
    found = DepartmentFactory(name="Legal & contracts")
    SchoolYearFactory(district=found.district)
    return found


def link_to(department):
    address = reverse("dashboards:department", args=[department.district.slug, department.pk])
    return f'<a href="{address}">{escape(department.name)}</a>'


def page(client, who, district, view, **named):
    client.force_login(who)
    answer = client.get(reverse(view, kwargs={"district": district.slug, **named}))
    assert answer.status_code == 200
    return answer.content.decode()


def partner_of(department, holder=None):
    role = RoleFactory(district=department.district, level="department", key="DEPT_LEGAL")
    position = PositionFactory(district=department.district, role=role, department=department)
    if holder:
        AssignmentFactory(district=department.district, position=position, holder=holder)
    return position


def test_a_department_is_a_link_wherever_it_is_named_as_a_place(client, department):
    district = department.district
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    partner_of(department)
    DepartmentNeedFactory(district=district, department=department)
    year = SchoolYear.objects.get(district=district)
    row = CommitmentFactory(district=district, department=department, request__school_year=year)

    pages = {
        view: page(client, lead, district, view)
        for view in ("roles:coverage", "roles:departments", "roadmap:decisions")
    }
    pages["decision"] = page(client, lead, district, "roadmap:decision", pk=row.request_id)

    assert {name for name, shown in pages.items() if link_to(department) in shown} == set(pages)
    assert pages["roles:coverage"].count(link_to(department)) == 2  # a gap, and a row of the table


def test_a_partner_finds_the_page_of_the_department_from_home(client, department):
    who = member(AccessLevel.DEPARTMENT_PARTNER, at=department.district)
    partner_of(department, who)

    home = page(client, who, department.district, "dashboards:today")

    assert f"You speak for {link_to(department)}." in home


def test_a_coach_opens_the_pages_of_those_they_talk_with_within_reach(client):
    school = SchoolFactory()
    elsewhere = SchoolFactory(district=school.district)
    coach = member(AccessLevel.COACH, at=school)
    role = RoleFactory(district=school.district, level="site")
    people = {}
    for place in (school, elsewhere):
        position = PositionFactory(district=school.district, role=role, school=place)
        people[place] = UserFactory()
        AssignmentFactory(district=school.district, position=position, holder=people[place])
        CoachingEntry.objects.create(
            district=school.district, coached=position, coached_person=people[place], coach=coach,
            on=dt.date(2026, 10, 20), next_on=dt.date(2026, 10, 30), minutes_long=20,
            focus="Openings", next_step="Try it",
        )  # fmt: skip

    home = page(client, coach, school.district, "dashboards:today")

    def address(person):
        return f'href="{reverse("dashboards:person", args=[school.district.slug, person.pk])}"'

    assert home.count(address(people[school])) == 2  # due for a talk, and among the last ones
    assert address(people[elsewhere]) not in home
    assert client.get(address(people[school])[6:-1]).status_code == 200


def test_the_demo_has_somebody_with_two_hats_who_is_asked_which_home_to_open(client):
    world = roles.found("maple-valley", "a-password-hash")
    both = world.users["both@maple-valley.example"]
    client.force_login(both)

    chooser = client.get(reverse("dashboards:today", args=["maple-valley"]), follow=True)
    shown = chooser.content.decode()

    assert find(both.email).school == "Summit MS"
    assert {world.at("SITE_LEAD", "Summit MS").pk, world.at("TUTOR_COACH", "Riverbend MS").pk} == {
        pk for pk, holder in world.holders.items() if holder == both
    }
    assert 'name="kind" value="site"' in shown
    assert 'name="kind" value="coach"' in shown

"""The organization chart: who stands under whom, and what one sheet holds."""

import re

import pytest
from django.urls import reverse

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.reports.chart import ONE_SHEET, chart
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(school_day):
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


def role(district, title, level="administrative", **fields):
    return RoleFactory(district=district, title=title, level=level, **fields)


def drawn(district):
    reach = Reach(UserFactory(), district, Capability.ROLES_VIEW, EVERYWHERE)
    return chart(reach, district.today())


def shape(nodes):
    return {node.title: shape(node.under) for node in nodes}


def names(lines):
    return {str(line.role): names(line.under) for line in lines}


def test_roles_stand_under_the_one_they_report_to(district):
    top = role(district, "Superintendent")
    lead = role(district, "Lead", reports_to=top)
    role(district, "Manager", reports_to=lead)
    role(district, "Other", reports_to=top)
    assert shape(drawn(district).roots) == {
        "Superintendent": {"Lead": {"Manager": {}}, "Other": {}}
    }


def test_a_role_the_approach_does_not_ask_for_lets_those_under_it_move_up(district):
    top = role(district, "Top")
    skipped = role(district, "Skipped", reports_to=top, approaches=["build_own"])
    role(district, "Below", reports_to=skipped)
    assert shape(drawn(district).roots) == {"Top": {"Below": {}}}


def test_roles_that_report_to_each_other_are_still_shown_once(district):
    one = role(district, "One")
    two = role(district, "Two", reports_to=one)
    one.reports_to = two
    one.save()
    role(district, "Alone")
    assert shape(drawn(district).roots) == {"Alone": {}, "One": {"Two": {}}}


def test_partners_of_departments_share_a_heading(district):
    top = role(district, "Top")
    for title in ("HR Partner", "Legal Partner"):
        role(district, title, "department", reports_to=top)
    role(district, "Lead", reports_to=top)
    assert shape(drawn(district).roots) == {
        "Top": {"Lead": {}, "Partner departments": {"HR Partner": {}, "Legal Partner": {}}}
    }


def test_a_school_lists_its_people_under_each_other(district):
    principal = role(district, "Principal", "site", order=1)
    site = role(district, "Site Lead", "site", order=2, reports_to=principal)
    liaison = role(district, "Liaison", "site", order=3, reports_to=site)
    school, other = SchoolFactory(district=district), SchoolFactory(district=district)
    for each in (principal, site, liaison):
        PositionFactory(district=district, school=school, role=each)
    for each in (principal, liaison):
        PositionFactory(district=district, school=other, role=each)

    (group,) = drawn(district).groups

    assert [names(each.lines) for each in group.schools] == [
        {"Principal": {"Site Lead": {"Liaison": {}}}},
        {"Principal": {"Liaison": {}}},
    ]


def test_vacant_and_interim_are_told_by_word_and_everyone_by_link(client, district):
    site = role(district, "Site Lead", "site")
    positions = [
        PositionFactory(district=district, school=SchoolFactory(district=district), role=site)
        for _ in range(2)
    ]
    held = AssignmentFactory(district=district, position=positions[0], interim=True)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))

    page = client.get(reverse("roles:chart", args=[district.slug])).content.decode()

    for position in positions:
        assert f"/positions/{position.pk}/" in page
    assert re.search(rf"{held.holder}.*?Interim", page, re.S)
    assert "Vacant" in page
    assert page.count("<li") >= 4


def test_more_schools_than_a_sheet_holds_fold_into_groups_that_list_what_is_open(district):
    site = role(district, "Site Lead", "site")
    for n in range(ONE_SHEET + 1):
        school = SchoolFactory(district=district, name=f"School {n:03}")
        position = PositionFactory(district=district, school=school, role=site)
        if n:
            AssignmentFactory(district=district, position=position)

    made = drawn(district)

    assert made.is_folded
    assert [len(group.schools) for group in made.groups] == [20, 20, 1]
    assert [(line.sitting.school_name) for line in made.groups[0].open] == ["School 000"]
    assert (made.groups[0].full, made.groups[0].seats) == (19, 20)
    assert (made.groups[1].first, made.groups[1].last) == ("School 020", "School 039")


def test_a_site_leader_sees_the_people_of_the_own_school_alone(client, district):
    site = role(district, "Site Lead", "site")
    mine, other = SchoolFactory(district=district), SchoolFactory(district=district)
    for school in (mine, other):
        PositionFactory(district=district, school=school, role=site)
    client.force_login(member(AccessLevel.SITE_LEADER, at=mine))

    made = client.get(reverse("roles:chart", args=[district.slug])).context["chart"]

    assert [each.name for group in made.groups for each in group.schools] == [mine.name]

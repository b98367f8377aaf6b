"""Who has which home, what someone with two hats chooses, and when a visit ends."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from roles.access import Access
from roles.capabilities import AccessLevel
from roles.models import HomeKind, HomePlace, Membership
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
    member_near,
)
from tutoring_admin.dashboards.homes.hats import JOBS, NEEDS, OF_LEVEL, OF_ROLE, Held, kinds_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def school():
    school = SchoolFactory(name="Cedar Hill ES")
    SchoolYearFactory(district=school.district)
    return school


def address(name, school):
    return reverse(f"dashboards:{name}", kwargs={"district": school.district.slug})


def seated(who, school, key, level):
    role = RoleFactory(district=school.district, key=key, level=level)
    place = school if level in ("site", "coaching") else None
    position = PositionFactory(district=school.district, role=role, school=place)
    AssignmentFactory(district=school.district, position=position, holder=who)


def kinds(level, school, *held):
    who = member_near(level, school)
    places = Membership.objects.filter(user=who)
    access = Access.from_memberships(who, school.district, places)
    return kinds_of(access, [level], [Held(*each) for each in held])


@pytest.mark.parametrize(
    ("level", "held", "expected"),
    [
        (AccessLevel.DISTRICT_LEAD, [("PROJECT_MANAGER", "administrative")], ["manager"]),
        (AccessLevel.DISTRICT_LEAD, [("PROGRAM_LEAD", "administrative")], ["lead"]),
        (AccessLevel.DISTRICT_LEAD, [], ["manager"]),
        (AccessLevel.DISTRICT_LEAD, [("PRINCIPAL", "site")], ["manager", "site"]),
        (AccessLevel.EXECUTIVE, [("EXEC_CHAMPION", "executive")], ["executive"]),
        (AccessLevel.ADMINISTRATIVE_LEADER, [("INSTR_SUPERVISOR", "administrative")],
         ["supervisor"]),
        (AccessLevel.ADMINISTRATIVE_LEADER, [("COACH_LEAD", "coaching")], ["coach"]),
        (AccessLevel.SITE_LEADER, [("SITE_LEAD", "site"), ("TUTOR_COACH", "coaching")],
         ["site", "coach"]),
        (AccessLevel.SITE_LEADER, [("INSTR_SUPERVISOR", "administrative")], ["site"]),
        (AccessLevel.COACH, [("TUTOR_COACH", "coaching")], ["coach"]),
        (AccessLevel.DEPARTMENT_PARTNER, [("DEPT_HR", "department")], ["department"]),
        (AccessLevel.AUDITOR, [], ["auditor"]),
    ],
)  # fmt: skip
def test_a_person_has_the_homes_of_their_roles_and_access(school, level, held, expected):
    assert kinds(level, school, *held) == tuple(HomeKind(each) for each in expected)


def test_everybody_has_a_home_that_their_access_opens(school):
    """Whatever they hold: no level is left without a home, none leads to a shut one."""
    roles = [(key, "administrative") for key in OF_ROLE] + [("OWN", level) for level in OF_LEVEL]
    for level in AccessLevel:
        for held in ([], *([role] for role in roles), roles):
            found = kinds(level, school, *held)
            who = member_near(level, school)
            access = Access.from_memberships(
                who, school.district, Membership.objects.filter(user=who)
            )
            assert found
            assert set(found) & set(JOBS[level])
            assert all(access.reach(NEEDS[kind]) for kind in found)


def test_someone_with_two_hats_chooses_once_and_can_switch(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    seated(who, school, "SITE_LEAD", "site")
    seated(who, school, "TUTOR_COACH", "coaching")
    client.force_login(who)

    asked = client.get(address("today", school))
    offered = client.get(asked.url)
    chosen = client.post(asked.url, {"kind": "coach"})
    home = client.get(address("today", school))

    assert asked.url == address("home-choose", school)
    assert [hat.kind for hat in offered.context["homes"]] == [HomeKind.SITE, HomeKind.COACH]
    assert chosen.url == address("today", school)
    assert home.status_code == 200
    assert [hat.kind for hat in home.context["hats"] if hat.is_current] == [HomeKind.COACH]
    client.post(asked.url, {"kind": "site"})
    again = client.get(address("today", school))
    assert [hat.kind for hat in again.context["hats"] if hat.is_current] == [HomeKind.SITE]


def test_a_home_that_is_not_theirs_cannot_be_chosen(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    client.force_login(who)
    client.get(address("today", school))

    answer = client.post(address("home-choose", school), {"kind": "executive"})

    assert answer.status_code == 422
    assert "not one of your homes" in answer.content.decode()
    assert HomePlace.objects.get(user=who).kind == ""


def test_a_home_chosen_before_a_hat_was_laid_down_is_forgotten(client, school):
    who = member(AccessLevel.SITE_LEADER, at=school)
    HomePlace.objects.create(district=school.district, user=who, kind="manager")
    client.force_login(who)

    assert client.get(address("today", school)).status_code == 200


def test_a_visit_ends_half_an_hour_after_the_last_look(client, school):
    who = UserFactory()
    member(AccessLevel.SITE_LEADER, at=school, user=who)
    client.force_login(who)
    start = dt.datetime(2026, 10, 29, 15, 0, tzinfo=dt.UTC)
    seen = []
    for minutes in (0, 10, 20, 45, 76):
        with time_machine.travel(start + dt.timedelta(minutes=minutes), tick=False):
            client.get(address("today", school))
        place = HomePlace.objects.get(user=who)
        before = place.before_at and (place.before_at - start).seconds // 60
        seen.append(((place.here_at - start).seconds // 60, before))

    assert seen == [(0, None), (0, None), (20, None), (45, None), (76, 45)]

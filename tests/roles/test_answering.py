"""Who answers for a position that nobody holds."""

import datetime as dt

import pytest

from roles.answering import stand_ins
from roles.models import Position
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
)

DAY = dt.date(2026, 10, 29)

pytestmark = pytest.mark.django_db


class Tree:
    """Site lead under principal under supervisor (district) under champion (district)."""

    def __init__(self):
        self.district = DistrictFactory()
        self.roles = {}
        above = None
        for key in ("CHAMPION", "SUPERVISOR", "PRINCIPAL", "SITE_LEAD"):
            above = RoleFactory(district=self.district, key=key, title=key, reports_to=above)
            self.roles[key] = above

    def seat(self, key, school=None, holder=None, **fields):
        position = PositionFactory(
            district=self.district, role=self.roles[key], school=school, **fields
        )
        if holder:
            AssignmentFactory(district=self.district, position=position, holder=holder)
        return position

    def answers(self, user, day=DAY):
        return set(Position.objects.answered_for_by(user, day))


@pytest.fixture
def tree():
    return Tree()


@pytest.fixture
def north(tree):
    return SchoolFactory(district=tree.district)


def test_who_holds_the_position_it_reports_to_answers_for_a_vacant_one(tree, north):
    principal, other = UserFactory(), UserFactory()
    office = tree.seat("PRINCIPAL", north, principal)
    elsewhere = tree.seat("PRINCIPAL", SchoolFactory(district=tree.district), other)
    vacant = tree.seat("SITE_LEAD", north)

    assert tree.answers(principal) == {office, vacant}
    assert tree.answers(other) == {elsewhere}


def test_a_held_position_is_its_holders_alone(tree, north):
    principal, lead = UserFactory(), UserFactory()
    office = tree.seat("PRINCIPAL", north, principal)
    position = tree.seat("SITE_LEAD", north, lead)

    assert tree.answers(principal) == {office}
    assert tree.answers(lead) == {position}


def test_a_superior_at_the_district_answers_where_the_school_has_none(tree, north):
    supervisor = UserFactory()
    desk = tree.seat("SUPERVISOR", None, supervisor)
    vacant = tree.seat("PRINCIPAL", north)

    assert tree.answers(supervisor) == {desk, vacant}


def test_it_goes_up_past_those_that_are_vacant_too(tree, north):
    champion = UserFactory()
    desk = tree.seat("CHAMPION", None, champion)
    vacant = {tree.seat("SUPERVISOR"), tree.seat("PRINCIPAL", north), tree.seat("SITE_LEAD", north)}

    assert tree.answers(champion) == {desk, *vacant}


def test_a_closed_position_and_one_not_yet_open_wait_on_nobody(tree, north):
    principal = UserFactory()
    office = tree.seat("PRINCIPAL", north, principal)
    tree.seat("SITE_LEAD", north, closed_on=DAY)
    tree.seat("SITE_LEAD", north, seat=2, opened_on=DAY + dt.timedelta(days=1))

    assert tree.answers(principal) == {office}


def test_the_day_after_the_last_day_it_moves(tree, north):
    principal, lead = UserFactory(), UserFactory()
    office = tree.seat("PRINCIPAL", north, principal)
    position = tree.seat("SITE_LEAD", north)
    AssignmentFactory(district=tree.district, position=position, holder=lead, ends_on=DAY)

    assert tree.answers(principal, DAY) == {office}
    assert tree.answers(principal, DAY + dt.timedelta(days=1)) == {office, position}


def test_roles_that_report_in_a_circle_answer_to_nobody(tree, north):
    tree.roles["CHAMPION"].reports_to = tree.roles["SITE_LEAD"]
    tree.roles["CHAMPION"].save()
    position = tree.seat("SITE_LEAD", north)

    assert stand_ins(DAY, [position.pk]) == {}


def test_stand_ins_tell_who_would_answer_if_a_holder_left(tree, north):
    principal = UserFactory()
    tree.seat("PRINCIPAL", north, principal)
    position = tree.seat("SITE_LEAD", north, UserFactory())

    assert stand_ins(DAY, [position.pk]) == {}
    [answering] = stand_ins(DAY, [position.pk], left=[position.pk])[position.pk]
    assert answering.holder == principal


def test_asking_costs_one_query_for_one_vacancy_and_for_many(
    tree, north, django_assert_num_queries
):
    principal = UserFactory()
    tree.seat("PRINCIPAL", north, principal)
    for n in range(1, 6):
        tree.seat("SITE_LEAD", north, seat=n)

    with django_assert_num_queries(1):
        assert len(tree.answers(principal)) == 6

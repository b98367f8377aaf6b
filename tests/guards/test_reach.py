"""Who gets which answer from every page: one row per page and method, none missing."""

import pkgutil
from http import HTTPStatus
from importlib import import_module

import pytest
from django.urls import reverse

from roles.capabilities import CATALOGUE, AccessLevel
from tests.factories.roles import SchoolFactory, SchoolYearFactory, UserFactory, member, member_near
from tests.guards import cases
from tests.guards.addresses import district_pages

CASES = {
    door: case
    for found in pkgutil.iter_modules(cases.__path__)
    for door, case in import_module(f"tests.guards.cases.{found.name}").CASES.items()
}
PAGES = {
    f"{method} {name}": view
    for _, name, view in district_pages()
    for method in getattr(view, "methods", ())  # without @page: test_architecture names it
}
KNOWN = sorted(set(PAGES) & set(CASES))
ROW_PAGES = sorted(door for door in KNOWN if CASES[door].kwargs)
SCHOOL_ROW_PAGES = [door for door in ROW_PAGES if not CASES[door].shared]
SHUT = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school = SchoolFactory()
    SchoolYearFactory(district=school.district)
    return school


def knock(client, door, school, who, *, owner=None):
    """What `who` gets at `door`, opened at (a row of) `school` that belongs to `owner`."""
    case = CASES[door]
    method, name = door.split()
    kwargs = case.kwargs(school, owner or who) if case.kwargs else {}
    data = case.data(kwargs) if callable(case.data) else case.data
    client.force_login(who)
    address = reverse(name, kwargs={"district": school.district.slug, **kwargs})
    return getattr(client, method.lower())(address, data).status_code


def test_every_page_has_a_case_and_every_case_a_page():
    assert set(PAGES) == set(CASES)


@pytest.mark.parametrize("door", KNOWN)
def test_another_district_is_not_found(client, door, school):
    outsider = member(AccessLevel.DISTRICT_LEAD, at=SchoolFactory().district)
    assert knock(client, door, school, outsider, owner=UserFactory()) == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("door", SCHOOL_ROW_PAGES)
def test_another_schools_row_is_not_found(client, door, school):
    level = holder_level(door)
    neighbour = member(level, at=SchoolFactory(district=school.district))
    assert knock(client, door, school, neighbour, owner=UserFactory()) in SHUT


def holder_level(door):
    """A level at a school that holds the page's capability, if there is one."""
    held = [k for k, s in CATALOGUE.items() if PAGES[door].requires in s.grants]
    return next((k for k in held if not CATALOGUE[k].whole_district), AccessLevel.SITE_LEADER)


@pytest.mark.parametrize("level", list(AccessLevel))
@pytest.mark.parametrize("door", KNOWN)
def test_a_level_passes_exactly_when_it_holds_the_capability(client, door, level, school):
    who = member_near(level, school)
    allowed = PAGES[door].requires in CATALOGUE[level].grants
    assert (knock(client, door, school, who) not in SHUT) is allowed


@pytest.mark.parametrize("door", SCHOOL_ROW_PAGES)
def test_a_right_held_at_one_school_does_not_carry_to_another(client, door, school):
    """Site leader at one school, coach at the next: two hats, not one."""
    home = SchoolFactory(district=school.district)
    who = member(AccessLevel.SITE_LEADER, at=home)
    member(AccessLevel.COACH, at=school, user=who)
    allowed = PAGES[door].requires in CATALOGUE[AccessLevel.COACH].grants
    assert (knock(client, door, school, who) not in SHUT) is allowed

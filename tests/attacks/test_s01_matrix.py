"""S01: who gets what from every address, by every method.

`tests/guards/test_reach.py` asks each page for each access level, for another school's row and for
another district's address, and fails when a page has no case. Here stands the rest of the matrix:
people who are not in, methods that a page never declared, and rows of others under one's own
address.
"""

from http import HTTPStatus

import pytest

from roles.capabilities import AccessLevel
from roles.models import Invitation
from tests.attacks.doors import (
    METHODS,
    ROW_DOORS,
    address,
    ask,
    body,
    data_of,
    declared,
    of_no_row,
    places,
)
from tests.factories.roles import SchoolFactory, SchoolYearFactory, UserFactory, member, member_near
from tests.guards.test_reach import CASES, SHUT

pytestmark = [pytest.mark.django_db]
PARTS = 6  # of the table, so that two cores share it
OTHERS = [
    AccessLevel.SITE_LEADER,
    AccessLevel.COACH,
    AccessLevel.DEPARTMENT_PARTNER,
    AccessLevel.EXECUTIVE,
]


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Thousands of refusals: none is worth a traceback in the log."""
    caplog.set_level("CRITICAL", logger="django.request")


@pytest.fixture
def school():
    school = SchoolFactory()
    SchoolYearFactory(district=school.district)
    return school


def knocks(client, school, methods=None):
    """The answer of every page to some methods: without `methods`, to those that it declares."""
    for name, where in places(school.district):
        for method in methods or sorted(declared(name)):
            yield name, method, client.generic(method, where)


def test_s01_whoever_is_not_signed_in_is_sent_to_the_door(client, school):
    answers = [
        (name, method)
        for name, method, answer in knocks(client, school, METHODS)
        if answer.status_code != HTTPStatus.FOUND
        or not answer["Location"].startswith("/accounts/login/?next=")
    ]
    assert answers == []


def test_s01_the_door_says_nothing_about_which_districts_exist(client, school):
    real = client.get(f"/d/{school.district.slug}/")
    no_such = client.get("/d/no-such-place/")
    assert real.status_code == no_such.status_code == HTTPStatus.FOUND
    assert real["Location"].replace(school.district.slug, "") == no_such["Location"].replace(
        "no-such-place", ""
    )


def test_s01_a_person_who_is_invited_and_has_not_joined_finds_nothing(client, school):
    invited = UserFactory()
    Invitation.objects.create(
        district=school.district,
        email=invited.email,
        level=AccessLevel.DISTRICT_LEAD,
        invited_by=member(AccessLevel.DISTRICT_LEAD, at=school.district),
        token_hash="0" * 64,
        expires_at="2999-01-01T00:00Z",
    )
    client.force_login(invited)
    unknown = body(client.get("/d/no-such-place/"), "no-such-place")
    odd = [
        (name, method)
        for name, method, answer in knocks(client, school)
        if answer.status_code != HTTPStatus.NOT_FOUND
        or (method == "GET" and body(answer, school.district.slug) != unknown)
    ]
    assert odd == []


def test_s01_a_person_who_was_shut_out_has_no_session_any_more(client, school):
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    client.force_login(lead)
    lead.is_active = False
    lead.save()
    assert {answer.status_code for _, _, answer in knocks(client, school)} == {HTTPStatus.FOUND}


def test_s01_a_method_that_a_page_never_declared_does_nothing(client, school):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))
    odd = [
        (name, method, answer.status_code)
        for name, where in places(school.district)
        for method in METHODS
        if method not in declared(name)
        and (answer := client.generic(method, where)).status_code != HTTPStatus.METHOD_NOT_ALLOWED
    ]
    assert odd == []


@pytest.mark.parametrize("part", range(PARTS))
def test_s01_a_foreign_row_and_no_row_get_the_same_answer(client, school, part):
    """Under one's own district's address: the number of a row elsewhere is the number of no row.
    Asked by the lead, who could read it at home, and by turns by one of the others.
    """
    lead = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    others = [member_near(level, school) for level in OTHERS]
    odd = []
    for turn, door in enumerate(ROW_DOORS[part::PARTS]):
        elsewhere = SchoolFactory()
        SchoolYearFactory(district=elsewhere.district)
        foreign = CASES[door].kwargs(elsewhere, UserFactory())
        nothing = of_no_row(foreign)
        if foreign == nothing:
            continue  # the word in this address is the same in every district
        data = data_of(door, foreign)
        for who in (lead, others[turn % len(others)]):
            client.force_login(who)
            one, other = (address(door, school.district, each) for each in (foreign, nothing))
            theirs, unknown = (ask(client, door, each, data) for each in (one, other))
            is_shut = theirs.status_code in SHUT
            same = body(theirs, one) == body(unknown, other)
            if not (is_shut and theirs.status_code == unknown.status_code and same):
                odd.append((door, who.memberships.get().level, theirs.status_code, same))
    assert odd == []

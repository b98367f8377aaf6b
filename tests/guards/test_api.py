"""The reach table of the API: every address, asked with every token that must not open it.

The addresses are read off the table of addresses, so that a new one is asked as well.
"""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from roles.models import ApiToken
from tests.factories.roles import AccessLevel, SchoolFactory, UserFactory, member
from tests.factories.tokens import EVERYTHING, bearer, one_of_each, secret_for
from tests.guards.addresses import pages
from tutoring_admin.api.routes import RESOURCES

OPEN = {"api-document", "api-reference", "api-none"}  # they tell nothing of any district
NAMES = sorted(name for route, name, _ in pages() if route.startswith("api/") and name not in OPEN)
SCOPES = {each.kind: each.scope for each in RESOURCES}
BY_NAME = {
    **{f"api-{kind}-{what}": kind for kind in SCOPES for what in ("list", "detail")},
    "api-window-results": "windows",
    "api-deletions-list": None,
}
OF_ONE = [name for name in NAMES if name.endswith(("-detail", "-results"))]

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    return one_of_each()


def address(name, rows):
    kind = BY_NAME[name]
    return reverse(name, kwargs={"id": rows[kind].pk} if name in OF_ONE else {})


def test_every_address_is_in_the_table():
    assert set(NAMES) == set(BY_NAME)


@pytest.mark.parametrize("name", NAMES)
def test_a_token_with_the_scope_opens_it(client, rows, name):
    headers = bearer(secret_for(rows["districts"]))

    assert client.get(address(name, rows), headers=headers).status_code == HTTPStatus.OK


@pytest.mark.parametrize("name", OF_ONE)
def test_another_districts_record_is_answered_like_one_that_never_was(client, rows, name):
    elsewhere = bearer(secret_for(SchoolFactory().district))

    foreign = client.get(address(name, rows), headers=elsewhere)
    unknown = client.get(reverse(name, kwargs={"id": 2**40}), headers=elsewhere)

    assert foreign.status_code == unknown.status_code == HTTPStatus.NOT_FOUND
    assert foreign.content == unknown.content


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_ONE])
def test_a_list_holds_nothing_of_another_district(client, rows, name):
    there = one_of_each()
    kind = BY_NAME[name]

    said = client.get(address(name, rows), headers=bearer(secret_for(there["districts"]))).json()

    ids = {row.get("id") for row in said["data"]}
    assert kind is None or (rows[kind].pk not in ids and there[kind].pk in ids)


@pytest.mark.parametrize("name", [name for name in NAMES if BY_NAME[name]])
def test_without_its_scope_nothing_opens_whatever_else_there_is(client, rows, name):
    needed = "results" if name == "api-window-results" else SCOPES[BY_NAME[name]]
    others = [scope for scope in EVERYTHING if scope != needed]

    response = client.get(
        address(name, rows), headers=bearer(secret_for(rows["districts"], *others))
    )

    assert response.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["none", "unknown", "ran out", "ended", "a session", "its hash"])
def test_no_living_token_no_answer(client, rows, name, how):
    district = rows["districts"]
    secret = secret_for(district)
    token = ApiToken.objects.get(district=district)
    headers = bearer(secret)
    if how == "none":
        headers = {}
    elif how == "unknown":
        headers = bearer(secret + "x")
    elif how == "ran out":
        ApiToken.objects.update(expires_on=district.today() - dt.timedelta(days=1))
    elif how == "ended":
        ApiToken.objects.update(revoked_at=dt.datetime.now(dt.UTC), revoked_by=UserFactory())
    elif how == "a session":
        client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
        headers = {}
    else:
        headers = bearer(token.hash)

    response = client.get(address(name, rows), headers=headers)

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert str(district) not in response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_no_session_is_read_and_no_cookie_is_set(client, rows, name, django_assert_max_num_queries):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=rows["districts"]))
    secret = secret_for(rows["districts"])
    client.get(address(name, rows), headers=bearer(secret))

    with django_assert_max_num_queries(13) as asked:
        response = client.get(address(name, rows), headers=bearer(secret))

    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    tables = ("django_session", "usersessions_usersession")
    assert [query for query in asked if any(table in query["sql"] for table in tables)] == []

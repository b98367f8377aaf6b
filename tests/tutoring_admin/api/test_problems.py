"""Everything that goes wrong is said as a problem, and says what helps."""

from http import HTTPStatus

import pytest
from django.core.cache import cache

from tests.factories.roles import SchoolFactory
from tests.factories.tokens import bearer, secret_for
from tutoring_admin.api import doors
from tutoring_admin.api.problems import SORTS

pytestmark = pytest.mark.django_db
LIST = "/api/v1/schools"


@pytest.fixture
def headers():
    return bearer(secret_for(SchoolFactory().district))


def check(response, status):
    """That it is a problem of that sort."""
    said = response.json()
    key, title = SORTS[status]
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert (said["status"], said["title"]) == (status, title)
    assert said["type"].endswith(f"#problem-{key}")
    assert not response.cookies
    return said


@pytest.mark.parametrize(
    "cursor", ["x", "MTotMQ", "Mjox", "%00", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5OTk"]
)
def test_a_cursor_of_someone_else(client, headers, cursor):
    check(client.get(f"{LIST}?cursor={cursor}", headers=headers), 400)


@pytest.mark.parametrize(
    "sent", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}]
)
def test_no_token(client, sent):
    response = client.get(LIST, headers=sent)

    check(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_opens_nothing(client, headers):
    secret = headers["Authorization"].split()[1]

    check(client.get(f"{LIST}?access_token={secret}"), 401)


def test_no_scope(client):
    secret = secret_for(SchoolFactory().district, "roadmap")

    response = client.get(LIST, headers=bearer(secret))

    check(response, 403)
    assert 'scope="organization"' in response["WWW-Authenticate"]


@pytest.mark.parametrize(
    "path", ["/api/v1/schools/1", "/api/v1/nothing", "/api/", "/api/v2/x", "/api/v1/schools/x"]
)
def test_not_there(client, headers, path):
    check(client.get(path, headers=headers), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_only_reads(client, headers, method):
    response = getattr(client, method)(LIST, headers=headers)

    check(response, 405)
    assert response["Allow"] == "GET, HEAD"


def test_a_head_is_a_get_without_the_body(client, headers):
    response = client.head(LIST, headers=headers)

    assert response.status_code == HTTPStatus.OK
    assert response.content == b""
    assert response["ETag"]


def test_it_speaks_json(client, headers):
    check(client.get(LIST, headers={**headers, "Accept": "text/csv"}), 406)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-11-05T08:30:00", "updated_since"),
        ("updated_since=2020-01-01T00:00:00Z", "updated_since"),
        ("update_since=2026-11-05T08:30:00Z", "update_since"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(client, headers, query, parameter):
    said = check(client.get(f"{LIST}?{query}", headers=headers), 422)

    assert [wrong["parameter"] for wrong in said["errors"]] == [parameter]


def test_too_often(client, headers, monkeypatch):
    monkeypatch.setattr(doors, "REQUESTS", (1, 60))
    client.get(LIST, headers=headers)

    response = client.get(LIST, headers=headers)

    check(response, 429)
    assert 1 <= int(response["Retry-After"]) <= 60


def test_guessing_gets_slow(client, monkeypatch):
    monkeypatch.setattr(doors, "GUESSES", (1, 300))
    check(client.get(LIST, headers=bearer("tl_guess")), 401)

    check(client.get(LIST, headers=bearer("tl_guess2")), 429)
    cache.clear()


def test_a_fault_of_ours_tells_nothing_of_itself(client, headers, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("secret words")

    monkeypatch.setattr("tutoring_admin.api.routes.changed_at", fail)

    said = check(client.get(LIST, headers=headers), 500)

    assert "secret words" not in str(said)
    assert "The API failed at /api/v1/schools" in caplog.text

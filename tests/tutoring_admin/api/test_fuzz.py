"""The API under random requests made from its own description: no fault of ours, and every answer
is as described.
"""

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as within
from schemathesis import GenerationMode, checks

from tests.factories.tokens import bearer, one_of_each, secret_for
from tutoring_admin.api import doors
from tutoring_admin.api.routes import RESOURCES

pytestmark = pytest.mark.django_db
EXAMPLES = 3  # for each address and kind of request
CHECKED = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setattr(doors, "REQUESTS", (10_000, 60))
    return one_of_each()


@pytest.fixture
def operations():
    """As through a server, but on the connection of the test, which must stay open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield _operations()
    for signal in signals:
        signal.connect(close_old_connections)


def _operations():
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return [each.ok() for each in found.get_all_operations()]


def conforms(case, headers):
    wanted = [checks.CHECKS.get_one(name) for name in CHECKED]
    return case.call_and_validate(headers=headers, checks=wanted)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_random_requests_get_answers_as_described(rows, operations, mode):
    headers = bearer(secret_for(rows["districts"]))
    for operation in operations:
        # One short run for each address; a failure prints the request that caused it.
        @within(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            conforms(case, headers)

        ask()


@pytest.mark.parametrize("scopes", [(), ("learning",)])
def test_each_record_is_as_described(rows, operations, scopes):
    headers = bearer(secret_for(rows["districts"], *scopes))
    kinds = {f"/api/v1/{each.kind}/{{id}}": each.kind for each in RESOURCES}
    kinds["/api/v1/windows/{id}/results"] = "windows"
    for operation in operations:
        kind = kinds.get(operation.path)
        given_id = {"id": rows[kind].pk} if kind else {}
        response = conforms(operation.Case(path_parameters=given_id), headers)
        assert response.status_code in ((200, 403) if scopes else (200,))


def test_the_description_is_open_and_names_no_district(client, rows):
    said = client.get("/api/v1/openapi.json")

    assert said.json()["openapi"] == "3.1.0"
    assert said.json()["servers"] == [{"url": settings.SITE_URL.rstrip("/")}]
    assert str(rows["districts"]) not in said.content.decode()


def test_every_parameter_and_field_is_described(client):
    said = client.get("/api/v1/openapi.json").json()

    for path, operations in said["paths"].items():
        for parameter in operations["get"]["parameters"]:
            assert parameter["description"], (path, parameter["name"])
    for name, schema in said["components"]["schemas"].items():
        for field, words in schema.get("properties", {}).items():
            assert words.get("description"), (name, field)


def test_the_reference_for_people_names_every_field(client):
    page = client.get("/api/v1/reference").content.decode()
    said = client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    for resource in RESOURCES:
        assert f"/{resource.kind}" in page
        for field in said[resource.record.__name__]["properties"]:
            assert f"<code>{field}</code>" in page

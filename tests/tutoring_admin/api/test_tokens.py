"""Making, showing once, using and ending a token."""

import datetime as dt
from http import HTTPStatus

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import ApiToken, AuditEvent
from roles.services.refusal import Refused
from tests.factories.roles import DistrictFactory, SchoolFactory, member
from tests.factories.tokens import TokenFactory, bearer, secret_for
from tests.reach import reach
from tutoring_admin.systems.tokens import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return SchoolFactory().district


@pytest.fixture
def lead(client, district):
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(lead)
    return lead


def url(name, district, **more):
    return reverse(f"systems:{name}", kwargs={"district": district.slug, **more})


def test_a_token_is_shown_once_and_works(client, lead, district):
    until = district.today() + dt.timedelta(days=90)
    said = {"name": "Data warehouse", "scopes": ["roadmap"], "expires_on": until.isoformat()}

    made = client.post(url("token-new", district), said)
    first = client.get(made["Location"])
    second = client.get(made["Location"])

    secret = first.context["new"]
    row = ApiToken.objects.get()
    assert secret.startswith("tl_")
    assert secret in first.content.decode()
    assert first["Cache-Control"] == "no-store"
    assert secret not in second.content.decode()
    assert secret not in str(row.__dict__)
    client.logout()
    response = client.get("/api/v1/milestones", headers=bearer(secret))
    assert response.status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["students"]}, "scopes"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "2099-01-01"}, "expires_on"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_the_rest_is_kept(client, lead, district, wrong, field):
    until = (district.today() + dt.timedelta(days=90)).isoformat()
    said = {"name": "Data warehouse", "scopes": ["roadmap"], "expires_on": until, **wrong}

    response = client.post(url("token-new", district), said)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(response.context["form"].errors) == [field]
    assert field == "name" or "Data warehouse" in response.content.decode()
    assert not ApiToken.objects.exists()


def test_ending_it_shuts_it_at_once_and_is_on_record(client, lead, district):
    secret = secret_for(district)
    token = ApiToken.objects.get()

    client.post(url("token-end", district, pk=token.pk))
    client.post(url("token-end", district, pk=token.pk))

    shut = client.get("/api/v1/milestones", headers=bearer(secret))
    assert shut.status_code == HTTPStatus.UNAUTHORIZED
    assert AuditEvent.objects.filter(verb="api_token.revoked", actor=lead).count() == 1


def test_the_service_refuses_what_no_form_would_send(district):
    by, day = reach(district), district.today()

    for scopes, until in (
        ([], day),
        (["students"], day),
        (["roadmap"], day - dt.timedelta(days=1)),
        (["roadmap"], day + dt.timedelta(days=366)),
    ):
        with pytest.raises(Refused):
            services.make("Warehouse", scopes, until, by=by)


def test_the_audit_trail_names_the_system_and_not_the_secret(district):
    secret = services.make("Warehouse", ["people"], district.today(), by=reach(district))

    event = AuditEvent.objects.get(verb="api_token.made")
    assert event.detail["name"] == "Warehouse"
    assert secret not in str(event.detail)


def test_it_works_to_the_end_of_its_last_day_in_the_district(client):
    district = DistrictFactory(time_zone="America/Los_Angeles")
    secret = secret_for(district, expires_on=dt.date(2026, 11, 5))
    for hour, status in ((7, HTTPStatus.OK), (9, HTTPStatus.UNAUTHORIZED)):
        with time_machine.travel(dt.datetime(2026, 11, 6, hour, tzinfo=dt.UTC), tick=False):
            assert client.get("/api/v1/schools", headers=bearer(secret)).status_code == status


def test_its_last_use_is_noted_once_a_minute(client, district):
    secret = secret_for(district)
    seen = []
    for second in (0, 30, 90):
        at = dt.datetime(2026, 11, 5, 12, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=second)
        with time_machine.travel(at, tick=False):
            ApiToken.objects.update(expires_on=dt.date(2026, 12, 1))
            client.get("/api/v1/schools", headers=bearer(secret))
        seen.append(ApiToken.objects.get().last_used_at.second)

    assert seen == [0, 0, 30]


@pytest.mark.parametrize("many", [0, 1, 2])
def test_the_page_systems_says_how_tokens_stand(client, lead, district, many):
    TokenFactory.create_batch(many, district=district)
    TokenFactory(district=district, expires_on=district.today() - dt.timedelta(days=1))

    page = client.get(url("index", district)).content.decode()

    words = ["No token works now", "One token works", "2 tokens work"]
    assert words[many] in page


def test_the_list_takes_the_same_queries_for_one_and_for_many(client, lead, district):
    counts = []
    for more in (1, 11):
        TokenFactory.create_batch(more, district=district)
        client.get(url("token-list", district))
        with CaptureQueriesContext(connection) as asked:
            client.get(url("token-list", district))
        counts.append(len(asked))

    assert counts[0] == counts[1]

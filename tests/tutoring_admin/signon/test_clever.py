"""Clever as its documents describe it, on this machine: OAuth 2, then who it is from the API."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import SignOnKind, SignOnLink
from tests.factories.roles import UserFactory, member
from tests.factories.signon import SignOnProviderFactory
from tests.tutoring_admin.signon.walking import begin, is_in

pytestmark = pytest.mark.django_db
EMAIL, HERE = "dana@riverbend.example", "5f2b00000000000000000001"


class Clever(BaseHTTPRequestHandler):
    def do_POST(self):
        sent = base64.b64encode(b"tutoring:a secret of nobody").decode()
        if self.headers["Authorization"] != f"Basic {sent}":
            return self._say({"error": "invalid_client"}, 401)
        return self._say({"access_token": "il-token", "token_type": "bearer"})

    def do_GET(self):
        if self.headers["Authorization"] != "Bearer il-token":
            return self._say({}, 401)
        person = self.server.person
        if self.path == "/v3.0/me":
            return self._say({"type": "user", "data": {k: person[k] for k in ("id", "district")}})
        return self._say({"data": person})

    def _say(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def clever(settings):
    server = ThreadingHTTPServer(("localhost", 0), Clever)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.CLEVER_URL = settings.CLEVER_API_URL = f"http://localhost:{server.server_port}"
    server.person = {
        "id": "c-1",
        "district": HERE,
        "email": EMAIL,
        "name": {"first": "Dana", "last": "Ruiz"},
        "roles": {"staff": {"title": "Coordinator"}},
    }
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def row():
    return SignOnProviderFactory(
        kind=SignOnKind.CLEVER, issuer="https://clever.com", tenants=[HERE]
    )


@pytest.fixture
def dana(row):
    return member(AccessLevel.DISTRICT_LEAD, at=row.district, user=UserFactory(email=EMAIL))


def come_from_clever(client, row):
    asked = parse_qs(urlsplit(begin(client, row)).query)
    assert asked["district_id"] == [HERE]
    back = reverse("sign-on-callback", args=[row.key])
    return client.get(back, {"code": "c", "state": asked["state"][0]})


def test_staff_of_the_district_sign_in_and_are_known_by_clevers_id(client, clever, row, dana):
    come_from_clever(client, row)
    assert is_in(client, dana)
    assert SignOnLink.objects.get().subject == "c-1"


@pytest.mark.parametrize(
    "change",
    [
        {"roles": {"student": {"grade": "7"}}},
        {"roles": {"contact": {}}},
        {"roles": {}},
        {"roles": {"staff": {}, "student": {}}},
        {"district": "5f2b00000000000000000002"},
    ],
)
def test_students_families_and_other_districts_are_refused(client, clever, row, dana, change):
    clever.person.update(change)
    assert come_from_clever(client, row).status_code == 403
    assert not is_in(client)


def test_a_sign_in_that_clevers_portal_began_is_begun_again(client, clever, row, dana):
    answer = client.get(reverse("sign-on-callback", args=[row.key]), {"code": "from-the-portal"})
    assert answer["Location"] == reverse("sign-on-start", args=[row.key])
    come_from_clever(client, row)
    assert is_in(client, dana)

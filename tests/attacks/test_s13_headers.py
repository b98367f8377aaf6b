"""S13: what every answer says to the browser, whatever kind of answer it is."""

import json
import sys
from urllib.parse import quote

import pytest
from django.db import connection
from django.urls import path
from django.views.decorators.http import require_GET

from roles.capabilities import AccessLevel
from tests.factories.roles import SchoolFactory, SchoolYearFactory, member
from tests.production.conftest import FILLED_IN, run
from tutoring_admin.urls import urlpatterns as ours

pytestmark = pytest.mark.django_db
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


@require_GET
def breaks(request, district=None):
    raise ZeroDivisionError


urlpatterns = [path("breaks/", breaks), *ours]


def policy_of(answer):
    parts = answer["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts if part.strip())


@pytest.fixture
def lead(client):
    school = SchoolFactory()
    SchoolYearFactory(district=school.district)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))
    client.raise_request_exception = False
    return f"/d/{school.district.slug}"


def answers(client, home):
    yield 200, client.get(f"{home}/")
    yield 302, client.get("/")
    yield 301, client.get(home)
    yield 404, client.get(f"{home}/no-such-page/")
    yield 404, client.get("/d/no-such-place/")
    yield 405, client.post(f"{home}/")
    yield 500, client.get("/breaks/")
    yield 200, client.head("/static/css/look.css")
    yield 404, client.get("/static/no-such-file.css")
    yield 200, client.get("/healthz/late")
    yield 200, client.get(f"{home}/roles/")


@pytest.mark.urls(__name__)
def test_s13_every_kind_of_answer_carries_the_headers(client, lead, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    for status, answer in answers(client, lead):
        where = answer.request["PATH_INFO"]
        assert answer.status_code == status, where
        for name, value in ALWAYS.items():
            assert answer.get(name) == value, (where, name)
        assert policy_of(answer).items() >= POLICY.items(), where
        assert "unsafe" not in answer["Content-Security-Policy"], where
        assert not answer.get("Server"), where


def test_s13_what_names_people_is_not_kept_by_the_browser(client, lead):
    assert "no-store" in client.get(f"{lead}/")["Cache-Control"]


ASKED = """
import json, django
django.setup()
from django.conf import settings as s
from django.test import Client, override_settings
s.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
pages = {}
c = Client(SERVER_NAME="tutoring.example.org")
pages["plain"] = c.get("/accounts/login/")
c = Client(SERVER_NAME="tutoring.example.org", HTTP_X_FORWARDED_PROTO="https")
pages["secure"] = c.get("/accounts/login/")
said = {name: {"status": a.status_code, **dict(a.items())} for name, a in pages.items()}
said["cookies"] = [m.OutputString() for m in pages["secure"].cookies.values()]
said["names"] = [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME]
said["session"] = [s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_PATH,
                   s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_SAMESITE]
print(json.dumps(said))
"""


def here():
    """The address of the database of this test."""
    at = connection.settings_dict
    port = f":{at['PORT']}" if at["PORT"] else ""
    who = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
    return f"postgres://{who}@{quote(at['HOST'], safe='')}{port}/{at['NAME']}"


@pytest.fixture
def production():
    said = run(
        [sys.executable, "-c", ASKED],
        **FILLED_IN,
        DATABASE_URL=here(),
        REDIS_URL="redis://localhost:1/0",
        DJANGO_SETTINGS_MODULE="tutoring_admin.settings.production",
    )
    assert said.returncode == 0, said.stderr[-2000:]
    return json.loads(said.stdout.splitlines()[-1])


def test_s13_in_production_all_is_https_for_a_year_and_more(production):
    assert production["plain"]["status"] == 301
    assert production["plain"]["Location"].startswith("https://")
    assert production["secure"]["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains; preload"
    )


def test_s13_in_production_cookies_are_bound_to_this_host(production):
    assert all(name.startswith("__Host-") for name in production["names"])
    assert production["session"] == [True, True, "/", None, "Lax"]
    for cookie in production["cookies"]:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie

"""S05: requests of eight districts, interleaved over few connections, one in ten failing midway.

Connections are kept from one request to the next, whichever district that is of, as a pool in
transaction mode does it: three of them for eight districts. Nothing of one district may be left
on a connection for the next request. Then once more through a real PgBouncer in transaction mode,
where a dozen clients share three connections to the database without knowing of each other.
"""

import queue
import random
import threading
from collections import Counter

import pytest
from django.db import connection, connections
from django.http import Http404, JsonResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from roles.capabilities import Capability
from roles.models import AuditEvent, Membership, School
from roles.pages import page
from roles.wall import WALLED_ROLE, district_scope
from tests.attacks.bouncer import BOUNCER, bouncing
from tests.engines.conftest import wait_until
from tests.factories.roles import DistrictFactory, SchoolFactory, UserFactory
from tutoring_admin.urls import urlpatterns as of_the_product

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

DISTRICTS, CONNECTIONS, CLIENTS = 8, 3, 12
REQUESTS, SCOPES, HOMES = 400, 2000, 6
PAGES = ("dashboards:today", "roles:people")
FAIL = ("python", "database", "not-found", "cut")
HOW_OFTEN = 10  # one in ten


class Midway(Exception):
    """A request that ends in the middle."""


def fail(how):
    """After the first rows were read: an error of ours, of the database, or an answer 404."""
    if how == "python":
        raise Midway
    if how == "database":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    if how == "not-found":
        raise Http404
    if how == "cut":
        with connection.cursor() as cursor:  # the server ends the session under the request
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        connection.close()
        raise Midway(pid)


def seen():
    """All districts of which a query without any filter returns a row."""
    return sorted(
        {
            *School.objects.values_list("district_id", flat=True),
            *Membership.objects.values_list("district_id", flat=True),
            *AuditEvent.objects.values_list("district_id", flat=True),
        }
    )


@page("GET", requires=Capability.HOME_VIEW)
def probe(request):
    before = seen()
    fail(request.GET.get("fail"))
    AuditEvent.objects.create(
        district=request.district, verb="probe.read", subject="roles.school", subject_pk="1"
    )
    return JsonResponse({"seen": sorted({*before, *seen()}), "mine": request.district.pk})


urlpatterns = [path("d/<slug:district>/probe/", probe, name="probe"), *of_the_product]


@pytest.fixture
def districts():
    made = DistrictFactory.create_batch(DISTRICTS)
    for district in made:
        SchoolFactory.create_batch(2, district=district)
        Membership.objects.create(district=district, user=UserFactory(), level="district_lead")
    return made


@pytest.fixture
def pooled(monkeypatch):
    """New connections go through PgBouncer; tells how many it has open to the database."""
    direct = connections.settings["default"]
    began = timezone.now()
    with bouncing(direct, CONNECTIONS) as port:
        through = direct | {"HOST": "127.0.0.1", "PORT": port, "DISABLE_SERVER_SIDE_CURSORS": True}
        monkeypatch.setitem(connections.settings, "default", through)

        def opened():
            with connection.cursor() as cursor:  # ours goes past it
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND backend_start > %s AND pid <> pg_backend_pid()",
                    [began],
                )
                return cursor.fetchone()[0]

        yield opened


def left_on_the_connection():
    """What a request left behind: nothing, if it is None."""
    if connection.in_atomic_block:
        return "a transaction"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('app.district', true)")
        user, district = cursor.fetchone()
    return None if user != WALLED_ROLE and not district else (user, district)


def interleaved(jobs, work, at_once=CONNECTIONS):
    """Let each of the connections take the next job, in ever new order; returns what it told."""
    waiting, told = queue.SimpleQueue(), queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)

    def serve():
        try:
            while True:
                try:
                    job = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    told.put(work(*job))
                except Exception as error:  # told to the test, which fails on it
                    told.put(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=serve) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [told.get() for _ in range(told.qsize())]


def shuffled(districts, many):
    luck = random.Random(5)  # noqa: S311 -- an order, not a secret
    jobs = [
        (districts[n % DISTRICTS], FAIL[n // DISTRICTS % len(FAIL)] if n % HOW_OFTEN == 0 else "")
        for n in range(many)
    ]
    luck.shuffle(jobs)
    return jobs


@pytest.fixture
def cookies(districts):
    """District → the session of its lead."""
    leads = {row.district_id: row.user for row in Membership.objects.select_related("user")}
    cookies = {}
    for district in districts:
        client = Client()
        client.force_login(leads[district.pk])
        cookies[district.pk] = client.cookies.output(header="").strip()
    assert len(set(cookies.values())) == DISTRICTS
    return cookies


@pytest.fixture
def asked(districts, cookies, settings):
    """Ask the probe `many` times over `at_once` connections, and judge all answers."""
    settings.ROOT_URLCONF = __name__

    def ask(district, how):
        client = Client(raise_request_exception=False)
        client.cookies.load(cookies[district.pk])
        answer = client.get(f"/d/{district.slug}/probe/", {"fail": how} if how else {})
        status, left = answer.status_code, left_on_the_connection()
        rows = answer.json()["seen"] if status == 200 else None
        return how, status, rows in (None, [district.pk]), left

    def asking(many, at_once):
        told = interleaved(shuffled(districts, many), ask, at_once)

        assert [each for each in told if isinstance(each, Exception)] == []
        assert Counter((how, status) for how, status, *_ in told).keys() == {
            ("", 200), ("python", 500), ("database", 500), ("not-found", 404), ("cut", 500),
        }  # fmt: skip
        assert [each for each in told if not each[2] or each[3]] == []
        assert len(told) == many
        kept = AuditEvent.objects.filter(verb="probe.read").count()
        assert kept == sum(how == "" for how, *_ in told)  # what failed midway wrote nothing

    return asking


def test_no_request_reads_a_row_of_another_district(asked):
    asked(REQUESTS, CONNECTIONS)


@pytest.mark.skipif(not BOUNCER, reason="PgBouncer is not installed (.ci/run installs it)")
def test_no_request_reads_a_row_of_another_district_through_pgbouncer(asked, pooled):
    asked(REQUESTS, CLIENTS)
    wait_until(lambda: pooled() <= CONNECTIONS)  # one that was cut takes a moment to go


@pytest.mark.skipif(not BOUNCER, reason="PgBouncer is not installed (.ci/run installs it)")
@pytest.mark.usefixtures("pooled")
def test_each_home_opens_through_pgbouncer_with_its_own_people(districts, cookies):
    people = dict(Membership.objects.values_list("district", "user__email"))

    def ask(district, _how):
        client = Client()
        client.cookies.load(cookies[district.pk])
        told = [client.get(reverse(page, args=[district.slug])) for page in PAGES]
        listed = told[1].content.decode()
        named = {pk for pk, email in people.items() if f">{email}<" in listed}
        return [each.status_code for each in told], named == {district.pk}

    visits = [(district, "") for _ in range(HOMES) for district in districts]
    told = interleaved(visits, ask, CLIENTS)

    assert told == [([200, 200], True)] * len(visits)


def test_no_task_reads_a_row_of_another_district(districts):
    def work(district, how):
        rows = None
        try:
            with district_scope(district):
                rows = seen()
                fail(how)
        except Exception:  # what a task dies of
            if not how:
                raise
        return rows == [district.pk], left_on_the_connection()

    told = interleaved(shuffled(districts, SCOPES), work)

    assert Counter(told) == {(True, None): SCOPES}

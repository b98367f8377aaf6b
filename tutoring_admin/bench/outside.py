"""A page of 200 milestones as another system reads it, against the bare page."""

from __future__ import annotations

import datetime as dt
import http.client
import statistics
import time

from django.urls import reverse

from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import District, User
from roles.wall import district_scope
from tutoring_admin.api.paging import MOST
from tutoring_admin.bench.against import BARE, WARM_UP, Against, p95
from tutoring_admin.bench.counting import HEADER
from tutoring_admin.bench.pages import MANAGER
from tutoring_admin.bench.rounds import interleaved
from tutoring_admin.bench.visitor import Answer, Visitor
from tutoring_admin.demo.people import DEMO_PASSWORD
from tutoring_admin.engines.trouble import Trouble
from tutoring_admin.systems.tokens import services

ROUNDS = 120  # below what a token may ask for in a minute
NAME = f"API, a page of {MOST} milestones"


def measure(slug: str, port: int) -> Against:
    """In a district that has so many milestones. Raises Trouble for an answer with another
    status than 200.
    """
    email = f"{MANAGER}@{slug}.example"
    visitor, reader = Visitor(port), _Reader(port, _token(slug, email))
    visitor.sign_in(email, DEMO_PASSWORD)
    bare_page = reverse("bench:page", kwargs={"district": slug})

    def take(what: str) -> Answer:
        return visitor.get(bare_page) if what == BARE else reader.get()

    taken = interleaved([BARE, NAME], take, warm_up=WARM_UP, rounds=ROUNDS)
    times = {what: [answer.took_ms for answer in answers] for what, answers in taken.items()}
    queries = {what: max(answer.queries for answer in answers) for what, answers in taken.items()}
    return Against(
        NAME,
        statistics.median(times[NAME]),
        p95(times[NAME]),
        statistics.median(times[BARE]),
        p95(times[BARE]),
        queries[NAME] - queries[BARE],
    )


def _token(slug: str, email: str) -> str:
    district, manager = District.objects.get(slug=slug), User.objects.get(email=email)
    by = Reach(manager, district, Capability.SYSTEMS_MANAGE, EVERYWHERE)
    with district_scope(district):
        return services.make(
            "Benchmark", ["roadmap"], district.today() + dt.timedelta(days=1), by=by
        )


class _Reader:
    """Another system: a token, one connection."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._path = f"{reverse('api-milestones-list')}?limit={MOST}"

    def get(self) -> Answer:
        began = time.perf_counter()
        self._connection.request("GET", self._path, headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        took = (time.perf_counter() - began) * 1000
        if response.status != http.client.OK:
            raise Trouble(f"{self._path} answered with status {response.status}.")
        return Answer(took, int(response.headers.get(HEADER, "0")), len(body))

"""A calendar of 500 milestones that has not changed, beside the bare view."""

from __future__ import annotations

import http.client
import statistics
import time
from dataclasses import dataclass

from django.urls import reverse

from roadmap.models import Milestone, Phase
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Assignment, District, User
from roles.schooltime import ONE_DAY
from roles.services import feeds
from roles.wall import district_scope
from tutoring_admin.bench.counting import HEADER
from tutoring_admin.bench.rounds import interleaved
from tutoring_admin.engines.trouble import Trouble

ITEMS, WARM_UP, ROUNDS = 500, 20, 150
UNCHANGED, BARE = "calendar, unchanged", "bare view"


@dataclass(frozen=True)
class Feed:
    """Medians in milliseconds: told that nothing changed, the bare view, and the whole calendar;
    statements of the first.
    """

    items: int
    unchanged_ms: float
    bare_ms: float
    whole_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        return self.unchanged_ms / self.bare_ms

    def line(self) -> str:
        return (
            f"Calendar of {self.items} milestones, unchanged: {self.unchanged_ms:.2f} ms,"
            f" {self.queries} queries; bare view {self.bare_ms:.2f} ms, ratio {self.ratio:.2f};"
            f" the whole calendar {self.whole_ms:.0f} ms"
        )


def measure(slug: str, port: int) -> Feed:
    """The project manager's calendar, read over one kept connection. Raises Trouble for any answer
    that is not the one expected.
    """
    path = reverse("calendar-feed", args=[_address(slug)])
    reader = _Reader(port)
    reader.get(path, http.client.OK)  # notes what it holds; the tag stays from then on
    whole = [reader.get(path, http.client.OK)[0] for _ in range(5)]
    _, tag, _ = reader.get(path, http.client.OK)
    queries = 0

    def take(what: str) -> float:
        nonlocal queries
        if what == BARE:
            return reader.get(reverse("bench:bare"), http.client.OK)[0]
        took, _, asked = reader.get(path, http.client.NOT_MODIFIED, tag)
        queries = max(queries, asked)
        return took

    taken = interleaved([UNCHANGED, BARE], take, warm_up=WARM_UP, rounds=ROUNDS)
    middle = {what: statistics.median(taken[what]) for what in taken}
    return Feed(ITEMS, middle[UNCHANGED], middle[BARE], statistics.median(whole), queries)


def _address(slug: str) -> str:
    """500 milestones for the project manager; the token of their calendar."""
    district = District.objects.get(slug=slug)
    manager = User.objects.get(email=f"pm@{slug}.example")
    with district_scope(district):
        held = Assignment.objects.filter(district=district, holder=manager)
        seat = held.in_force(district.today()).select_related("position")[0].position
        Milestone.objects.filter(district=district, owner=seat).update(owner=None)
        phase = Phase.objects.filter(district=district).select_related("school_year")[0]
        last = phase.school_year.last_student_day
        Milestone.objects.bulk_create(
            Milestone(
                district=district,
                school_year=phase.school_year,
                phase=phase,
                owner=seat,
                title=f"Step {n} of the plan",
                starts_on=last,
                due_on=last + (n % 30) * ONE_DAY,
            )
            for n in range(ITEMS)
        )
        reach = Reach(manager, district, Capability.ROADMAP_VIEW, EVERYWHERE)
        return feeds.renew(by=reach)


class _Reader:
    """A calendar program: no session, one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, expected: int, tag: str = "") -> tuple[float, str, int]:
        """Milliseconds, the answer's tag, how many statements it cost."""
        headers = {"If-None-Match": tag} if tag else {}
        began = time.perf_counter()
        self._connection.request("GET", path, headers=headers)
        response = self._connection.getresponse()
        response.read()
        took = (time.perf_counter() - began) * 1000
        if response.status != expected:
            raise Trouble(f"{path} answered with status {response.status}, not {expected}.")
        return took, response.headers.get("ETag", ""), int(response.headers.get(HEADER, "0"))

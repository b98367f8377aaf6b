"""What the wall between districts costs: the same pages with it, and as the owner of the tables.

Two servers answer by turns. The other one never takes the walled role, so PostgreSQL applies no
district's policy; it sends as many statements, and its views filter by district all the same.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from roles import wall
from tutoring_admin.bench.pages import Page
from tutoring_admin.bench.rounds import interleaved
from tutoring_admin.bench.visitor import Answer, Visitor
from tutoring_admin.demo.people import DEMO_PASSWORD

LOWERED = "BENCH_WITHOUT_WALL"  # the benchmark's own word to its second server
WARM_UP, ROUNDS = 5, 20


@dataclass(frozen=True)
class Walled:
    """All pages of a district, milliseconds of the middle, added up; and the page that it costs
    most.
    """

    pages: int
    with_ms: float
    without_ms: float
    worst: str
    worst_ratio: float

    @property
    def ratio(self) -> float:
        return self.with_ms / self.without_ms

    def line(self) -> str:
        return (
            f"Wall, {self.pages} pages: {self.with_ms:.0f} ms behind it, {self.without_ms:.0f} ms"
            f" as the owner without policies; ratio {self.ratio:.2f}; most for {self.worst},"
            f" {self.worst_ratio:.2f}"
        )


class Lowered:
    """Middleware that takes the wall down in its process. Refuses outside the benchmark."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not getattr(settings, "BENCH", False):
            raise ImproperlyConfigured("Only the benchmark takes the wall down.")
        wall._set_local = _stay_owner
        raise MiddlewareNotUsed


def _stay_owner(role: str, district: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.district', %s, true), set_config('role', 'none', true)",
            [district],
        )


def measure(pages: Sequence[Page], port: int, port_without: int) -> Walled:
    """Visit pages of one district at both servers, in one run."""
    visitors = {
        (each, email): Visitor(each)
        for each in (port, port_without)
        for email in {page.email for page in pages}
    }
    for (_, email), visitor in visitors.items():
        visitor.sign_in(email, DEMO_PASSWORD)

    def take(thing: tuple[int, Page]) -> Answer:
        at, page = thing
        return visitors[at, page.email].get(page.path)

    things = [(each, page) for page in pages for each in (port, port_without)]
    taken = interleaved(things, take, warm_up=WARM_UP, rounds=ROUNDS)
    middle = {
        thing: statistics.median(answer.took_ms for answer in answers)
        for thing, answers in taken.items()
    }
    return summed([(page.name, middle[port, page], middle[port_without, page]) for page in pages])


def summed(pages: Sequence[tuple[str, float, float]]) -> Walled:
    """Of (name, with, without) in milliseconds, at least one."""
    worst, most = max(
        ((name, walled / bare) for name, walled, bare in pages), key=lambda each: each[1]
    )
    return Walled(
        pages=len(pages),
        with_ms=sum(walled for _, walled, _ in pages),
        without_ms=sum(bare for *_, bare in pages),
        worst=worst,
        worst_ratio=most,
    )

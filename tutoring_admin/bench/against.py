"""Pages against the bare page of their district, in one run."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from tutoring_admin.bench.rounds import interleaved
from tutoring_admin.bench.visitor import Answer, Visitor
from tutoring_admin.demo.people import DEMO_PASSWORD

WARM_UP = 5
BARE = "bare"


@dataclass(frozen=True)
class Against:
    """One page: milliseconds of the middle and of 95 of 100, the bare page's, and its queries
    beyond those.
    """

    name: str
    median_ms: float
    p95_ms: float
    bare_ms: float
    bare_p95_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        return self.p95_ms / self.bare_p95_ms

    def line(self) -> str:
        return (
            f"{self.name}: {self.median_ms:.0f} ms, p95 {self.p95_ms:.0f}; the bare page"
            f" {self.bare_ms:.0f}, p95 {self.bare_p95_ms:.0f}; ratio of p95 {self.ratio:.2f};"
            f" {self.queries} queries of its own"
        )


def against_bare(
    port: int,
    slug: str,
    email: str,
    paths: Mapping[str, str],
    *,
    rounds: int,
    before: Callable[[], object] = lambda: None,
) -> list[Against]:
    """Visit pages, by name, as one person of the district. `before` is done ahead of each visit,
    outside the time that is taken.
    """
    visitor = Visitor(port)
    visitor.sign_in(email, DEMO_PASSWORD)
    all_paths = {BARE: reverse("bench:page", kwargs={"district": slug}), **paths}

    def take(name: str) -> Answer:
        before()
        return visitor.get(all_paths[name])

    taken = interleaved(list(all_paths), take, warm_up=WARM_UP, rounds=rounds)
    bare = [answer.took_ms for answer in taken[BARE]]
    bare_queries = min(answer.queries for answer in taken[BARE])
    return [
        Against(
            name,
            statistics.median(times := [answer.took_ms for answer in taken[name]]),
            p95(times),
            statistics.median(bare),
            p95(bare),
            max(answer.queries for answer in taken[name]) - bare_queries,
        )
        for name in paths
    ]


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]

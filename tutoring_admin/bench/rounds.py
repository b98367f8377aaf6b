"""Rounds over all pages in ever new order, and what comes out of them."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tutoring_admin.bench.pages import BARE_PAGE, Page
from tutoring_admin.bench.visitor import Answer, Visitor
from tutoring_admin.demo.people import DEMO_PASSWORD

WARM_UP, ROUNDS = 5, 15
Thing = TypeVar("Thing")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Spread:
    """Measurements of one thing: the middle, and the width of the middle half."""

    median: float
    iqr: float


@dataclass(frozen=True)
class Row:
    """One page of one district, its size in bytes. `ratio` is to all bare pages of the run."""

    page: str
    district: str
    median_ms: float
    iqr_ms: float
    ratio: float
    queries: int
    size: int


def interleaved(
    things: Sequence[Thing], take: Callable[[Thing], Result], *, warm_up: int, rounds: int
) -> dict[Thing, list[Result]]:
    """`take` each thing once a round, the rounds in different orders; warm-ups are not kept."""
    order, luck = list(things), random.Random(0)  # noqa: S311 -- an order, not a secret
    taken: dict[Thing, list[Result]] = {thing: [] for thing in things}
    for number in range(warm_up + rounds):
        luck.shuffle(order)
        for thing in order:
            answer = take(thing)
            if number >= warm_up:
                taken[thing].append(answer)
    return taken


def spread(values: Sequence[float]) -> Spread:
    """Raises statistics.StatisticsError for fewer than two values."""
    low, _, high = statistics.quantiles(values, n=4)
    return Spread(statistics.median(values), high - low)


def visit(pages: Sequence[Page], port: int) -> list[Row]:
    """Sign everyone in, then measure all pages in one run."""
    visitors = {email: Visitor(port) for email in {page.email for page in pages}}
    for email, visitor in visitors.items():
        if email:
            visitor.sign_in(email, DEMO_PASSWORD)
    taken = interleaved(
        pages, lambda page: visitors[page.email].get(page.path), warm_up=WARM_UP, rounds=ROUNDS
    )
    bare = [a.took_ms for page in pages if page.name == BARE_PAGE for a in taken[page]]
    return [_row(page, taken[page], statistics.median(bare)) for page in pages]


def _row(page: Page, answers: Sequence[Answer], bare_ms: float) -> Row:
    measured = spread([answer.took_ms for answer in answers])
    return Row(
        page=f"{page.name}, {page.visitor}" if page.name == BARE_PAGE else page.name,
        district=page.district,
        median_ms=measured.median,
        iqr_ms=measured.iqr,
        ratio=measured.median / bare_ms,
        queries=max(answer.queries for answer in answers),
        size=max(answer.size for answer in answers),
    )

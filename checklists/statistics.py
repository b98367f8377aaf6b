"""The statistics of results: ratings of two people in, agreement out; scores in, steadiness out.

No database and no Django here. Agreement is told three ways: as the share of equal ratings, as the
share within one point, and as Gwet's AC1, which takes away what two people would agree on by
chance and, unlike kappa, stays meaningful where nearly every rating is the same.

Ratings of one pair of forms are not independent of each other: a strict observer is strict on every
item. The interval of a whole role therefore leaves out one pair of forms at a time (jackknife); one
item has one rating from each pair, so there Gwet's own variance holds.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

ENOUGH_PAIRS = 10  # under so many pairs of forms a coefficient says nothing
CONFIDENCE = 0.95

Table = Mapping[tuple[Hashable, Hashable], int]


@dataclass(frozen=True, slots=True)
class Both:
    """One item as two people rated it; None stands for "not applicable". `max`: the best answer."""

    item: str
    own: int | None
    other: int | None
    max: int

    @property
    def counts(self) -> bool:
        """Two "not applicable" say nothing about agreement."""
        return self.own is not None or self.other is not None

    @property
    def is_equal(self) -> bool:
        return self.own == self.other

    @property
    def points(self) -> int | None:
        """Self minus observer in points of the scale; None if one says "not applicable"."""
        return None if self.own is None or self.other is None else self.own - self.other

    @property
    def marks(self) -> tuple[Hashable, Hashable]:
        """The two answers, comparable between scales: a part of the best one, or "N/A"."""
        return self._mark(self.own), self._mark(self.other)

    def _mark(self, value: int | None) -> Hashable:
        # Equal parts are equal floats, since a division is rounded to the nearest one.
        return "N/A" if value is None else value / self.max


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with its 95 % interval, each from -1 to 1; no interval where nothing varies."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far the ratings of some pairs of forms agree.

    `compared` ratings of `pairs` pairs. `exact` and `within_one` are whole percent, None where
    nothing could be compared; `within_one` leaves out scales of two answers, on which it would
    always hold. `gap` is self minus observer in percent points of the best answer, one decimal.
    `coefficient` is None under `ENOUGH_PAIRS`.
    """

    pairs: int
    compared: int
    exact: int | None
    within_one: int | None
    gap: float | None
    coefficient: Coefficient | None


@dataclass(frozen=True, slots=True)
class ItemGap:
    """One item over all pairs: how often it differs, and by how many points on average."""

    item: str
    pairs: int
    differing: int
    gap: float | None

    @property
    def percent_differing(self) -> int:
        return _percent(self.differing, self.pairs) or 0


def accuracy(forms: Sequence[Sequence[Both]]) -> Accuracy:
    """The agreement of pairs of forms, each given as the items both people rated."""
    pairs = [kept for form in forms if (kept := [both for both in form if both.counts])]
    both = [each for pair in pairs for each in pair]
    graded = [each for each in both if each.max > 1]
    near = sum(each.points is not None and abs(each.points) <= 1 for each in graded)
    shares = [Fraction(each.points, each.max) for each in both if each.points is not None]
    return Accuracy(
        pairs=len(pairs),
        compared=len(both),
        exact=_percent(sum(each.is_equal for each in both), len(both)),
        within_one=_percent(near, len(graded)),
        gap=round(float(sum(shares, Fraction(0)) / len(shares)) * 100, 1) if shares else None,
        coefficient=_clustered(pairs) if len(pairs) >= ENOUGH_PAIRS else None,
    )


def item_gaps(forms: Iterable[Iterable[Both]]) -> list[ItemGap]:
    """By item, the one that differs most often first."""
    by_item: dict[str, list[Both]] = {}
    for form in forms:
        for both in form:
            if both.counts:
                by_item.setdefault(both.item, []).append(both)
    found = [_item_gap(item, rows) for item, rows in by_item.items()]
    return sorted(found, key=lambda gap: (-gap.differing / gap.pairs, -abs(gap.gap or 0), gap.item))


def _item_gap(item: str, rows: Sequence[Both]) -> ItemGap:
    points = [both.points for both in rows if both.points is not None]
    return ItemGap(
        item,
        len(rows),
        sum(not both.is_equal for both in rows),
        round(statistics.fmean(points), 2) if points else None,
    )


def ac1(table: Table, answers: int) -> float:
    """Gwet's AC1 of a table of counts: (one's answer, the other's) to how often.

    `answers` is how many different answers there were, at least 1. Raises ValueError for an empty
    table. Gwet (2008), Computing inter-rater reliability and its variance in the presence of high
    agreement, Br. J. Math. Stat. Psychol. 61, 29-48.
    """
    total = sum(table.values())
    if not total:
        raise ValueError("AC1 of no ratings")
    agreed = sum(count for (a, b), count in table.items() if a == b) / total
    chance = _chance(_prevalence(table), answers)
    return (agreed - chance) / (1 - chance)


def ac1_of_subjects(table: Table, answers: int) -> Coefficient:
    """AC1 with the interval that holds when each count is a subject of its own (Gwet 2008)."""
    total = sum(table.values())
    value = ac1(table, answers)
    shares = _prevalence(table)
    chance = _chance(shares, answers)
    spread = [
        ((a == b) - 2 * (1 - value) * (1 - (shares[a] + shares[b]) / 2) / max(answers - 1, 1), n)
        for (a, b), n in table.items()
    ]
    agreed = sum(n for (a, b), n in table.items() if a == b) / total
    square = sum(n * term**2 for term, n in spread) / total
    centre = agreed - 2 * (1 - value) * chance
    variance = max(square - centre**2, 0.0) / (total * (1 - chance) ** 2)
    return _interval(value, math.sqrt(variance), total - 1)


def _prevalence(table: Table) -> dict[Hashable, float]:
    """How often each answer was given, as a part of all answers of both."""
    total = sum(table.values())
    shares: defaultdict[Hashable, float] = defaultdict(float)
    for pair, count in table.items():
        for answer in pair:
            shares[answer] += count / (2 * total)
    return shares


def _chance(shares: Mapping[Hashable, float], answers: int) -> float:
    if answers < 2:
        return 0.0
    return sum(share * (1 - share) for share in shares.values()) / (answers - 1)


def _clustered(pairs: Sequence[Sequence[Both]]) -> Coefficient:
    """AC1 over all ratings; its interval from leaving out one pair of forms at a time."""
    tables = [Counter(both.marks for both in pair) for pair in pairs]
    whole: Counter[tuple[Hashable, Hashable]] = sum(tables, Counter())
    answers = len({mark for marks in whole for mark in marks})
    without = [ac1(whole - table, answers) for table in tables]
    return _interval(ac1(whole, answers), jackknife_error(without), len(tables) - 1)


def jackknife_error(without: Sequence[float]) -> float:
    """The standard error out of the values found with each one left out."""
    number, centre = len(without), statistics.fmean(without)
    return math.sqrt((number - 1) / number * sum((value - centre) ** 2 for value in without))


def _interval(value: float, error: float, freedom: int) -> Coefficient:
    if error < 1e-12 or freedom < 1:
        return Coefficient(value, None, None)
    reach = t_quantile((1 + CONFIDENCE) / 2, freedom) * error
    return Coefficient(value, max(value - reach, -1.0), min(value + reach, 1.0))


def t_quantile(probability: float, freedom: int) -> float:
    """Student's t from the normal quantile (Abramowitz and Stegun 26.7.5).

    Right to three decimals from 9 degrees of freedom on, the fewest an interval here has.
    """
    z: float = statistics.NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))


@dataclass(frozen=True, slots=True)
class Spread:
    """How steady some scores are, in percent points: lowest to highest, and standard deviation."""

    low: int
    high: int
    deviation: float

    @property
    def range(self) -> int:
        return self.high - self.low


def spread(scores: Sequence[int]) -> Spread | None:
    """None under three scores: two points make no spread."""
    if len(scores) < 3:
        return None
    return Spread(min(scores), max(scores), round(statistics.stdev(scores), 1))


def in_a_row(done: Iterable[bool]) -> int:
    """How many in a row were done, counted back from the last; give them earliest first."""
    run = 0
    for each in done:
        run = run + 1 if each else 0
    return run


def median(values: Sequence[float]) -> int | None:
    """The middle value to the nearest whole one; None of nothing."""
    return round(statistics.median(values)) if values else None


def _percent(part: int, whole: int) -> int | None:
    """Whole percent, a half upwards."""
    return int(Fraction(part * 100, whole) + Fraction(1, 2)) if whole else None

"""The arithmetic of a checklist: ratings in; score, coverage, band and agreement out.

No database and no Django here. Each rule stands with the function that holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

ENOUGH_COVERAGE = 60
ON_TRACK = 80
DEVELOPING = 60


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many percent a score is on track, and from how many developing."""

    on_track: int = ON_TRACK
    developing: int = DEVELOPING


class Band(StrEnum):
    """What a score means, in three steps, and the case in which there is none."""

    ON_TRACK = "on_track"
    DEVELOPING = "developing"
    NEEDS_SUPPORT = "needs_support"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True)
class Answer:
    """One item as rated. `value` is None while unrated, and for an item that does not apply."""

    value: int | None
    max: int
    critical: bool = False
    not_applicable: bool = False

    @property
    def is_rated(self) -> bool:
        return self.value is not None and not self.not_applicable

    @property
    def share(self) -> Fraction:
        """The rating as a part of the best one, 0 to 1; only for a rated item."""
        return Fraction(self.value or 0, self.max)


@dataclass(frozen=True, slots=True)
class Result:
    """`score` and `coverage` in whole percent; `score` is None without enough ratings."""

    score: int | None
    coverage: int
    band: Band


def half_up(value: Fraction) -> int:
    """A non-negative number to the nearest whole one, a half upwards."""
    return int(value + Fraction(1, 2))


def score(answers: Iterable[Answer], thresholds: Thresholds = Thresholds()) -> Result:
    """Every item counts the same, N/A leaves, a critical 0 caps the band."""
    applicable = [answer for answer in answers if not answer.not_applicable]
    rated = [answer for answer in applicable if answer.is_rated]
    covered = Fraction(len(rated) * 100, len(applicable)) if applicable else Fraction(0)
    if not rated or covered < ENOUGH_COVERAGE:
        return Result(None, half_up(covered), Band.NOT_ENOUGH)
    percent = half_up(sum((a.share for a in rated), Fraction(0)) * 100 / len(rated))
    failed_critical = any(answer.critical and answer.value == 0 for answer in rated)
    return Result(percent, half_up(covered), band_of(percent, thresholds, capped=failed_critical))


def band_of(percent: int, thresholds: Thresholds = Thresholds(), *, capped: bool = False) -> Band:
    """The band of a score; `capped` says that a critical item was rated 0."""
    if percent >= thresholds.on_track:
        return Band.DEVELOPING if capped else Band.ON_TRACK
    return Band.DEVELOPING if percent >= thresholds.developing else Band.NEEDS_SUPPORT


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters of the same items agree.

    `percent` is None when no item was rated by both. `differing` holds the positions (from 0) of
    the items that differ, the widest difference first; `to_talk_about` those two points apart.
    """

    percent: int | None
    compared: int
    differing: tuple[int, ...]
    to_talk_about: tuple[int, ...]


def agreement(own: Sequence[Answer], other: Sequence[Answer]) -> Agreement:
    """Equal ratings among the items both rated; N/A against a number is a difference.

    Two N/A say nothing about agreement and are left out. Raises ValueError for unlike lengths.
    """
    pairs = list(enumerate(zip(own, other, strict=True)))
    both = [(n, a, b) for n, (a, b) in pairs if _given(a) and _given(b) and _counts(a, b)]
    gaps = {n: _gap(a, b) for n, a, b in both}
    differing = tuple(sorted((n for n, gap in gaps.items() if gap), key=lambda n: (-gaps[n], n)))
    same = len(both) - len(differing)
    return Agreement(
        half_up(Fraction(same * 100, len(both))) if both else None,
        len(both),
        differing,
        tuple(n for n in differing if gaps[n] >= 2),
    )


def _given(answer: Answer) -> bool:
    return answer.is_rated or answer.not_applicable


def _counts(a: Answer, b: Answer) -> bool:
    return a.is_rated or b.is_rated


def _gap(a: Answer, b: Answer) -> int:
    if a.not_applicable or b.not_applicable:
        return 1
    return abs((a.value or 0) - (b.value or 0))

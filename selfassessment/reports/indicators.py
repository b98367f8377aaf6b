"""One indicator with all that stands behind it: checks, evidence, past ratings, its gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from roles.access import Reach
from selfassessment.checks import Check
from selfassessment.evidence import Item, evidence, run_out
from selfassessment.gaps import Work
from selfassessment.library import Point
from selfassessment.models import Gap, IndicatorRating, RatingCause, Round, Stage, Vote
from selfassessment.reports.readiness import open_gaps
from selfassessment.reports.standing import Line, Summary, summary
from selfassessment.services import standards
from selfassessment.spread import Spread, of_counts, of_votes


@dataclass(frozen=True)
class Past:
    """One round of an indicator's history. `spread` of its votes: None where nobody voted."""

    round: Round
    rating: IndicatorRating
    spread: Spread | None
    causes: Sequence[RatingCause]
    stories: Sequence[int]
    """The gaps (primary keys) that it opened or closed."""


@dataclass(frozen=True)
class Rung:
    """The checks for one point of the scale."""

    point: Point
    checks: Sequence[Check]


@dataclass(frozen=True)
class Told:
    summary: Summary
    line: Line
    items: Sequence[tuple[Item, str, str]]
    replaced: Sequence[tuple[Item, str, str]]
    """What points at something that was replaced since, and counts no more."""
    rungs: Sequence[Rung]
    history: Sequence[Past]
    gap: Work | None

    @property
    def changes(self) -> Sequence[Check]:
        """What would change the hint, easiest first."""
        return self.line.hint.what_would_change_it if self.line.hint else ()

    @property
    def by_hand(self) -> int:
        return sum(item.by_hand for item, _, _ in self.items)

    @property
    def running_out(self) -> int:
        """How many run out within 60 days, or have."""
        return sum(kind != "good" for _, kind, _ in self.items)

    @property
    def is_being_rated(self) -> bool:
        """Whether the round on show is open and asks for it."""
        return self.line.taken and bool(self.summary.round and self.summary.round.is_open)

    @property
    def next_line(self) -> Line | None:
        """Another one that the open round still has to rate."""
        others = (each for each in self.summary.unrated if each.code != self.line.code)
        return next(others, None)


def told(reach: Reach, code: str, today: dt.date | None = None) -> Told | None:
    """All of the page of one indicator; None for one that neither a round nor the library knows."""
    stands = summary(reach, today, imported=standards.offered(reach.district), examples=True)
    line = stands.line(code)
    if line is None:
        return None
    facts = stands.facts
    items = evidence(line.indicator, facts)
    replaced = [item for item in run_out(line.indicator, facts) if item.superseded_on]
    return Told(
        summary=stands,
        line=line,
        items=[(item, *item.state(facts.today)) for item in items],
        replaced=[(item, *item.state(facts.today)) for item in replaced],
        rungs=list(_rungs(line)),
        history=_history(reach, line),
        gap=open_gaps(reach, stands).get(code),
    )


def _rungs(line: Line) -> list[Rung]:
    checks = line.hint.checks if line.hint else ()
    return [
        Rung(point, [each for each in checks if each.rung == point.value])
        for point in line.indicator.points[1:]
        if any(each.rung == point.value for each in checks)
    ]


def _history(reach: Reach, line: Line) -> list[Past]:
    """Newest first, with votes, causes and gaps. Three queries."""
    voted = _votes(reach, line.code)
    causes: dict[int, list[RatingCause]] = {}
    for cause in RatingCause.objects.reachable(reach).filter(rating__code=line.code):
        causes.setdefault(cause.rating_id, []).append(cause)
    stories = _stories(reach, line.code)
    return [
        Past(
            round=take.round,
            rating=take.rating,
            spread=of_votes(voted.get(take.rating.pk, ())) or of_counts(take.rating.counts),
            causes=causes.get(take.rating.pk, ()),
            stories=stories.get(take.rating.pk, ()),
        )
        for take in line.takes
        if take.value is not None
    ]


def _stories(reach: Reach, code: str) -> dict[int, list[int]]:
    """By rating, the gaps that it opened or closed, whose story names it."""
    found: dict[int, list[int]] = {}
    gaps = Gap.objects.reachable(reach).filter(code=code).order_by("pk")
    for pk, opened, closed in gaps.values_list("pk", "rating", "closing_rating"):
        for rating in filter(None, (opened, closed)):
            found.setdefault(rating, []).append(pk)
    return found


def _votes(reach: Reach, code: str) -> dict[int, list[int]]:
    """By rating, what was said in the last turn: only where it was agreed on since."""
    shown = Vote.objects.reachable(reach).filter(
        rating__code=code, rating__stage=Stage.AGREED, turn=F("rating__turn")
    )
    found: dict[int, list[int]] = {}
    for rating, value in shown.values_list("rating", "value"):
        found.setdefault(rating, []).append(value)
    return found

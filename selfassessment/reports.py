"""The self-assessment at a glance, for its own pages and for dashboards above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from roles.access import Reach
from selfassessment.checks import Result
from selfassessment.collecting import collect
from selfassessment.evidence import evidence
from selfassessment.facts import Facts
from selfassessment.library import EDITION, Indicator, library
from selfassessment.models import IndicatorRating, Round
from selfassessment.readiness import Hint, hint


@dataclass(frozen=True)
class Line:
    """One indicator: what the records say, what the team says, and what it said before."""

    indicator: Indicator
    hint: Hint | None
    rating: IndicatorRating | None
    previous: IndicatorRating | None
    evidence_count: int

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def value(self) -> int | None:
        """The team rating of the round on show, 0 to 3; None while it is not rated."""
        return self.rating.value if self.rating else None

    @property
    def previous_value(self) -> int | None:
        return self.previous.value if self.previous else None

    @property
    def change(self) -> int | None:
        """Points gained since the round before; None where either is missing."""
        if self.value is None or self.previous_value is None:
            return None
        return self.value - self.previous_value


@dataclass(frozen=True)
class Summary:
    """Where a district stands. `round` is the open one, or else the last one closed."""

    facts: Facts
    rounds: Sequence[Round]
    round: Round | None
    previous: Round | None
    lines: tuple[Line, ...]
    optional: tuple[Line, ...]

    @property
    def rated(self) -> int:
        return sum(line.value is not None for line in self.lines)

    @property
    def of(self) -> int:
        return len(self.lines)

    @property
    def unrated(self) -> list[Line]:
        return [line for line in self.lines if line.value is None]

    @property
    def closed(self) -> list[Round]:
        return [each for each in self.rounds if not each.is_open]

    @property
    def published_leader_job_descriptions(self) -> int:
        """How many of the job descriptions that 6b.1 lists are published now."""
        keys = {key for line in self.lines for key in line.indicator.leaders}
        return len(keys & self.facts.outlines.keys())

    @property
    def job_descriptions_published(self) -> int:
        """Leadership roles with a published job description, of all in the district."""
        return len(self.facts.outlines)

    @cached_property
    def checks_failed(self) -> int:
        hints = [line.hint for line in self.lines if line.hint]
        return sum(check.result is Result.FAILED for each in hints for check in each.checks)

    def line(self, code: str) -> Line | None:
        both = (*self.lines, *self.optional)
        return next((each for each in both if each.code == code), None)


def summary(reach: Reach, today: dt.date | None = None) -> Summary:
    """Read where the district stands on a day (its own today): nine queries at any size."""
    facts = collect(reach, today or reach.district.today())
    rounds = list(Round.objects.reachable(reach).with_ratings())
    shown = next((each for each in rounds if each.is_open), rounds[0] if rounds else None)
    previous = next((each for each in rounds if not each.is_open and each != shown), None)
    content = library(shown.edition if shown else EDITION)
    now, before = _by_code(shown), _by_code(previous)
    return Summary(
        facts=facts,
        rounds=rounds,
        round=shown,
        previous=previous,
        lines=tuple(_line(each, facts, now, before) for each in content.core),
        optional=tuple(_line(each, facts, now, before) for each in content.optional),
    )


Ratings = Mapping[str, IndicatorRating]


def _by_code(round_: Round | None) -> Ratings:
    return {rating.code: rating for rating in round_.ratings.all()} if round_ else {}


def _line(indicator: Indicator, facts: Facts, now: Ratings, before: Ratings) -> Line:
    return Line(
        indicator=indicator,
        hint=hint(indicator, facts),
        rating=now.get(indicator.code),
        previous=before.get(indicator.code),
        evidence_count=len(evidence(indicator, facts)),
    )

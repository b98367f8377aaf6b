"""Where a district stands: each indicator with what the records say and what the team said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, When

from roles.access import Reach
from roles.keeping import Keep
from roles.models import SchoolYear
from selfassessment.checks import Result
from selfassessment.collecting import collect
from selfassessment.evidence import evidence
from selfassessment.facts import Facts
from selfassessment.library import Indicator, Raw, indicators_of, library, offered
from selfassessment.models import IndicatorRating, Round, RoundMember, SignOff, Vote
from selfassessment.readiness import Hint, hint

SHOWN = 8  # rounds in a trend
READY = 2  # the point of the scale from which an indicator counts as ready: in use


@dataclass(frozen=True)
class Take:
    """One round that took an indicator, and its rating there."""

    round: Round
    rating: IndicatorRating

    @property
    def value(self) -> int | None:
        return self.rating.value

    @property
    def known(self) -> IndicatorRating:
        """The rating with its round loaded."""
        self.rating.round = self.round
        return self.rating


@dataclass(frozen=True)
class Line:
    """One indicator: what the records say, what the team says, and what it said before.

    `rating` is of the round on show, and None where that does not take the indicator. `takes` are
    all rounds that took it, newest first.
    """

    indicator: Indicator
    hint: Hint | None
    rating: IndicatorRating | None
    evidence_count: int
    takes: tuple[Take, ...] = ()
    taken: bool = True

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def value(self) -> int | None:
        """The team rating of the round on show, 0 to 3; None while it is not rated."""
        return self.rating.value if self.rating else None

    @cached_property
    def reported(self) -> Take | None:
        """The newest take that has a rating: what the district reports today."""
        return next((each for each in self.takes if each.value is not None), None)

    @property
    def is_ready(self) -> bool:
        """Whether the team reports it as in use, or better."""
        take = self.reported
        return take is not None and (take.value or 0) >= READY

    @cached_property
    def previous(self) -> IndicatorRating | None:
        """The rating before the one of the round on show."""
        given = (each.rating for each in self.takes if each.value is not None)
        return next((each for each in given if each is not self.rating), None)

    @property
    def previous_value(self) -> int | None:
        return self.previous.value if self.previous else None

    @property
    def change(self) -> int | None:
        """Points gained since the rating before; None where either is missing."""
        if self.value is None or self.previous_value is None:
            return None
        return self.value - self.previous_value

    @property
    def trend(self) -> list[Take]:
        """The last rounds that rated it, oldest first."""
        return [each for each in reversed(self.takes[:SHOWN]) if each.value is not None]


@dataclass(frozen=True)
class Summary:
    """Where a district stands. `round` is the unfinished one, or else the last one closed."""

    facts: Facts
    rounds: Sequence[Round]
    round: Round | None
    previous: Round | None
    lines: tuple[Line, ...]
    optional: tuple[Line, ...]

    @property
    def taken(self) -> list[Line]:
        """What the round on show takes; a round that rates some again takes only those."""
        return [line for line in (*self.lines, *self.optional) if line.taken]

    @property
    def rated(self) -> int:
        return sum(line.value is not None for line in self.taken)

    @property
    def of(self) -> int:
        return len(self.taken)

    @property
    def unrated(self) -> list[Line]:
        return [line for line in self.taken if line.value is None]

    @property
    def closed(self) -> list[Round]:
        return [each for each in self.rounds if each.is_closed]

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


def summary(
    reach: Reach,
    today: dt.date | None = None,
    *,
    imported: Iterable[Raw] = (),
    examples: bool = False,
    year: SchoolYear | None = None,
    keep: Keep | None = None,
) -> Summary:
    """Read where the district stands on a day (its own today): constant queries at any size.

    `imported` are indicators to tell of beside the shipped ones, in the form of the library. With
    `examples` checks name positions that lack something, for one query more; with the school
    `year` of that day, where it is known, one fewer.
    """
    day = today or reach.district.today()
    facts = collect(reach, day, examples=examples, year=year, keep=keep)
    rounds = list(_rounds(reach))
    shown = next((each for each in rounds if not each.is_closed), rounds[0] if rounds else None)
    if shown:
        shown.taken = shown.asks
    previous = next((each for each in rounds if each.is_closed and each != shown), None)
    taken = {each.code: each for each in (indicators_of(shown) if shown else library().core)}
    known = _known(imported)
    takes = _takes(rounds)
    lines = [
        _line(indicator, facts, takes.get(code, ()), shown, taken=code in taken)
        for code, indicator in (known | taken).items()
    ]
    core = {each.code for each in library().core} | taken.keys()
    return Summary(
        facts=facts,
        rounds=rounds,
        round=shown,
        previous=previous,
        lines=tuple(line for line in lines if line.code in core),
        optional=tuple(line for line in lines if line.code not in core),
    )


def _rounds(reach: Reach) -> QuerySet[Any]:
    """All rounds with their ratings, newest first, in two queries. Each knows whether the reader is
    `on_team` and has `signed`; of a rating, whether they have `voted` on it. `asks` is what the one
    on show has taken: that of all of them would be as long as the history.
    """
    closed_last = Case(When(state=Round.State.CLOSED, then=1), default=0)
    on_show = Round.objects.reachable(reach).order_by(closed_last, "-opens_on", "-pk")
    on_team = RoundMember.objects.reachable(reach).filter(
        round=OuterRef("pk"), user=reach.user, left_at=None
    )
    signed = SignOff.objects.reachable(reach).filter(
        round=OuterRef("pk"), by=reach.user, withdrawn_at=None
    )
    voted = Vote.objects.reachable(reach).filter(
        rating=OuterRef("pk"), turn=OuterRef("turn"), member__user=reach.user
    )
    ratings = IndicatorRating.objects.reachable(reach).select_related("rated_by")
    return (
        Round.objects.reachable(reach)
        .select_related("school_year", "closed_by")
        .defer("taken")
        .annotate(
            asks=Case(When(pk=Subquery(on_show.values("pk")[:1]), then=F("taken")), default=None),
            on_team=Exists(on_team),
            signed=Exists(signed),
        )
        .prefetch_related(Prefetch("ratings", ratings.annotate(voted=Exists(voted))))
    )


def _known(imported: Iterable[Raw]) -> dict[str, Indicator]:
    """Those that a round can take now, in their order."""
    shipped = (Indicator.from_raw(each) for each in offered())
    further = (Indicator.from_raw(each) for each in imported)
    return {each.code: each for each in (*shipped, *further)}


def _takes(rounds: Iterable[Round]) -> dict[str, list[Take]]:
    """By indicator the rounds that took it, in the order given."""
    found: dict[str, list[Take]] = {}
    for round_ in rounds:
        for rating in round_.ratings.all():
            found.setdefault(rating.code, []).append(Take(round_, rating))
    return found


def _line(
    indicator: Indicator, facts: Facts, takes: Sequence[Take], shown: Round | None, *, taken: bool
) -> Line:
    now = next((each.rating for each in takes if each.round is shown), None)
    return Line(
        indicator=indicator,
        hint=hint(indicator, facts),
        rating=now,
        evidence_count=len(evidence(indicator, facts)),
        takes=tuple(takes),
        taken=taken,
    )

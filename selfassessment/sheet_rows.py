"""The self-assessment of a district as the rows of tables, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from roadmap.spreadsheets import Column, Value
from roles.access import Reach
from selfassessment import gaps
from selfassessment.binding.spread import Votes, may_tell, spread_for, votes_by_rating
from selfassessment.collecting import collect
from selfassessment.evidence import Item, evidence
from selfassessment.facts import Facts
from selfassessment.gaps import Work
from selfassessment.library import Indicator, indicators_of, library
from selfassessment.models import (
    EvidenceSnapshot,
    IndicatorRating,
    Round,
    SignOff,
)
from selfassessment.reports.comparing import Piece
from selfassessment.sheet_gaps import GAPS, day_of, rows_of
from selfassessment.sheets import Sheet

NOT_TOLD = "not told"

ROUNDS = (
    Column("Round", "Its name.", 24),
    Column("School year", "It belongs to.", 12),
    Column("State", "How far it is.", 22),
    Column("From", "Its first day.", 12),
    Column("To", "Its last day.", 12),
    Column("Edition", "Of the indicators.", 10),
    Column("For", "Who is rated.", 24),
    Column("Target", "0 to 3.", 8),
    Column("Rated", "Indicators with a rating.", 8),
    Column("Indicators", "It takes.", 11),
    Column("Closed on", "The day.", 12),
    Column("Signed off by", "With their capacity.", 44),
    Column("Digest (SHA-256)", "Of what was signed.", 68),
)
VOTES = (
    Column("Round", "Its name.", 24),
    Column("Indicator", "Its code.", 11),
    Column("Team rating", "0 to 3.", 12),
    Column("Votes", "In the last vote.", 9),
    *(Column(f"For {point}", "How many.", 9) for point in range(4)),
    Column("Times voted", "On this indicator.", 12),
    Column("Why", "What the team wrote.", 70),
    Column("Seen differently", "What some wrote.", 50),
    Column("Agreed on", "The day.", 12),
    Column("Noted by", "Who wrote it down.", 24),
)
EVIDENCE = (
    Column("Indicator", "Its code.", 11),
    Column("Evidence", "What it is.", 50),
    Column("What it shows", "In one sentence.", 60),
    Column("Dated", "The day it speaks for.", 12),
    Column("Counts until", "The last day.", 13),
    Column("State", "Today.", 14),
    Column("Source", "Where it is kept.", 30),
    Column("Added by hand", "yes or no.", 14),
    Column("Link", "A page elsewhere.", 40),
)


@dataclass(frozen=True)
class _Read:
    """What the tables are made of. Rounds earliest first; indicators as they were last asked."""

    rounds: Sequence[Round]
    ratings: dict[tuple[int, str], IndicatorRating]
    indicators: tuple[Indicator, ...]
    facts: Facts
    items: dict[str, tuple[Item, ...]]
    votes: Votes
    work: Sequence[Work]

    def of(self, indicator: Indicator) -> list[IndicatorRating | None]:
        return [self.ratings.get((each.pk, indicator.code)) for each in self.rounds]


def tables_of(reach: Reach) -> tuple[Sheet, ...]:
    """Ratings of all rounds side by side first, then rounds, votes, evidence of today and gaps."""
    read = _read(reach)
    return (
        Sheet("Ratings", _rating_columns(read.rounds), list(_ratings(read))),
        Sheet("Rounds", ROUNDS, list(_rounds(read))),
        Sheet("Votes", VOTES, list(_votes(read))),
        Sheet("Evidence today", EVIDENCE, list(_evidence(read))),
        Sheet("Gaps", GAPS, list(rows_of(read.work))),
    )


def _read(reach: Reach) -> _Read:
    facts = collect(reach, reach.district.today())
    signed = SignOff.objects.reachable(reach).filter(withdrawn_at=None).select_related("by")
    frozen = EvidenceSnapshot.objects.reachable(reach).defer("content")
    given = IndicatorRating.objects.reachable(reach).select_related("rated_by")
    rounds = list(
        Round.objects.reachable(reach)
        .select_related("school_year")
        .prefetch_related(
            Prefetch("ratings", given),
            Prefetch("signatures", signed, to_attr="signed"),
            Prefetch("snapshots", frozen, to_attr="frozen"),
        )
        .order_by("opens_on", "pk")
    )
    indicators = _indicators(rounds)
    return _Read(
        rounds=rounds,
        ratings={(each.pk, r.code): r for each in rounds for r in each.ratings.all()},
        indicators=indicators,
        facts=facts,
        items={each.code: tuple(evidence(each, facts)) for each in indicators},
        votes=votes_by_rating(*rounds),
        work=gaps.standing(reach, gaps.rows(reach), facts),
    )


def _indicators(rounds: Sequence[Round]) -> tuple[Indicator, ...]:
    """All that any round took, as the newest one asked them; before the first, the core."""
    found: dict[str, Indicator] = {}
    for each in reversed(rounds):
        for indicator in indicators_of(each):
            found.setdefault(indicator.code, indicator)
    return tuple(found.values()) or library().core


def _rating_columns(rounds: Sequence[Round]) -> list[Column]:
    def name(round_: Round) -> str:
        state = "" if round_.is_closed else f", {round_.get_state_display().lower()}"
        return f"{round_.label}, {round_.school_year.name}{state}"

    return [
        Column("Indicator", "Its code.", 11),
        Column("Title", "What it is about.", 44),
        Column("Question", "In plain words.", 60),
        *(Column(name(each), "The team rating, 0 to 3.", 16) for each in rounds),
        Column("Change", "From the rating before to the last one.", 9),
        Column("Hint documented, when last frozen", "0 to 3.", 18),
        Column("Hint practised, when last frozen", "0 to 3.", 18),
        Column("Evidence today", "How many pieces.", 10),
        Column("Open gap", "Its target, and where it stands.", 44),
    ]


def _ratings(read: _Read) -> Iterator[list[Value]]:
    working = {each.gap.code: each for each in read.work if each.gap.is_open}
    for indicator in read.indicators:
        takes = read.of(indicator)
        values = [each.value if each else None for each in takes]
        known = [value for value in values if value is not None]
        kept = [t for t, r in zip(takes, read.rounds, strict=True) if t and not r.is_open]
        last, gap = (kept[-1] if kept else None), working.get(indicator.code)
        yield [
            indicator.code,
            indicator.title,
            indicator.question,
            *values,
            known[-1] - known[-2] if len(known) > 1 else None,
            last.documented if last else None,
            last.practised if last else None,
            len(read.items[indicator.code]),
            f"Target {gap.gap.target}. {gap.words}" if gap else "",
        ]


def _rounds(read: _Read) -> Iterator[list[Value]]:
    for each in read.rounds:
        signed: list[SignOff] = getattr(each, "signed", [])
        frozen: list[EvidenceSnapshot] = getattr(each, "frozen", [])
        ratings = each.ratings.all()
        yield [
            each.label,
            each.school_year.name,
            each.get_state_display(),
            each.opens_on,
            each.closes_on,
            each.edition,
            each.get_audience_display(),
            each.target,
            sum(rating.value is not None for rating in ratings),
            len(indicators_of(each)),
            day_of(each.closed_at),
            ", ".join(f"{s.by} ({s.get_capacity_display().lower()})" for s in signed),
            frozen[0].digest if frozen and not each.is_open else "",
        ]


def _votes(read: _Read) -> Iterator[list[Value]]:
    for each in read.rounds:
        for rating in each.ratings.all():
            spread = spread_for(rating, read.votes)
            if spread is None and rating.value is None:
                continue
            counts: list[Value] = [None] * 5
            if spread is not None:
                tells = may_tell(spread)
                counts = [spread.votes, *spread.counts] if tells else [NOT_TOLD] * 5
            yield [
                each.label,
                rating.code,
                rating.value,
                *counts,
                rating.turn,
                rating.rationale,
                rating.dissent,
                day_of(rating.rated_at),
                str(rating.rated_by or ""),
            ]


def _evidence(read: _Read) -> Iterator[list[Value]]:
    for indicator in read.indicators:
        for item in read.items[indicator.code]:
            yield [
                indicator.code,
                item.label,
                item.told,
                item.dated_on,
                item.good_until,
                item.state(read.facts.today)[1],
                item.source,
                "yes" if item.by_hand else "no",
                item.url,
            ]


def frozen_rows(found: Iterable[tuple[Indicator, Sequence[Piece]]]) -> list[list[Value]]:
    """The evidence of one round as rows of `EVIDENCE`: what was kept then, which has no state."""
    return [
        [
            indicator.code,
            piece.label,
            piece.told,
            piece.dated_on,
            piece.good_until,
            "As frozen",
            piece.source,
            "yes" if piece.by_hand else "no",
            piece.url,
        ]
        for indicator, pieces in found
        for piece in pieces
    ]

"""Everything that stands in the evidence binder of a round.

Of a round that is frozen: from its newest snapshot and what was true at that moment, never from
the records of today. Of an open one: from the records of now, as a draft.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from roles.access import Reach
from roles.models import District
from selfassessment.binding.spread import may_tell, spread_for, told, votes_by_rating
from selfassessment.binding.standing import Standing, standing_of
from selfassessment.collecting import collect
from selfassessment.evidence import Item
from selfassessment.freezing import digest, frozen
from selfassessment.library import Indicator, indicators_of
from selfassessment.models import (
    EvidenceSnapshot,
    IndicatorRating,
    OfficialResult,
    Round,
    RoundReopening,
    SignOff,
)
from selfassessment.spread import Spread

MOST = 100  # pieces of evidence of one indicator on paper; the ZIP and the workbook name all


@dataclass(frozen=True)
class Piece:
    """One piece of evidence with its number in the binder, such as "6b.1-3"."""

    number: str
    item: Item

    @property
    def anchor_id(self) -> str:
        return "e-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in self.number)


@dataclass(frozen=True)
class Part:
    """One indicator: what was asked, what the team said, and what the records said."""

    order: int
    indicator: Indicator
    rating: IndicatorRating | None
    standing: Standing
    spread: Spread | None
    pieces: tuple[Piece, ...]
    most: int = MOST

    @property
    def anchor_id(self) -> str:
        return f"i-{self.order}"

    @property
    def value(self) -> int | None:
        return self.rating.value if self.rating else None

    @property
    def spread_told(self) -> str:
        return told(self.spread, self.rating.turn if self.rating else 1)

    @property
    def printed(self) -> tuple[Piece, ...]:
        return self.pieces[: self.most]

    @property
    def left_out(self) -> int:
        return len(self.pieces) - len(self.printed)


@dataclass(frozen=True)
class Contents:
    """A binder before it is set or packed. `as_of` is the moment that its evidence speaks for;
    `content` the evidence in the form that was frozen, and `digest` its SHA-256 in hex, "" for what
    was not frozen.
    """

    district: District
    round: Round
    as_of: dt.datetime
    content: dict[str, Any]
    digest: str
    parts: tuple[Part, ...]
    members: int
    signatures: tuple[SignOff, ...] = ()
    reopenings: tuple[RoundReopening, ...] = ()
    official: tuple[OfficialResult, ...] = field(default=())

    @property
    def is_draft(self) -> bool:
        return self.round.is_open

    @property
    def is_whole(self) -> bool:
        """Whether the frozen evidence still has the digest that was signed, if it has one."""
        return not self.digest or digest(self.content) == self.digest

    @property
    def longest(self) -> int:
        """The most pieces of evidence that one indicator has."""
        return max((len(part.pieces) for part in self.parts), default=0)

    def shortened(self, most: int) -> Contents:
        """The same with so many pieces of evidence of each indicator on paper, the rest counted."""
        return replace(self, parts=tuple(replace(part, most=most) for part in self.parts))

    @property
    def tells_votes(self) -> bool:
        """Whether `content` holds counts of so few votes that it must not leave the product."""
        return any(part.spread and not may_tell(part.spread) for part in self.parts)

    @property
    def rated(self) -> int:
        return sum(part.value is not None for part in self.parts)

    @property
    def evidence_count(self) -> int:
        return sum(len(part.pieces) for part in self.parts)


def snapshot_of(round_: Round) -> EvidenceSnapshot | None:
    """The one that counts, of a round that is frozen; None of an open one."""
    if round_.is_open:
        return None
    return EvidenceSnapshot.objects.filter(district=round_.district_id, round=round_).first()


def contents_of(round_: Round, reach: Reach) -> Contents:
    """Read it all, in a constant number of queries.

    A round of an earlier release was closed without a snapshot: it has its ratings and hints, and
    no evidence is claimed for it.
    """
    snapshot = snapshot_of(round_)
    indicators = indicators_of(round_)
    content: dict[str, Any] = snapshot.content if snapshot else {}
    as_of = snapshot.taken_at if snapshot else round_.closed_at or timezone.now()
    if round_.is_open:
        content = frozen(collect(reach, reach.district.today()), indicators)
    return Contents(
        district=reach.district,
        round=round_,
        as_of=as_of,
        content=content,
        digest=snapshot.digest if snapshot else "",
        parts=tuple(_parts(round_, indicators, content)),
        members=round_.members.filter(left_at=None).count(),
        signatures=tuple(signatures_of(round_)),
        reopenings=tuple(round_.reopenings.select_related("by").order_by("at", "pk")),
        official=tuple(official_at(round_, as_of)),
    )


def signatures_of(round_: Round) -> QuerySet[SignOff]:
    return round_.signatures.filter(withdrawn_at=None).select_related("by")


def official_at(round_: Round, moment: dt.datetime) -> QuerySet[OfficialResult]:
    """The results of NSSA's own assessment that were on record at that moment."""
    known = OfficialResult.objects.filter(district=round_.district_id, recorded_at__lte=moment)
    return known.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment)).order_by(
        "taken_on", "pk"
    )


def _parts(
    round_: Round, indicators: Iterable[Indicator], content: dict[str, Any]
) -> Iterable[Part]:
    ratings = _ratings(round_)
    votes = votes_by_rating(round_)
    for order, indicator in enumerate(indicators, 1):
        rating = ratings.get(indicator.code)
        found = standing_of(content, indicator.code)
        if not found.checks and rating is not None and found.hint is None:
            kept = (rating.hint, rating.documented, rating.practised)
            found = Standing(*kept, items=found.items)
        pieces = (Piece(f"{indicator.code}-{n}", item) for n, item in enumerate(found.items, 1))
        yield Part(
            order=order,
            indicator=indicator,
            rating=rating,
            standing=found,
            spread=spread_for(rating, votes),
            pieces=tuple(pieces),
        )


def _ratings(round_: Round) -> dict[str, IndicatorRating]:
    given = round_.ratings.select_related("rated_by").prefetch_related("causes")
    return {rating.code: rating for rating in given}

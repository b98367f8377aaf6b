"""Where one round stands: its indicators, its team, and what is left until it closes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from roles.access import Reach
from roles.models import Approach
from selfassessment.library import Indicator, indicators_of
from selfassessment.models import (
    EvidenceSnapshot,
    IndicatorRating,
    Mode,
    Round,
    RoundMember,
    RoundReopening,
    Signer,
    SignOff,
    Stage,
)
from selfassessment.services.rounds import approach_at_opening
from selfassessment.services.signing import Desk, desks
from selfassessment.services.team import have_voted


@dataclass(frozen=True)
class Row:
    """One indicator of a round. `voted`: how many votes are in, while they are hidden."""

    indicator: Indicator
    rating: IndicatorRating
    voted: int = 0

    @property
    def is_voting(self) -> bool:
        return self.rating.stage == Stage.VOTING

    @property
    def is_revealed(self) -> bool:
        return self.rating.stage == Stage.REVEALED


@dataclass(frozen=True)
class Seat:
    """Someone in the team, and the codes that are voted on without them so far."""

    member: RoundMember
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signature:
    """One capacity: who may sign in it, and the signature that is there."""

    desk: Desk
    signed: SignOff | None


@dataclass(frozen=True)
class Standing:
    """A round as its page shows it. `approach` is what the district had when it opened, if it has
    another one by now.
    """

    round: Round
    rows: list[Row]
    team: list[Seat]
    left: list[RoundMember]
    signatures: list[Signature]
    snapshot: EvidenceSnapshot | None
    reopenings: list[RoundReopening]
    approach: str = ""
    evidence: Mapping[str, list[Any]] = field(default_factory=dict)

    @cached_property
    def unrated(self) -> list[Row]:
        return [row for row in self.rows if row.rating.value is None]

    @property
    def rated(self) -> int:
        return len(self.rows) - len(self.unrated)

    @property
    def is_voting(self) -> bool:
        return any(row.is_voting for row in self.rows)

    @property
    def votes_on_devices(self) -> bool:
        return self.round.mode == Mode.DEVICES

    @property
    def unsigned(self) -> list[Signature]:
        return [each for each in self.signatures if each.signed is None]

    @property
    def evidence_count(self) -> int:
        return sum(len(items) for items in self.evidence.values())


def standing(round_: Round, reach: Reach) -> Standing:
    """Read a round for its page or for signing. At most 13 queries, whatever its team."""
    rows = _rows(round_, reach)
    voted = have_voted(round_) if any(row.is_voting for row in rows) else set()
    members = RoundMember.objects.reachable(reach).filter(round=round_).select_related("user")
    there = [member for member in members if member.left_at is None]
    kept = EvidenceSnapshot.objects.reachable(reach).filter(round=round_).first()
    reopenings = RoundReopening.objects.reachable(reach).filter(round=round_)
    return Standing(
        round=round_,
        rows=[_counted(row, voted) for row in rows],
        team=[_seat(member, rows, voted) for member in there],
        left=[member for member in members if member.left_at is not None],
        signatures=_signatures(round_, reach),
        snapshot=None if round_.is_open else kept,
        reopenings=list(reopenings.select_related("by")),
        approach=_other_approach(round_, reach),
        evidence=_evidence(kept) if kept and not round_.is_open else {},
    )


def _rows(round_: Round, reach: Reach) -> list[Row]:
    found = IndicatorRating.objects.reachable(reach).filter(round=round_)
    given = {rating.code: rating for rating in found.select_related("rated_by")}
    return [
        Row(each, given.get(each.code) or IndicatorRating(code=each.code))
        for each in indicators_of(round_)
    ]


Voted = Iterable[tuple[int, int]]


def _counted(row: Row, voted: Voted) -> Row:
    return Row(row.indicator, row.rating, sum(rating == row.rating.pk for rating, _ in voted))


def _seat(member: RoundMember, rows: Iterable[Row], voted: Voted) -> Seat:
    done = {rating for rating, voter in voted if voter == member.pk}
    codes = [r.rating.code for r in rows if r.is_voting and r.rating.pk not in done]
    return Seat(member, tuple(codes))


def _signatures(round_: Round, reach: Reach) -> list[Signature]:
    found = SignOff.objects.reachable(reach).filter(round=round_, withdrawn_at=None)
    signed = {row.capacity: row for row in found.select_related("by")}
    if len(signed) == len(Signer):
        return [Signature(Desk(each), signed[each]) for each in Signer]
    asked = desks(reach.district, reach.district.today())
    return [Signature(asked[each], signed.get(each)) for each in Signer]


def _other_approach(round_: Round, reach: Reach) -> str:
    if round_.is_closed:
        return ""
    before = approach_at_opening(round_)
    is_other = before in Approach.values and before != reach.district.approach
    return str(Approach(before).label) if is_other else ""


def _evidence(kept: EvidenceSnapshot) -> dict[str, list[Any]]:
    return {code: list(said.get("evidence", ())) for code, said in kept.content.items()}

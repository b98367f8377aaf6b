"""What someone from outside needs to check a self-assessment without asking anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from roles.access import Reach
from selfassessment.freezing import digest
from selfassessment.library import Indicator, indicators_of
from selfassessment.models import (
    EvidenceSnapshot,
    ImportedStandards,
    OfficialResult,
    Round,
    RoundMember,
    RoundReopening,
    SignOff,
)
from selfassessment.reports.comparing import Piece, pieces


@dataclass(frozen=True)
class Seal:
    """A frozen state of the evidence. `matches`: what is stored still has the digest it had."""

    snapshot: EvidenceSnapshot
    matches: bool


@dataclass(frozen=True)
class Signature:
    """`holds`: it stands, and is of the very evidence that is stored now."""

    sign_off: SignOff
    holds: bool


@dataclass(frozen=True)
class Record:
    """One round with all that vouches for it."""

    round: Round
    members: Sequence[RoundMember]
    rated: int
    of: int
    seal: Seal | None
    signatures: Sequence[Signature]
    reopenings: Sequence[RoundReopening]


@dataclass(frozen=True)
class Frozen:
    """The evidence of one round by indicator, as it was frozen."""

    round: Round
    by_indicator: Sequence[tuple[Indicator, Sequence[Piece]]]

    @property
    def count(self) -> int:
        return sum(len(found) for _, found in self.by_indicator)


def rounds_of(reach: Reach) -> QuerySet[Round]:
    """All rounds with their people and signatures, newest first, to cut into pages."""
    members = RoundMember.objects.reachable(reach).select_related("user")
    return (
        Round.objects.reachable(reach)
        .select_related("school_year", "closed_by", "facilitator")
        .annotate(given=Count("ratings", Q(ratings__value__isnull=False)), asked=Count("ratings"))
        .prefetch_related(
            Prefetch("members", members),
            Prefetch("signatures", SignOff.objects.reachable(reach).select_related("by")),
            Prefetch("reopenings", RoundReopening.objects.reachable(reach).select_related("by")),
        )
        .order_by("-opens_on", "-pk")
    )


def records(reach: Reach, rounds: Sequence[Round]) -> list[Record]:
    """What vouches for these rounds. Reads the newest frozen evidence of each and checks it."""
    newest: dict[int, EvidenceSnapshot] = {}
    for each in EvidenceSnapshot.objects.reachable(reach).filter(round__in=rounds):
        newest.setdefault(each.round_id, each)
    return [_record(round_, newest.get(round_.pk)) for round_ in rounds]


def frozen_evidence(reach: Reach, round_: Round) -> Frozen | None:
    """The evidence that a round was signed with; None where none was kept."""
    kept = EvidenceSnapshot.objects.reachable(reach).filter(round=round_).first()
    if kept is None:
        return None
    return Frozen(
        round_, [(each, pieces(kept.content, each.code)) for each in indicators_of(round_)]
    )


def official(reach: Reach) -> list[OfficialResult]:
    """Results of the assessment taken at NSSA, newest first."""
    return list(OfficialResult.objects.reachable(reach).filter(withdrawn_at=None)[:10])


def standards(reach: Reach) -> list[ImportedStandards]:
    """Further standards, all versions."""
    read = ImportedStandards.objects.reachable(reach).select_related("imported_by")
    return list(read.defer("content")[:20])


def _record(round_: Round, snapshot: EvidenceSnapshot | None) -> Record:
    seal = Seal(snapshot, digest(snapshot.content) == snapshot.digest) if snapshot else None
    sealed = snapshot.digest if seal and seal.matches and snapshot else None
    return Record(
        round=round_,
        members=list(round_.members.all()),
        rated=getattr(round_, "given", 0),
        of=getattr(round_, "asked", 0) or len(indicators_of(round_)),
        seal=seal,
        signatures=[
            Signature(each, each.withdrawn_at is None and each.digest == sealed)
            for each in round_.signatures.all()
        ],
        reopenings=list(round_.reopenings.all()),
    )

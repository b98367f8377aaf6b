"""The tables of the self-assessment."""

from selfassessment.models.evidence import EvidenceRevision, EvidenceUse, HandEvidence
from selfassessment.models.gaps import Gap, GapMilestone, RatingCause
from selfassessment.models.outside import ImportedStandards, OfficialResult
from selfassessment.models.packets import GuestLink, Packet
from selfassessment.models.rounds import (
    Audience,
    IndicatorRating,
    Mode,
    Round,
    RoundMember,
    Stage,
    Vote,
)
from selfassessment.models.signing import Binder, EvidenceSnapshot, RoundReopening, Signer, SignOff

__all__ = [
    "Audience",
    "Binder",
    "EvidenceRevision",
    "EvidenceSnapshot",
    "EvidenceUse",
    "Gap",
    "GapMilestone",
    "GuestLink",
    "HandEvidence",
    "ImportedStandards",
    "IndicatorRating",
    "Mode",
    "OfficialResult",
    "Packet",
    "RatingCause",
    "Round",
    "RoundMember",
    "RoundReopening",
    "SignOff",
    "Signer",
    "Stage",
    "Vote",
]

"""Rounds of the self-assessment, votes, evidence, packets."""

from tutoring_admin.systems.privacy.uses import ACT, ASKED_FOR, FROZEN, WORDS, Use

PERSONAL: dict[str, dict[str, Use]] = {
    "selfassessment.Round": {"facilitator": ACT, "closed_by": ACT},
    "selfassessment.RoundMember": {"user": ACT},
    "selfassessment.IndicatorRating": {"rationale": WORDS, "dissent": WORDS, "rated_by": ACT},
    "selfassessment.Vote": {"value": ACT, "reason": WORDS},
    "selfassessment.HandEvidence": {
        "owner": ACT,
        "added_by": ACT,
        "withdrawn_by": ACT,
        "withdrawn_why": WORDS,
    },
    "selfassessment.EvidenceRevision": {
        "label": WORDS,
        "text": WORDS,
        "link": WORDS,
        "file": WORDS,
        "file_name": WORDS,
        "added_by": ACT,
    },
    "selfassessment.EvidenceSnapshot": {"content": FROZEN},
    "selfassessment.Gap": {
        "cause": WORDS,
        "opened_by": ACT,
        "dropped_by": ACT,
        "dropped_why": WORDS,
    },
    "selfassessment.GapMilestone": {"added_by": ACT},
    "selfassessment.ImportedStandards": {"imported_by": ACT},
    "selfassessment.OfficialResult": {
        "taken_by": WORDS,
        "note": WORDS,
        "file": WORDS,
        "file_name": WORDS,
        "recorded_by": ACT,
    },
    "selfassessment.Packet": {"content": FROZEN, "published_by": ACT},
    "selfassessment.GuestLink": {"label": ACT, "made_by": ACT, "revoked_by": ACT},
    "selfassessment.SignOff": {"by": ACT, "note": WORDS},
    "selfassessment.RoundReopening": {"by": ACT, "reason": WORDS},
    "selfassessment.Binder": {"file": FROZEN, "asked_by": ASKED_FOR},
}

PLAIN = {
    "selfassessment.Round": "label edition taken",
    "selfassessment.IndicatorRating": "code counts",
    "selfassessment.EvidenceUse": "code kind",
    "selfassessment.EvidenceRevision": "content_type sha256",
    "selfassessment.EvidenceSnapshot": "digest",
    "selfassessment.Gap": "code",
    "selfassessment.RatingCause": "label told source view_name url",
    "selfassessment.ImportedStandards": "name source content digest",
    "selfassessment.OfficialResult": "clarity development overall link content_type",
    "selfassessment.Packet": "title sha256",
    "selfassessment.GuestLink": "token_sha256",
    "selfassessment.SignOff": "digest",
    "selfassessment.RoundReopening": "was digest",
    "selfassessment.Binder": "key last_error",
}

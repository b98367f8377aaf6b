"""Checklists: who rates whom, what is said, what follows."""

from tutoring_admin.systems.privacy.uses import ACT, ASKED_FOR, BESIDE, RATED, WORDS, Use

PERSONAL: dict[str, dict[str, Use]] = {
    "checklists.ChecklistTemplate": {"published_by": ACT},
    "checklists.DutyDecision": {"by": ACT},
    "checklists.ObserverDraw": {"by": ACT},
    "checklists.Observation": {"observer": ACT, "by": ACT},
    "checklists.RelaxedRhythm": {"by": ACT, "ended_by": ACT},
    "checklists.Checklist": {
        "holder": RATED,
        "rater": RATED,
        "score": RATED,
        "coverage": RATED,
        "band": RATED,
    },
    "checklists.Rating": {"value": RATED, "note": RATED},
    "checklists.ItemEvidence": {"url": BESIDE, "file": BESIDE, "name": BESIDE},
    "checklists.Action": {
        "text": WORDS,
        "outcome": WORDS,
        "owner": ACT,
        "made_by": ACT,
        "ended_by": ACT,
    },
    "checklists.LearningTopic": {"by": ACT},
    "checklists.Reopening": {"by": ACT, "reason": WORDS},
    "checklists.Paper": {"file": ASKED_FOR, "asked_by": ASKED_FOR},
}

PLAIN = {
    "checklists.ChecklistTemplate": "key title banner observed_in change_note library_version",
    "checklists.ChecklistItem": "key text evidence duty_text scale own_scale",
    "checklists.RatingScale": "key label points",
    "checklists.DutyDecision": "checklist_key digest",
    "checklists.Window": "label only",
    "checklists.ObserverDraw": "seed pool drawn",
    "checklists.LearningTopic": "title",
    "checklists.Reopening": "band",
    "checklists.ItemEvidence": "content_type",
    "checklists.Paper": "key last_error",
}

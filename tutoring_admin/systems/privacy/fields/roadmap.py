"""Milestones, meetings, decisions, learning, coaching, visits."""

from tutoring_admin.systems.privacy.uses import ACT, COACHED, FROZEN, HOLDER, WORDS, Use

PERSONAL: dict[str, dict[str, Use]] = {
    "roadmap.MeetingSeries": {"guests": WORDS, "agenda": WORDS},
    "roadmap.Meeting": {"reason": WORDS, "notes": WORDS, "held_by": ACT},
    "roadmap.Presence": {"holder": HOLDER},
    "roadmap.Milestone": {
        "reason": WORDS,
        "done_by": ACT,
        "proof_text": WORDS,
        "proof_link": WORDS,
        "proof_file": WORDS,
        "proof_file_name": WORDS,
    },
    "roadmap.AgendaItem": {"title": WORDS, "note": WORDS, "said": WORDS},
    "roadmap.Decision": {"text": WORDS, "by": ACT},
    "roadmap.MeetingAction": {
        "text": WORDS,
        "outcome": WORDS,
        "made_by": ACT,
        "ended_by": ACT,
    },
    "roadmap.MinutesFile": {"file": FROZEN},
    "roadmap.BeginningItem": {"text": WORDS, "note": WORDS, "settled_by": ACT},
    "roadmap.ProgressNote": {"text": WORDS, "by": ACT},
    "roadmap.AtRiskProposal": {"reason": WORDS, "note": WORDS, "decided_by": ACT},
    "roadmap.DateChange": {"reason": WORDS, "by": ACT},
    "roadmap.DecisionRequest": {
        "question": WORDS,
        "background": WORDS,
        "answer": WORDS,
        "asked_by": ACT,
        "answered_by": ACT,
    },
    "roadmap.DecisionOption": {"text": WORDS},
    "roadmap.DecisionTurn": {"words": WORDS, "by": ACT},
    "roadmap.Commitment": {"people": WORDS, "note": WORDS, "answered_by": ACT},
    "roadmap.LearningSession": {"reason": WORDS, "takeaway": WORDS, "held_by": ACT},
    "roadmap.Attendance": {"attendee": HOLDER, "marked_by": ACT},
    "roadmap.CoachingEntry": {
        "coached_person": COACHED,
        "coach": COACHED,
        "focus": COACHED,
        "takeaway": COACHED,
        "next_step": COACHED,
    },
    "roadmap.RoadmapTemplate": {"made_by": ACT},
    "roadmap.SchoolVisit": {"by": ACT, "seen": WORDS, "next_step": WORDS},
}

PLAIN = {
    "roadmap.MeetingSeries": "key title place link",
    "roadmap.Anchor": "label",
    "roadmap.Phase": "key title usual_time",
    "roadmap.Milestone": "key title why proof_hint supports recurs",
    "roadmap.AgendaItem": "subject",
    "roadmap.MinutesFile": "key last_error",
    "roadmap.BeginningItem": "key",
    "roadmap.DecisionRequest": "cost",
    "roadmap.DecisionOption": "cost",
    "roadmap.Commitment": "time",
    "roadmap.LearningLine": "key topic format indicator",
    "roadmap.LearningSession": "title place link",
    "roadmap.RoadmapTemplate": "name note",
    "roadmap.TemplateLine": (
        "key phase_key phase_title title why proof_hint supports approaches anchor_label recurs"
        " after"
    ),
}

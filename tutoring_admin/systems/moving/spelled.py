"""Keys of rows that stand inside texts and JSON, where no foreign key says so.

A column of JSON is in `INSIDE` or in `plain.PLAIN`; a test fails for one in neither. Another test
moves a district whose keys are numbers found nowhere else, and looks for any of them afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol


class Moved(Protocol):
    """Gives the key that a row of this label, with that key, has after the move. `home`: how the
    addresses of the district's pages began before it, and begin now.
    """

    home: tuple[str, str]

    def __call__(self, label: str, key: int) -> int: ...


Row = Mapping[str, str | None]

VERSION, POSITION = "roles.JobDescriptionVersion", "roles.Position"
MILESTONE, CHECKLIST = "roadmap.Milestone", "checklists.Checklist"
PERSON, ROUND = "roles.User", "selfassessment.Round"

# By the word that a text begins with: what the numbers after it are, in their order.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "acknowledgement": (VERSION, PERSON),
    "action": ("checklists.Action",),
    "at_risk": (MILESTONE,),
    "attendance": ("roadmap.LearningSession",),
    "both_in": (CHECKLIST,),
    "checklist": ("checklists.Window", CHECKLIST),
    "coaching": ("roadmap.CoachingEntry",),
    "commitment": ("roadmap.Commitment",),
    "commitment_news": ("roadmap.Commitment",),
    "cycle_closed": (CHECKLIST,),
    "decision": ("roadmap.DecisionRequest",),
    "decision_news": ("roadmap.DecisionRequest",),
    "hand_evidence": ("selfassessment.HandEvidence",),
    "meeting": ("roadmap.Meeting", POSITION),
    "meeting_action": ("roadmap.MeetingAction",),
    "milestone": (MILESTONE,),
    "minutes": ("roadmap.Meeting",),
    "moved": ("roles.AuditEvent",),
    "need": ("roles.DepartmentNeed",),
    "need_answered": ("roles.DepartmentNeed",),
    "re_rate": (PERSON, "selfassessment.Gap"),
    "reopened": ("checklists.Reopening",),
    "review": ("roles.Approval", PERSON),
    "review_changed": ("roles.Approval",),
    "review_returned": ("roles.Approval",),
    "round_ends": (ROUND,),
    "round_facilitator": (PERSON, ROUND),
    "round_team": ("selfassessment.RoundMember",),
    "roster_pull": ("roles.RosterPull",),
    "sign_off": (ROUND,),
    "stays": ("roles.Assignment",),
    "takes_over": ("roles.Assignment", "roles.Assignment"),
    "visit": ("roadmap.SchoolVisit",),
    "webhook_off": ("roles.WebhookEndpoint",),
    "window_closed": ("checklists.Window",),
}
# What makes the same news new again, where that is a row.
AGAIN = {
    "decision": "roadmap.DecisionTurn",
    "decision_news": "roadmap.DecisionTurn",
    "review_changed": "roles.Review",
    "stays": "roles.Notice",
}
AGENDA = {
    "action": ("roadmap.MeetingAction",),
    "item": ("roadmap.AgendaItem",),
    "milestone": (MILESTONE,),
    "need": ("roles.DepartmentNeed",),
    "review": ("roles.Review",),
    "decision": ("roadmap.DecisionRequest",),
}
LETTERS = {
    "archive-ready": ("roles.Archive",),
    "brief": (PERSON,),
    "due": (PERSON,),
    "invitation": ("roles.Invitation",),
}
VIEWS = {
    "checklists:template": "checklists.ChecklistTemplate",
    "checklists:window-detail": "checklists.Window",
    "roadmap:detail": MILESTONE,
    "roadmap:learning-session": "roadmap.LearningSession",
    "roles:version": VERSION,
    "selfassessment:evidence-file": "selfassessment.EvidenceRevision",
    "selfassessment:gap": "selfassessment.Gap",
}


def renumbered(
    text: str, words: Mapping[str, Sequence[str]], moved: Moved, more: Sequence[str] = ()
) -> str:
    """A text of parts between colons with its keys moved: as many numbers as its first word says,
    and then those of `more`.
    """
    word, *parts = text.split(":")
    labels = [*words.get(word, ()), *more]
    for place, part in enumerate(parts):
        if not labels:
            break
        if _is_key(part):
            parts[place] = str(moved(labels.pop(0), int(part)))
    return ":".join((word, *parts))


def _is_key(part: str) -> bool:
    return part.isascii() and part.isdigit() and part != "0"


def _subject(text: str, row: Row, moved: Moved) -> str:
    return renumbered(text, SUBJECTS, moved)


def _notice_key(text: str, row: Row, moved: Moved) -> str:
    """<subject>:<what makes it one notice>:<reader>, see `roles.services.notices`."""
    subject = row["subject"] or ""
    *rest, reader = text.removeprefix(subject).split(":")
    again = AGAIN.get(subject.partition(":")[0])
    if again and len(rest) == 3 and rest[1] == "news" and _is_key(rest[2]):
        rest[2] = str(moved(again, int(rest[2])))
    if _is_key(reader):
        reader = str(moved(PERSON, int(reader)))
    return renumbered(subject, SUBJECTS, moved) + ":".join((*rest, reader))


def _letter_key(text: str, row: Row, moved: Moved) -> str:
    """What was reminded of by hand stands before its reader: hand:checklist:<window>:<reader>."""
    if not text.startswith("hand:"):
        return renumbered(text, LETTERS, moved)
    by_hand = text.removeprefix("hand:")
    window = ("checklists.Window",) if by_hand.startswith("checklist:") else ()
    return "hand:" + renumbered(by_hand, {}, moved, (*window, PERSON))


def _owed(*labels: str) -> Callable[[str, Row, Moved], str]:
    """The key of a file that is owed: a word, then keys of rows of these labels."""

    def spell(text: str, row: Row, moved: Moved) -> str:
        return renumbered(text, {}, moved, labels)

    return spell


def _paper(text: str, row: Row, moved: Moved) -> str:
    """paper:<kind>:<subject>:<reader>:<last paper>."""
    of = next(
        label
        for column, label in (
            ("template_id", "checklists.ChecklistTemplate"),
            ("checklist_id", CHECKLIST),
            ("window_id", "checklists.Window"),
        )
        if row[column]
    )
    return renumbered(text, {}, moved, (of, PERSON, "checklists.Paper"))


def _binder(text: str, row: Row, moved: Moved) -> str:
    """binder:<round>:<kind>:draft:<last binder>, or with the snapshot that it shows."""
    frozen = ":draft" not in text
    last = "selfassessment.EvidenceSnapshot" if frozen else "selfassessment.Binder"
    return renumbered(text, {}, moved, (ROUND, last))


def _audit_subject(text: str, row: Row, moved: Moved) -> str:
    label = _label(row["subject"] or "")
    return str(moved(label, int(text))) if label and _is_key(text) else text


def _agenda(text: str, row: Row, moved: Moved) -> str:
    return renumbered(text, AGENDA, moved)


def _owed_alone(label: str) -> Callable[[str, Row, Moved], str]:
    """A number that is the key of a row, or 0 for none."""

    def spell(text: str, row: Row, moved: Moved) -> str:
        return str(moved(label, int(text))) if _is_key(text) else text

    return spell


def _label(lower: str) -> str:
    from tutoring_admin.systems.moving.catalogue import our_models  # noqa: PLC0415 -- when ready

    labels = {str(model._meta.label_lower): str(model._meta.label) for model in our_models()}
    return labels.get(lower, "")


def _ref(text: str, row: Row, moved: Moved) -> str:
    label = VIEWS.get(row["view_name"] or "")
    return str(moved(label, int(text))) if label else text


# A link that someone gave to a version of a job description here: what it points at is followed.
OWN_PAGE = re.compile(r"(.*/d/[a-z0-9-]+/)roles/versions/(\d+)(?=/|$)")


def _link(text: str, row: Row, moved: Moved) -> str:
    was, now = moved.home
    found = OWN_PAGE.match(text)
    if found is None or found[1] != was:
        return text
    return f"{now}roles/versions/{moved(VERSION, int(found[2]))}{text[found.end() :]}"


# Texts and numbers that are or hold keys of rows.
SPELLED: dict[str, Callable[[str, Row, Moved], str]] = {
    "roles.Notice.subject": _subject,
    "roles.Notice.key": _notice_key,
    "roles.Snooze.subject": _subject,
    "roles.Letter.key": _letter_key,
    "roles.AuditEvent.subject_pk": _audit_subject,
    "roles.Archive.key": _owed(PERSON, "roles.Archive"),
    "roles.HandoverPack.key": _owed("roles.Assignment"),
    "roles.Rendering.key": _owed(VERSION),
    "roles.RosterImport.compared_on": _owed_alone("roles.RosterImport"),
    "roadmap.AgendaItem.subject": _agenda,
    "roadmap.MinutesFile.key": _owed("roadmap.Meeting"),
    "checklists.Paper.key": _paper,
    "selfassessment.Binder.key": _binder,
    "selfassessment.EvidenceRevision.link": _link,
    "selfassessment.RatingCause.url": _link,
    "selfassessment.RatingCause.ref": _ref,
}


def _keys_of(label: str) -> Callable[[Any, Row, Moved], Any]:
    def change(value: Any, row: Row, moved: Moved) -> Any:
        return [moved(label, each) for each in value]

    return change


def _detail(value: Any, row: Row, moved: Moved) -> Any:
    """The calendar's event lists the milestones that moved: [key, old day, new day]."""
    if row["verb"] != "roadmap.calendar_changed" or "moved" not in value:
        return value
    lines = [[moved(MILESTONE, key), *days] for key, *days in value["moved"]]
    return {**value, "moved": lines}


def _frozen(value: Any, row: Row, moved: Moved) -> Any:
    """Frozen evidence: each piece leads to a record, a PDF, or evidence by hand."""
    return {
        code: {**of, "evidence": [_piece(each, moved) for each in of.get("evidence", ())]}
        if "evidence" in of
        else of
        for code, of in value.items()
    }


def _piece(piece: dict[str, Any], moved: Moved) -> dict[str, Any]:
    labels = {
        "pk": VIEWS.get(piece.get("view_name", "")),
        "pdf_pk": VERSION,
        "evidence_pk": "selfassessment.HandEvidence",
    }
    keys: dict[str, Any] = {
        name: moved(label, piece[name])
        for name, label in labels.items()
        if label and piece.get(name) is not None
    }
    if piece.get("url"):
        keys["url"] = _link(piece["url"], {}, moved)
    return {**piece, **keys}


INSIDE: dict[str, Callable[[Any, Row, Moved], Any]] = {
    "roles.AuditEvent.detail": _detail,
    "checklists.ObserverDraw.pool": _keys_of("roles.School"),
    "checklists.ObserverDraw.drawn": _keys_of("roles.School"),
    "selfassessment.EvidenceSnapshot.content": _frozen,
}

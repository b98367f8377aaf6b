"""What happened to one milestone, in sentences: from its audit rows, its notes, and what the
system asked and wrote.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format

from roadmap.models import AtRiskProposal, Milestone, ProgressNote
from roles.models import AuditEvent, Notice, NoticeStatus

SENTENCES = {
    "roadmap.milestone_added": "added it",
    "roadmap.milestone_started": "started it",
    "roadmap.milestone_done": "marked it done",
    "roadmap.milestone_blocked": "marked it blocked",
    "roadmap.milestone_at_risk": "marked it at risk",
    "roadmap.milestone_set_aside": "set it aside as not applicable",
    "roadmap.milestone_reopened": "opened it again",
    "roadmap.milestone_redated": "moved the due date",
    "roadmap.milestone_back_to_plan": "went back to the plan's date",
    "roadmap.milestone_planned": "counted its date anew",
    "roadmap.milestone_moved": "moved it with the school calendar",
    "roadmap.milestone_carried": "carried it into this school year",
    "roadmap.milestone_assigned": "gave it to another owner",
    "roadmap.milestone_edited": "changed its words",
    "roadmap.risk_dismissed": "said that it is not at risk",
    "roadmap.contributor_added": "let a position help",
    "roadmap.contributor_removed": "ended a position's help",
    "roadmap.precedence_added": "put something before it",
    "roadmap.precedence_removed": "took away what came before it",
}
FIELDS = {
    "title": "what will be done", "why": "why it matters", "proof_hint": "the proof expected",
    "phase": "the phase", "supports": "the indicators",
}  # fmt: skip
SYSTEM = "The system"


@dataclass(frozen=True)
class Entry:
    """`who` did `what`, with a `note` in whole sentences. `proof`: the audit row whose earlier
    proof file can still be read, called `proof_name`; `link`: an earlier proof's address.
    """

    at: dt.datetime
    who: str
    what: str
    note: str = ""
    proof: int = 0
    proof_name: str = ""
    link: str = ""


def history(milestone: Milestone) -> Sequence[Entry]:
    """Newest first, in four queries. Whoever may see the milestone may see this: it is the
    milestone's own story, not the district's audit trail.
    """
    found = [*_acts(milestone), *_notes(milestone), *_questions(milestone), *_said(milestone)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def earlier_proof(milestone: Milestone, event: int) -> tuple[str, str] | None:
    """Name on disk and name as handed in of a file that proved it before it was opened again."""
    found = _events(milestone).filter(verb="roadmap.milestone_reopened", pk=event).first()
    if found is None or not found.detail.get("proof_file"):
        return None
    return found.detail["proof_file"], found.detail.get("proof_file_name") or "Proof"


def _events(milestone: Milestone) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(
        district=milestone.district_id,
        subject=milestone._meta.label_lower,
        subject_pk=str(milestone.pk),
        verb__in=SENTENCES,
    )


def _acts(milestone: Milestone) -> Iterator[Entry]:
    for event in _events(milestone).select_related("actor").order_by("-at", "-pk"):
        yield Entry(
            event.at,
            str(event.actor or "Someone"),
            SENTENCES[event.verb],
            _note(event.detail),
            proof=event.pk if event.detail.get("proof_file") else 0,
            proof_name=event.detail.get("proof_file_name", ""),
            link=event.detail.get("proof_link", ""),
        )


def _notes(milestone: Milestone) -> Iterator[Entry]:
    rows = ProgressNote.objects.filter(district=milestone.district_id, milestone=milestone)
    for note in rows.select_related("by"):
        yield Entry(note.at, str(note.by), "said how it goes", note.text)


def _questions(milestone: Milestone) -> Iterator[Entry]:
    rows = AtRiskProposal.objects.filter(district=milestone.district_id, milestone=milestone)
    for row in rows:
        due = date_format(row.due_on, "M j")
        yield Entry(
            row.made_at, SYSTEM, f"asked whether it is at risk, being due {due}", row.reason
        )


def _said(milestone: Milestone) -> Iterator[Entry]:
    """Letters about it, one line for each that was handed to the mail server."""
    rows = Notice.objects.filter(
        district=milestone.district_id,
        subject=f"milestone:{milestone.pk}",
        status=NoticeStatus.SAID,
        ended_at__isnull=False,
    )
    for row in rows.select_related("reader"):
        if row.ended_at:
            yield Entry(row.ended_at, SYSTEM, f"wrote to {row.reader}", _due(row.due_on))


def _due(day: dt.date | None) -> str:
    return f"About its due date, {date_format(day, 'M j')}." if day else ""


def _note(detail: dict[str, Any]) -> str:
    parts = []
    if "new" in detail:
        parts.append(f"From {_day(detail['old'])} to {_day(detail['new'])}.")
    if detail.get("plan"):
        parts.append(f"{detail['plan']}.")
    if "owner" in detail:
        parts.append(f"Now: {detail['owner'] or 'no owner'}.")
    parts += [f"{detail[named]}." for named in ("who", "before") if detail.get(named)]
    if detail.get("fields"):
        parts.append(f"New: {', '.join(FIELDS.get(f, f) for f in detail['fields'])}.")
    if detail.get("reason"):
        parts.append(str(detail["reason"]))
    if detail.get("proof_text"):
        parts.append(f"The proof until then: {detail['proof_text']}")
    return " ".join(parts)


def _day(iso: str) -> str:
    return date_format(dt.date.fromisoformat(iso), "M j")

"""What happened to one milestone, in sentences, from its audit rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from roadmap.models import Milestone
from roles.models import AuditEvent

SENTENCES = {
    "roadmap.milestone_added": "added it",
    "roadmap.milestone_started": "started it",
    "roadmap.milestone_done": "marked it done",
    "roadmap.milestone_blocked": "marked it blocked",
    "roadmap.milestone_set_aside": "set it aside as not applicable",
    "roadmap.milestone_reopened": "opened it again",
    "roadmap.milestone_redated": "moved the due date",
    "roadmap.milestone_assigned": "gave it to another owner",
}


@dataclass(frozen=True)
class Entry:
    at: dt.datetime
    who: str
    what: str
    note: str


def history(milestone: Milestone) -> Sequence[Entry]:
    """Newest first. Whoever may see the milestone may see this: it is the milestone's own story,
    not the district's audit trail.
    """
    events = AuditEvent.objects.filter(
        district=milestone.district_id,
        subject=milestone._meta.label_lower,
        subject_pk=str(milestone.pk),
        verb__in=SENTENCES,
    )
    return [
        Entry(
            event.at,
            str(event.actor or "Someone"),
            SENTENCES[event.verb],
            _note(event.detail),
        )
        for event in events.select_related("actor")
    ]


def _note(detail: dict[str, Any]) -> str:
    parts = []
    if "new" in detail:
        parts.append(f"From {_day(detail['old'])} to {_day(detail['new'])}.")
    if detail.get("owner"):
        parts.append(f"Now: {detail['owner']}.")
    if detail.get("reason"):
        parts.append(str(detail["reason"]))
    return " ".join(parts)


def _day(iso: str) -> str:
    return date_format(dt.date.fromisoformat(iso), "M j")

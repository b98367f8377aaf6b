"""How the date of an action moved, and why: from its audit rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from checklists.models import Action
from roles.models import AuditEvent


@dataclass(frozen=True)
class Move:
    at: dt.datetime
    who: str
    old: dt.date
    new: dt.date
    reason: str


def moves_of(action: Action) -> list[Move]:
    """Newest first. Whoever may read the action may read these: they are its own story, not the
    district's audit trail.
    """
    events = AuditEvent.objects.filter(
        district=action.district_id,
        subject=action._meta.label_lower,
        subject_pk=str(action.pk),
        verb="checklist_action.moved",
    )
    return [
        Move(
            event.at,
            str(event.actor or "Someone"),
            dt.date.fromisoformat(event.detail["old"]),
            dt.date.fromisoformat(event.detail["new"]),
            event.detail["reason"],
        )
        for event in events.select_related("actor").order_by("-at", "-pk")
    ]

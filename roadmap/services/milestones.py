"""What people do to a milestone. Each verb: one compare-and-set, one audit row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models.functions import Least
from django.utils import timezone

from roadmap.models import OPEN, DateChange, Milestone, Phase, State
from roadmap.services import reminders
from roles.access import Reach
from roles.models import Position, SchoolYear
from roles.services import audit
from roles.services.refusal import Refused

UNSETTLED: dict[str, Any] = {
    "reason": "", "done_on": None, "done_at": None, "done_by": None, "proof_text": "",
    "proof_link": "", "proof_file": "", "proof_file_name": "",
}  # fmt: skip


def start(milestone: Milestone, *, by: Reach) -> bool:
    """Begin, or go on after a block. True if this call did it."""
    return _move(milestone, State.IN_PROGRESS, "roadmap.milestone_started", by=by)


@transaction.atomic
def mark_done(
    milestone: Milestone, *, proof_text: str = "", proof_link: str = "", by: Reach
) -> bool:
    """End a milestone with its proof. True if this call did it; Refused without proof."""
    proof = {"proof_text": proof_text.strip(), "proof_link": proof_link.strip()}
    if not any(proof.values()):
        raise Refused("Give the proof: a note, or a link to it.")
    done = {"done_on": by.district.today(), "done_at": timezone.now(), "done_by": by.user}
    return _move(milestone, State.DONE, "roadmap.milestone_done", by=by, fields=proof | done)


def block(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Say that it cannot go on, and why. True if this call did it."""
    return _move_because(milestone, State.BLOCKED, "roadmap.milestone_blocked", reason, by)


def set_aside(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Say that it does not apply here, and why. True if this call did it."""
    return _move_because(milestone, State.NOT_APPLICABLE, "roadmap.milestone_set_aside", reason, by)


@transaction.atomic
def reopen(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Take back a done or set-aside milestone. Its proof stays in the audit trail."""
    proof = {"proof_text": milestone.proof_text, "proof_link": milestone.proof_link}
    if milestone.is_open:
        return False
    detail = {"reason": _said(reason)} | {k: v for k, v in proof.items() if v}
    return _move(milestone, State.IN_PROGRESS, "roadmap.milestone_reopened", by=by, detail=detail)


@transaction.atomic
def redate(milestone: Milestone, due_on: dt.date, *, reason: str, by: Reach) -> bool:
    """Move the due date by hand; kept with its reason. True if this call did it.

    From then on a change of the anchor leaves the date alone.
    """
    reason, old = _said(reason), milestone.due_on
    if due_on == old:
        raise Refused("That is the date it has.")
    moved = Milestone.objects.filter(pk=milestone.pk, due_on=old, state__in=OPEN).update(
        due_on=due_on, starts_on=Least("starts_on", due_on), hand_dated=True
    )
    if not moved:
        return False
    DateChange.objects.create(
        district=by.district, milestone=milestone, old=old, new=due_on, reason=reason, by=by.user
    )
    _record(
        milestone, "roadmap.milestone_redated", by, old=str(old), new=str(due_on), reason=reason
    )
    return True


@transaction.atomic
def assign(milestone: Milestone, owner: Position | None, *, by: Reach) -> bool:
    """Give it to a position, or to none. True if this call did it."""
    new = owner.pk if owner else None
    had = Milestone.objects.filter(pk=milestone.pk, owner=milestone.owner_id)
    if new == milestone.owner_id or not had.update(owner=owner):
        return False
    _record(milestone, "roadmap.milestone_assigned", by, owner=str(owner or ""))
    return True


@transaction.atomic
def add(year: SchoolYear, phase: Phase, *, by: Reach, **fields: Any) -> Milestone:
    """Put a milestone of the district's own into the roadmap.

    `fields`: title and due_on; optionally starts_on, why, proof_hint, supports, owner, school.
    """
    fields.setdefault("starts_on", min(by.district.today(), fields["due_on"]))
    milestone = Milestone(
        district=by.district, school_year=year, phase=phase, hand_dated=True, **fields
    )
    milestone.full_clean(exclude=["district"])
    milestone.save()
    due = str(milestone.due_on)
    audit.record(by, "roadmap.milestone_added", milestone, title=milestone.title, due=due)
    return milestone


def may_work_on(milestone: Milestone, by: Reach, manages: Reach) -> bool:
    """Whether this person may act on it: who holds its owner position, or who runs the roadmap."""
    if manages.covers(milestone.school_id):
        return True
    today = by.district.today()
    return Milestone.objects.filter(pk=milestone.pk).owned_by(by.user, today).exists()


def _move_because(milestone: Milestone, state: State, verb: str, reason: str, by: Reach) -> bool:
    because = {"reason": _said(reason)}
    return _move(milestone, state, verb, by=by, fields=because, detail=because)


@transaction.atomic
def _move(
    milestone: Milestone,
    state: State,
    verb: str,
    *,
    by: Reach,
    fields: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
) -> bool:
    was = milestone.state
    if not milestone.may_become(state):
        return False
    unchanged = Milestone.objects.filter(pk=milestone.pk, state=was)
    if not unchanged.update(state=state, **{**UNSETTLED, **(fields or {})}):
        return False
    _record(milestone, verb, by, was=was, **(detail or {}))
    return True


def _record(milestone: Milestone, verb: str, by: Reach, **detail: Any) -> None:
    """Leave the audit row, and take back letters not yet sent whose words are now untrue."""
    audit.record(by, verb, milestone, title=milestone.title, **detail)
    reminders.take_back(milestone)
    milestone.refresh_from_db()


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("Say why.")
    return reason.strip()

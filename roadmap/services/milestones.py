"""What people do to a milestone. Each verb: one compare-and-set, one audit row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

from checklists.evidence_files import Taken
from roadmap.models import OPEN, Contribution, DateChange, Milestone, Phase, State
from roadmap.services import proofs, reminders
from roles.access import Reach
from roles.models import Position, SchoolYear
from roles.services import audit
from roles.services.refusal import Refused

UNSETTLED: dict[str, Any] = {
    "reason": "", "done_on": None, "done_at": None, "done_by": None, "proof_text": "",
    "proof_link": "", "proof_file": "", "proof_file_name": "",
}  # fmt: skip
PROOF = ("proof_text", "proof_link", "proof_file", "proof_file_name")


def start(milestone: Milestone, *, by: Reach) -> bool:
    """Begin, or go on after a block. True if this call did it."""
    return _move(milestone, State.IN_PROGRESS, "roadmap.milestone_started", by=by)


@transaction.atomic
def mark_done(
    milestone: Milestone,
    *,
    proof_text: str = "",
    proof_link: str = "",
    proof_file: Taken | None = None,
    done_on: dt.date | None = None,
    by: Reach,
) -> bool:
    """End a milestone with its proof. True if this call did it.

    `done_on` is the day that the proof is of, today if left out. Refused without a proof, or with
    a day that is still to come. A file is kept only if this call did it.
    """
    day = done_on or by.district.today()
    if day > by.district.today():
        raise Refused("The day it was done cannot be in the future.")
    proof = {"proof_text": proof_text.strip(), "proof_link": proof_link.strip()}
    if not (any(proof.values()) or proof_file):
        raise Refused("Give the proof: a file, a link, or a note.")
    done = {"done_on": day, "done_at": timezone.now(), "done_by": by.user}
    with proofs.kept(proof_file) as file:
        fields = proof | done | proofs.fields(file)
        detail = {"done_on": str(day)}
        file.wanted = _move(
            milestone, State.DONE, "roadmap.milestone_done", by=by, fields=fields, detail=detail
        )
    return file.wanted


def block(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Say that it cannot go on, and why. True if this call did it."""
    return _move_because(milestone, State.BLOCKED, "roadmap.milestone_blocked", reason, by)


def say_at_risk(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Say that it may not be done in time, and why. True if this call did it."""
    return _move_because(milestone, State.AT_RISK, "roadmap.milestone_at_risk", reason, by)


def set_aside(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Say that it does not apply here, and why. True if this call did it."""
    return _move_because(milestone, State.NOT_APPLICABLE, "roadmap.milestone_set_aside", reason, by)


@transaction.atomic
def reopen(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Take back a done or set-aside milestone. Its proof stays in the audit trail, and its file
    where it is, so that the history can show it.
    """
    if milestone.is_open:
        return False
    proof = {name: str(getattr(milestone, name)) for name in PROOF}
    if milestone.done_on:
        proof["done_on"] = str(milestone.done_on)
    detail = {"reason": said(reason)} | {k: v for k, v in proof.items() if v}
    return _move(milestone, State.IN_PROGRESS, "roadmap.milestone_reopened", by=by, detail=detail)


@transaction.atomic
def redate(milestone: Milestone, due_on: dt.date, *, reason: str, by: Reach) -> bool:
    """Move the due date by hand; kept with its reason. True if this call did it.

    From then on a change of the anchor leaves the date alone.
    """
    reason, old = said(reason), milestone.due_on
    if due_on == old:
        raise Refused("That is the date it has.")
    moved = Milestone.objects.filter(pk=milestone.pk, due_on=old, state__in=OPEN).update(
        due_on=due_on, starts_on=Least("starts_on", due_on), hand_dated=True, **changed()
    )
    if not moved:
        return False
    keep_date_change(milestone, due_on, reason, by)
    dates = {"old": str(old), "new": str(due_on)}
    record(milestone, "roadmap.milestone_redated", by, reason=reason, **dates)
    return True


@transaction.atomic
def assign(milestone: Milestone, owner: Position | None, *, reason: str = "", by: Reach) -> bool:
    """Give it to a position, or to none. True if this call did it.

    A position that helped with it until now no longer does: it owns it.
    """
    new = owner.pk if owner else None
    had = Milestone.objects.filter(pk=milestone.pk, owner=milestone.owner_id)
    if new == milestone.owner_id or not had.update(owner=owner, **changed()):
        return False
    Contribution.objects.filter(milestone=milestone, position=owner).delete()
    because = {"reason": reason.strip()} if reason.strip() else {}
    record(milestone, "roadmap.milestone_assigned", by, owner=str(owner or ""), **because)
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


def changed() -> dict[str, Any]:
    """What every change of a milestone sets beside its own fields, for calendars."""
    return {"sequence": F("sequence") + 1, "changed_at": timezone.now()}


def keep_date_change(milestone: Milestone, new: dt.date, reason: str, by: Reach) -> None:
    """The row that tells funders of an adjustment; `milestone` still has its old date."""
    DateChange.objects.create(
        district=by.district,
        milestone=milestone,
        old=milestone.due_on,
        new=new,
        reason=reason,
        by=by.user,
    )


def record(milestone: Milestone, verb: str, by: Reach, **detail: Any) -> None:
    """Leave the audit row, and take back letters not yet sent whose words are now untrue."""
    audit.record(by, verb, milestone, title=milestone.title, **detail)
    reminders.take_back(milestone)
    milestone.refresh_from_db()


def said(reason: str) -> str:
    """A reason without the blanks around it. Refused where nothing is left."""
    if not reason.strip():
        raise Refused("Say why.")
    return reason.strip()


def _move_because(milestone: Milestone, state: State, verb: str, reason: str, by: Reach) -> bool:
    because = {"reason": said(reason)}
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
    if not unchanged.update(state=state, **{**UNSETTLED, **(fields or {})}, **changed()):
        return False
    record(milestone, verb, by, was=was, **(detail or {}))
    return True

"""Milestones out of a file, written as their preview showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from roadmap.models import Milestone, Phase
from roadmap.services import beside, planning
from roadmap.services.archived import refuse_archived
from roadmap.services.import_preview import Change, YearPreview
from roadmap.services.planning import Plan
from roadmap.sheet_exports import key_of
from roadmap.sheet_rows import Row, fresh_keys
from roles.models import LeadershipRole, Position
from roles.services import audit
from roles.services.refusal import Refused


@dataclass(frozen=True)
class Outcome:
    new: int
    changed: int


@transaction.atomic
def take_over(found: YearPreview, source: str) -> Outcome:
    """Write what the preview shows.

    `source` is the file's name: it is the reason where dates move.
    """
    refuse_archived(found.year)
    new = [_add(found, change) for change in found.changes if change.kind == "new"]
    changed = [c for c in found.changes if c.kind == "changed"]
    for change in changed:
        _edit(found, change, f"Imported from {source}")
    for milestone, row in new:
        _precede(found, milestone, row)
    if new or changed:
        audit.record(
            found.by,
            "roadmap.milestones_imported",
            found.year,
            file=source,
            new=len(new),
            changed=len(changed),
        )
    return Outcome(len(new), len(changed))


def _add(found: YearPreview, change: Change) -> tuple[Milestone, Row]:
    row, due_on = change.row, change.due_on or found.year.first_student_day
    milestone = Milestone(
        district=found.by.district,
        school_year=found.year,
        phase=_phase(found, row),
        key=row.key,
        title=row.title,
        why=row.why,
        proof_hint=row.proof,
        supports=list(row.supports),
        recurs=row.repeats,
        starts_on=min(row.start_date or due_on, due_on),
        due_on=due_on,
        hand_dated=row.due is None,
        **_owner(found, row),
    )
    if row.due is not None:
        plan = _saved(found.plan_for(row, row.starts or 0))
        milestone.anchor, milestone.unit = plan.anchor, plan.unit
        milestone.start_offset, milestone.due_offset = plan.start_offset, plan.due_offset
        milestone.starts_on, milestone.due_on = plan.dates(found.closures)
    milestone.save()
    found.milestones[key_of(milestone)] = milestone
    said = {"title": milestone.title, "due": str(milestone.due_on)}
    audit.record(found.by, "roadmap.milestone_added", milestone, **said)
    return milestone, row


def _edit(found: YearPreview, change: Change, reason: str) -> None:
    milestone, row = change.milestone, change.row
    assert milestone is not None  # noqa: S101 -- a changed row has one
    words = found.new_words(milestone, row)
    if found.opens_phase(row):
        words["phase"] = _phase(found, row)
    plan = found.asked_plan(milestone, row)
    due_on = None if plan else row.due_date
    planning.edit(
        milestone,
        words=words,
        plan=_saved(plan) if plan else None,
        due_on=due_on,
        reason=reason,
        by=found.by,
    )


def _saved(plan: Plan | None) -> Plan:
    assert plan is not None  # noqa: S101 -- the row was looked at before
    if plan.anchor.pk is None:
        plan.anchor.save()
    return plan


def _phase(found: YearPreview, row: Row) -> Phase:
    """The phase that the row names, made where the year has none of that name."""
    if found.opens_phase(row):
        had = set(found.phases.values())
        found.phases[row.phase.lower()] = Phase.objects.create(
            district=found.by.district,
            school_year=found.year,
            key=next(fresh_keys({phase.key for phase in had}, "X")),
            title=row.phase,
            order=max((phase.order for phase in had), default=-1) + 1,
        )
    return found.phases[row.phase.lower()]


def _owner(found: YearPreview, row: Row) -> dict[str, Any]:
    """The role, and the first of the district's seats in it."""
    if not row.owner_role:
        return {}
    role = LeadershipRole.objects.get(district=found.by.district, key=row.owner_role)
    seats = Position.objects.filter(
        district=found.by.district, role=role, school=None, closed_on=None
    )
    return {"usual_owner": role, "owner": seats.order_by("seat").first()}


def _precede(found: YearPreview, milestone: Milestone, row: Row) -> None:
    """What is best done first, of new milestones; a circle is left out."""
    for key in row.after:
        before = found.milestones.get(key)
        if before is None or before.pk == milestone.pk:
            continue
        try:
            beside.precede(milestone, before=before, by=found.by)
        except Refused:
            continue

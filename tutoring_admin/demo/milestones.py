"""What stands beside the demo's milestones: who helps, what comes first, how it goes, questions.

Only in the district that has run for months, after its roadmap.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from roadmap.models import (
    AtRiskProposal,
    Contribution,
    Milestone,
    Precedence,
    ProgressNote,
    State,
)
from roadmap.services import risk
from tutoring_admin.demo.world import ONE_DAY, World

FIRST = (("M24", "M37"), ("M34", "M38"), ("M38", "M39"), ("M40", "M41"), ("M40", "M42"))
"""What the district itself says is best done first, beside the library's order."""
HELPERS = {
    "M34": ("INSTR_SUPERVISOR",),
    "M37": ("PROJECT_MANAGER", "DEPT_DATA"),
    "M38": ("PROGRAM_LEAD",),
    "M39": ("PROGRAM_LEAD", "DEPT_FIN"),
    "M40": ("PROJECT_MANAGER",),
}
NOTES = {
    "M34": ((12, "Rooms are agreed at six of eight schools."),
            (3, "Harbor View and Lincoln decide this week; both principals have the floor plans.")),
    "M38": ((2, "The provider has sent its figures. The agenda is drafted, the money line open."),),
    "M39": ((6, "Two of the three figures are in. Finance brings the cost line on Thursday."),),
}  # fmt: skip
SILENT = ("M35", "M43")
"""The fidelity window of the season: nearly over, and nobody has said how it goes."""
LOG = """Table,Rows read,Rows taken,Left aside
Schools,8,8,0
Positions,43,43,0
People,39,38,1
"""


def build(world: World) -> None:
    if world.district.slug == "cedar-falls":
        return
    by_key = {m.key: m for m in Milestone.objects.filter(district=world.district) if m.key}
    _order(world, by_key)
    _helpers(world, by_key)
    _notes(world, by_key)
    _proof(by_key.get("M27"))
    _questions(world, by_key)


def _order(world: World, by_key: dict[str, Milestone]) -> None:
    Precedence.objects.bulk_create(
        Precedence(district=world.district, before=by_key[first], milestone=by_key[then])
        for first, then in FIRST
        if first in by_key and then in by_key
    )


def _helpers(world: World, by_key: dict[str, Milestone]) -> None:
    Contribution.objects.bulk_create(
        Contribution(district=world.district, milestone=by_key[key], position=position)
        for key, roles in HELPERS.items()
        for role in roles
        if (position := world.positions.get((role, None, 1)))
        and key in by_key
        and by_key[key].owner_id != position.pk
    )


def _notes(world: World, by_key: dict[str, Milestone]) -> None:
    manager = world.holder("PROJECT_MANAGER")
    for key, notes in NOTES.items():
        milestone = by_key.get(key)
        if milestone is None or not milestone.is_open:
            continue
        for days, text in notes:
            at = _morning(world, world.today - days * ONE_DAY)
            ProgressNote.objects.create(
                district=world.district,
                milestone=milestone,
                text=text,
                by=world.holders.get(milestone.owner_id or 0, manager),
                at=at,
            )
            Milestone.objects.filter(pk=milestone.pk).update(progressed_at=at)


def _proof(milestone: Milestone | None) -> None:
    """One that was proved by a file: the log of the import."""
    if milestone is None or milestone.state != State.DONE:
        return
    name = default_storage.save(f"proofs/{uuid.uuid4().hex}.csv", ContentFile(LOG.encode()))
    Milestone.objects.filter(pk=milestone.pk).update(
        proof_file=name, proof_file_name="Import log.csv"
    )


def _questions(world: World, by_key: dict[str, Milestone]) -> None:
    """What the system asks today, and one question that its owner has answered."""
    early = world.today - 9 * 7 * ONE_DAY
    for key in SILENT:
        milestone = by_key.get(key)
        if milestone and milestone.is_open and milestone.due_on >= world.today:
            early = min(milestone.starts_on, early)
            Milestone.objects.filter(pk=milestone.pk).update(starts_on=early)
    risk.propose(world.district, world.today)
    answered = by_key.get("M34")
    if answered:
        AtRiskProposal.objects.filter(milestone=answered).delete()
        at = _morning(world, world.today - 20 * ONE_DAY)
        AtRiskProposal.objects.create(
            district=world.district,
            milestone=answered,
            due_on=answered.due_on,
            reason="19 of 23 school days are used and nobody has said how it goes.",
            made_at=at,
            confirmed=False,
            note="The rooms are being settled school by school.",
            decided_at=at + dt.timedelta(hours=2),
            decided_by=world.holders.get(answered.owner_id or 0, world.holder("PROJECT_MANAGER")),
        )


def _morning(world: World, day: dt.date) -> dt.datetime:
    at = dt.datetime.combine(day, dt.time(8, 40), tzinfo=world.district.zone)
    return min(at, timezone.now())

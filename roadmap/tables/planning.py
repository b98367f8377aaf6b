"""The tables of milestones and their dates."""

from __future__ import annotations

from django.db.models import QuerySet

from roadmap import narrowing
from roadmap.models import DateChange, Milestone, MilestoneQuerySet
from roadmap.reports import by_phase
from roles.capabilities import Capability
from roles.tables.registry import Asked, Column, Rows, Table

VIEW = Capability.ROADMAP_VIEW


def _narrowed(asked: Asked) -> MilestoneQuerySet:
    """The milestones that the address of the roadmap lets through."""
    reach, year, today = asked.reach(VIEW), asked.year, asked.today
    if year is None:
        none: MilestoneQuerySet = Milestone.objects.reachable(reach).none()
        return none
    phases, roles = by_phase(reach, year, today), narrowing.owners(reach, year)
    form = narrowing.form_of(asked.given, phases, roles, reach, year)
    place = narrowing.place_of(form, asked.given, reach, year, today)
    return narrowing.let_through(reach, year, place, today)


def _milestones(asked: Asked) -> QuerySet[Milestone]:
    named = _narrowed(asked).select_related(
        "phase", "school", "owner__role", "owner__school", "owner__department", "done_by"
    )
    ordered: QuerySet[Milestone] = named.order_by("phase__order", "due_on", "pk")
    return ordered


def _date_changes(asked: Asked) -> Rows:
    found = DateChange.objects.reachable(asked.reach(VIEW))
    of_these = found.filter(milestone__in=_narrowed(asked).order_by().values("pk"))
    return of_these.select_related("milestone__phase", "milestone__school", "by")


def _proof(row: Milestone) -> str:
    return row.proof_text or row.proof_link or row.proof_file_name


MILESTONES = Table(
    "milestones",
    "Milestones",
    "A milestone of the school year, with its owner, dates and proof.",
    "roadmap:index",
    VIEW,
    (
        Column("Phase", lambda row: row.phase.title, 34),
        Column("Milestone", lambda row: row.title, 50),
        Column("Why", lambda row: row.why, 50),
        Column("Supports", lambda row: ", ".join(row.supports), 16),
        Column("Owner", lambda row: row.owner, 34),
        Column("School", lambda row: row.school, 24),
        Column("Starts", lambda row: row.starts_on, 14),
        Column("Due", lambda row: row.due_on, 14),
        Column("State", lambda row: row.get_state_display(), 16),
        Column("Reason", lambda row: row.reason, 40),
        Column("Proof expected", lambda row: row.proof_hint, 34),
        Column("Done on", lambda row: row.done_on, 14),
        Column("Done by", lambda row: row.done_by, 26),
        Column("Proof", _proof, 50),
    ),
    _milestones,
)
DATE_CHANGES = Table(
    "date-changes",
    "Dates that were moved",
    "A due date moved by hand, and why.",
    "roadmap:index",
    VIEW,
    (
        Column("Milestone", lambda row: row.milestone.title, 50),
        Column("Phase", lambda row: row.milestone.phase.title, 34),
        Column("School", lambda row: row.milestone.school, 24),
        Column("From", lambda row: row.old, 14),
        Column("To", lambda row: row.new, 14),
        Column("Why", lambda row: row.reason, 50),
        Column("By", lambda row: row.by, 26),
        Column("On", lambda row: row.at, 20),
    ),
    _date_changes,
)

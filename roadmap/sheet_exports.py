"""Templates and roadmaps as the rows of a table, in the columns of `spreadsheets`."""

from __future__ import annotations

from collections.abc import Iterator

from roadmap.models import AnchorKind, Milestone, Precedence, RoadmapTemplate
from roadmap.spreadsheets import Value
from roles.access import Reach
from roles.models import SchoolYear


def of_template(template: RoadmapTemplate) -> Iterator[list[Value]]:
    """One row for each line."""
    for line in template.lines.select_related("owner_role"):
        yield [
            line.key,
            line.phase_title,
            line.title,
            line.why,
            line.proof_hint,
            ", ".join(line.supports),
            line.owner_role.key if line.owner_role else "",
            line.anchor_label or AnchorKind(line.anchor_kind).label,
            line.get_unit_display(),
            line.start_offset,
            line.due_offset,
            ", ".join(line.after),
            line.recurs,
            ", ".join(line.approaches),
        ]


def of_year(year: SchoolYear, reach: Reach) -> Iterator[list[Value]]:
    """One row for each milestone that this reach gets to."""
    found = (
        Milestone.objects.reachable(reach)
        .filter(school_year=year)
        .select_related(
            "phase",
            "anchor",
            "school",
            "usual_owner",
            "owner__role",
            "owner__school",
            "owner__department",
        )
    )
    after = _after(year, reach)
    for milestone in found.order_by("phase__order", "due_on", "pk"):
        yield [*_plan(milestone, after.get(milestone.pk, [])), *_standing(milestone)]


def key_of(milestone: Milestone) -> str:
    """What names it in a file: its key, or its number where it has none."""
    return milestone.key or f"#{milestone.pk}"


def _plan(milestone: Milestone, after: list[str]) -> list[Value]:
    anchor, role = milestone.anchor, milestone.usual_owner
    if role is None and milestone.owner:
        role = milestone.owner.role
    return [
        key_of(milestone),
        milestone.phase.title,
        milestone.title,
        milestone.why,
        milestone.proof_hint,
        ", ".join(milestone.supports),
        role.key if role else "",
        str(anchor) if anchor else "",
        milestone.get_unit_display() if anchor else "",
        milestone.start_offset,
        milestone.due_offset,
        ", ".join(after),
        milestone.recurs,
    ]


def _standing(milestone: Milestone) -> list[Value]:
    return [
        milestone.starts_on,
        milestone.due_on,
        milestone.get_state_display(),
        str(milestone.owner or ""),
        str(milestone.school or ""),
        milestone.done_on,
    ]


def _after(year: SchoolYear, reach: Reach) -> dict[int, list[str]]:
    pairs = Precedence.objects.reachable(reach).filter(milestone__school_year=year)
    found: dict[int, list[str]] = {}
    for pair in pairs.select_related("before"):
        found.setdefault(pair.milestone_id, []).append(key_of(pair.before))
    return found

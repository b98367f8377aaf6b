"""The roadmap in a packet: milestones by phase, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from checklists.models import Window
from roadmap.models import Milestone, State
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.asked import NO_YEAR, Asked
from tutoring_admin.packets.content import Part

NEXT_LINES = 5


@dataclass(frozen=True)
class PhaseRow:
    """Milestones that apply, those done by the day, and those late on it."""

    title: str
    total: int
    done: int
    late: int


def phases_of(asked: Asked) -> list[PhaseRow]:
    """One query; none without a school year."""
    if asked.year is None:
        return []
    done = Q(state=State.DONE, done_on__lte=asked.day)
    applies = ~Q(state=State.NOT_APPLICABLE)
    rows = (
        Milestone.objects.reachable(asked.reach)
        .filter(school_year=asked.year)
        .order_by()
        .values("phase__order", "phase__title")
        .annotate(
            total=Count("pk", filter=applies),
            done=Count("pk", filter=done),
            late=Count("pk", filter=applies & ~done & Q(due_on__lt=asked.day)),
        )
        .order_by("phase__order")
    )
    return [PhaseRow(row["phase__title"], row["total"], row["done"], row["late"]) for row in rows]


def all_of(phases: list[PhaseRow]) -> PhaseRow:
    return PhaseRow(
        "All phases",
        sum(row.total for row in phases),
        sum(row.done for row in phases),
        sum(row.late for row in phases),
    )


def milestones(asked: Asked, phases: list[PhaseRow]) -> Part:
    columns = ("Phase", "Milestones", "Done", "Late")
    rows = [
        (row.title, row.total, row.done, row.late)
        for row in (*phases, *([all_of(phases)] if phases else []))
    ]
    tables = [shape.table("phases", "Milestones by phase", columns, rows)] if rows else []
    says = NO_YEAR if asked.year is None else "" if rows else "There is no roadmap yet."
    return shape.section("roadmap", "Milestones by phase", [says], tables=tables)


def coming(asked: Asked) -> Part:
    """The next few milestones, and the next checklist window."""
    found = (
        Milestone.objects.reachable(asked.reach)
        .filter(school_year=asked.year, due_on__gte=asked.day)
        .exclude(state__in=(State.DONE, State.NOT_APPLICABLE))
        .with_owner(asked.day)
        .order_by("due_on", "pk")[:NEXT_LINES]
    )
    rows = [
        (each.title, shape.day(each.due_on), _who(each, named=asked.typed.with_names))
        for each in found
    ]
    opens = Window.objects.reachable(asked.reach).filter(opens_on__gt=asked.day)
    window = opens.order_by("opens_on", "pk").first()
    says = [
        f"The next checklist window, {window.label}, opens on {shape.day(window.opens_on)}."
        if window
        else "",
        "" if rows else "No milestone is due any more this school year.",
    ]
    columns = ("What", "Due", "Who")
    tables = [shape.table("next", "Milestones due next", columns, rows)] if rows else []
    return shape.section("next", "What comes next", says, tables=tables)


def _who(milestone: Milestone, *, named: bool) -> str:
    """The position that owns it; with the name of its holder where staff may be named."""
    if milestone.owner is None:
        usual = milestone.usual_owner
        return f"No owner yet, usually {usual}" if usual else shape.NOTHING
    holder = milestone.holder
    return f"{milestone.owner} ({holder})" if named and holder else str(milestone.owner)

"""Decisions in a packet: those asked for, and those taken since the last one."""

from __future__ import annotations

from dataclasses import dataclass

from roadmap.decision_reports import OpenDecision
from roadmap.models import DecisionRequest, DecisionState
from roadmap.models.decisions import ANSWERED
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.asked import Asked
from tutoring_admin.packets.content import Part

FEW_LINES = 6  # on the first two pages; all of those taken stand in the appendix


@dataclass(frozen=True)
class Taken:
    """One decision, how it was answered and when, and what was said to it."""

    question: str
    answer: str
    on: str
    said: str


def taken_in(asked: Asked) -> list[Taken]:
    """The newest first. One query."""
    found = (
        DecisionRequest.objects.reachable(asked.reach)
        .filter(state__in=ANSWERED, answered_at__isnull=False)
        .select_related("chosen", "answered_by")
        .order_by("-answered_at", "-pk")
    )
    zone, rows = asked.reach.district.zone, []
    for each in found:
        on = each.answered_at.astimezone(zone).date() if each.answered_at else asked.day
        if asked.answered_since <= on <= asked.day:
            answer = _answer(each, named=asked.typed.with_names)
            rows.append(Taken(each.question, answer, shape.day(on), each.answer))
    return rows


def _answer(request: DecisionRequest, *, named: bool) -> str:
    words = str(request.get_state_display())
    if request.state == DecisionState.APPROVED and request.chosen:
        words = f"{words}: {request.chosen.text}"
    return f"{words} ({request.answered_by})" if named else words


def decisions(waiting: tuple[OpenDecision, ...], taken: list[Taken]) -> Part:
    asked = [
        (each.question, each.cost or "no cost given", each.decider, shape.day(each.due_on))
        for each in waiting[:FEW_LINES]
    ]
    told = [(each.question, each.answer, each.on) for each in taken[:FEW_LINES]]
    tables = [
        shape.table("asked", "Asked", ("Question", "Cost", "Asked of", "Needed by"), asked),
        shape.table("taken", "Taken", ("Question", "Answer", "On"), told),
    ]
    return shape.section(
        "decisions",
        "Decisions",
        [
            "" if waiting else "No decision is asked for.",
            "" if taken else f"None has been taken since {shape.day(asked.answered_since)}.",
        ],
        figures=[
            shape.figure("asked", "Decisions asked", len(waiting)),
            shape.figure("taken", "Decisions taken", len(taken)),
        ],
        tables=[table for table in tables if table["rows"]],
    )

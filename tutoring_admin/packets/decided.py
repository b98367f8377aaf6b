"""Decisions in a packet: those asked for, and those taken since the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from roadmap.decision_reports import OpenDecision, open_for_packet
from roadmap.models import DecisionRequest, DecisionState
from roadmap.models.decisions import ANSWERED
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.asked import Asked
from tutoring_admin.packets.content import Cell, Part

FEW_ASKED, FEW_TAKEN = 4, 3  # on the first two pages; all of them stand in the appendix
ASKED = ("Question", "Cost", "Asked of", "Needed by")
TAKEN = ("Question", "Answer", "On", "What was said")


@dataclass(frozen=True)
class Taken:
    """One decision, how it was answered and when, and what was said to it."""

    question: str
    answer: str
    on: str
    said: str


def waiting_in(asked: Asked) -> tuple[OpenDecision, ...]:
    """Those nobody has answered, asked for by the day. Three queries."""
    night = dt.datetime.combine(asked.day, dt.time.max, asked.reach.district.zone)
    by_then = DecisionRequest.objects.reachable(asked.reach).open().filter(asked_at__lte=night)
    known = set(by_then.order_by().values_list("pk", flat=True))
    return tuple(each for each in open_for_packet(asked.reach) if each.pk in known)


def taken_in(asked: Asked) -> list[Taken]:
    """The newest first. One query."""
    found = (
        DecisionRequest.objects.reachable(asked.reach)
        .filter(state__in=ANSWERED, answered_at__gt=asked.news_since)
        .select_related("chosen", "answered_by")
        .order_by("-answered_at", "-pk")
    )
    zone, rows = asked.reach.district.zone, []
    for each in found:
        on = each.answered_at.astimezone(zone).date() if each.answered_at else asked.day
        if on <= asked.day:
            answer = _answer(each, named=asked.typed.with_names)
            rows.append(Taken(each.question, answer, shape.day(on), each.answer))
    return rows


def _answer(request: DecisionRequest, *, named: bool) -> str:
    words = str(request.get_state_display())
    if request.state == DecisionState.APPROVED and request.chosen:
        words = f"{words}: {request.chosen.text}"
    return f"{words} ({request.answered_by})" if named else words


def decisions(asked: Asked, waiting: tuple[OpenDecision, ...], taken: list[Taken]) -> Part:
    """The first few of each."""
    more = max(len(waiting) - FEW_ASKED, 0) + max(len(taken) - FEW_TAKEN, 0)
    since = asked.news_since.astimezone(asked.reach.district.zone).date()
    short = [row[:3] for row in taken_rows(taken[:FEW_TAKEN])]
    tables = [
        shape.table("asked", "Asked", ASKED, asked_rows(waiting[:FEW_ASKED])),
        shape.table("taken", "Taken", TAKEN[:3], short),
    ]
    says = [
        "" if waiting else "No decision is asked for.",
        "" if taken else f"None has been taken since {shape.day(since)}.",
        f"{more} more stand in the appendix." if more else "",
    ]
    kept = [table for table in tables if table["rows"]]
    return shape.section("decisions", "Decisions", [" ".join(filter(None, says))], tables=kept)


def asked_rows(waiting: Iterable[OpenDecision]) -> list[tuple[Cell, ...]]:
    return [
        (each.question, each.cost or "no cost given", each.decider, shape.day(each.due_on))
        for each in waiting
    ]


def taken_rows(taken: Iterable[Taken]) -> list[tuple[Cell, ...]]:
    return [(each.question, each.answer, each.on, each.said or None) for each in taken]

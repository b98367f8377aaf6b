"""Decisions as other pages show them: what waits for the reader, and what is open for the board."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from roadmap.models import DecisionRequest, DecisionState
from roles.access import Reach

IN_FORCE = "decider__assignments__"


@dataclass(frozen=True)
class Way:
    """One option of a decision."""

    text: str
    cost: str
    is_advised: bool


@dataclass(frozen=True)
class OpenDecision:
    """One decision that nobody has answered yet, without the name of any person.

    `decider` is the position that is asked; `standing` says what it waits for.
    """

    pk: int
    question: str
    cost: str
    due_on: dt.date
    decider: str
    standing: str
    ways: tuple[Way, ...]


def waiting_for(reach: Reach, today: dt.date) -> QuerySet[DecisionRequest]:
    """Requests that wait for the reader, who holds the position that is asked and did not ask."""
    ends = Q(**{f"{IN_FORCE}ends_on": None}) | Q(**{f"{IN_FORCE}ends_on__gte": today})
    holds = Q(**{f"{IN_FORCE}holder": reach.user, f"{IN_FORCE}starts_on__lte": today}) & ends
    found = DecisionRequest.objects.reachable(reach).filter(holds, state=DecisionState.WAITING)
    waiting: QuerySet[DecisionRequest] = found.exclude(asked_by=reach.user)
    return waiting


def open_for_packet(reach: Reach) -> tuple[OpenDecision, ...]:
    """Every open decision with its options, what is due first first. Two queries."""
    related = ("decider__role", "decider__school", "decider__department")
    found = DecisionRequest.objects.reachable(reach).open().select_related(*related)
    return tuple(_open(each) for each in found.prefetch_related("options"))


def _open(request: DecisionRequest) -> OpenDecision:
    return OpenDecision(
        pk=request.pk,
        question=request.question,
        cost=request.cost,
        due_on=request.due_on,
        decider=str(request.decider),
        standing=str(request.get_state_display()),
        ways=tuple(Way(o.text, o.cost, o.is_advised) for o in request.options.all()),
    )

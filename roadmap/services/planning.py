"""Where a milestone's dates come from: an anchor, and the way back to it after a move by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from roadmap.models import OPEN, Anchor, Milestone, Unit
from roadmap.scheduling import resolve
from roadmap.services.milestones import changed, keep_date_change, record, redate, said
from roles.access import Reach
from roles.schooltime import Span
from roles.services.calendar import closures_of
from roles.services.refusal import Refused

WORDS = ("title", "why", "proof_hint", "phase", "supports")


class Unsaid(Refused):
    """The date moves and nobody said why."""


@dataclass(frozen=True)
class Plan:
    """So many weeks or school days from an anchor, before it where negative."""

    anchor: Anchor
    unit: str
    start_offset: int
    due_offset: int

    def dates(self, closures: Sequence[Span]) -> tuple[dt.date, dt.date]:
        """The days on which it starts and is due."""
        day = self.anchor.day
        return (
            resolve(day, self.start_offset, self.unit, closures),
            resolve(day, self.due_offset, self.unit, closures),
        )

    @property
    def words(self) -> str:
        """How the due date is counted: "12 weeks after the first student day"."""
        count = abs(self.due_offset)
        what = (
            self.anchor.get_kind_display().lower() if not self.anchor.label else self.anchor.label
        )
        what = what if self.anchor.label else f"the {what}"
        if not count:
            return f"On {what}"
        unit = Unit(self.unit).label if count > 1 else Unit(self.unit).label.removesuffix("s")
        return f"{count} {unit} {'before' if self.due_offset < 0 else 'after'} {what}"


def plan_of(milestone: Milestone) -> Plan | None:
    """What the plan says; None for a milestone with a fixed date. Reads the anchor and its year."""
    anchor = milestone.anchor
    if anchor is None or milestone.start_offset is None or milestone.due_offset is None:
        return None
    return Plan(anchor, milestone.unit, milestone.start_offset, milestone.due_offset)


def planned_due(milestone: Milestone) -> dt.date | None:
    """The date it would have if nobody had moved it by hand; None without a plan."""
    plan = plan_of(milestone)
    return plan.dates(closures_of(milestone.district))[1] if plan else None


@transaction.atomic
def back_to_plan(milestone: Milestone, *, reason: str, by: Reach) -> bool:
    """Give it the date that its anchor says, and let it move with the anchor again. True if this
    call did it.
    """
    plan = plan_of(milestone)
    if plan is None or not milestone.hand_dated:
        return False
    return _follow(milestone, plan, said(reason), by, "roadmap.milestone_back_to_plan")


@transaction.atomic
def edit(
    milestone: Milestone,
    *,
    words: dict[str, Any],
    plan: Plan | None = None,
    due_on: dt.date | None = None,
    reason: str = "",
    by: Reach,
) -> bool:
    """Change its words (of WORDS) and where its date comes from: a plan, or a fixed date.

    A date that moves is kept with its reason; Refused without one. True if anything changed.
    """
    if not milestone.is_open:
        raise Refused("It is settled. Open it again to change it.")
    new = {name: value for name, value in words.items() if getattr(milestone, name) != value}
    is_new = plan is not None and (milestone.hand_dated or plan != plan_of(milestone))
    if plan is not None and is_new:
        _follow(milestone, plan, reason.strip(), by, "roadmap.milestone_planned")
    elif plan is None and due_on is not None and due_on != milestone.due_on:
        is_new = redate(milestone, due_on, reason=_why(reason), by=by)
    if new:
        Milestone.objects.filter(pk=milestone.pk).update(**new, **changed())
        record(milestone, "roadmap.milestone_edited", by, fields=sorted(new))
    return bool(new or is_new)


def _follow(milestone: Milestone, plan: Plan, reason: str, by: Reach, verb: str) -> bool:
    starts_on, due_on = plan.dates(closures_of(by.district))
    still = Milestone.objects.filter(pk=milestone.pk, due_on=milestone.due_on, state__in=OPEN)
    moves = due_on != milestone.due_on
    done = still.update(
        anchor=plan.anchor,
        unit=plan.unit,
        start_offset=plan.start_offset,
        due_offset=plan.due_offset,
        starts_on=starts_on,
        due_on=due_on,
        hand_dated=False,
        **changed(),
    )
    if not done:
        return False
    detail: dict[str, Any] = {"plan": plan.words} | ({"reason": reason} if reason else {})
    if moves:
        keep_date_change(milestone, due_on, _why(reason), by)
        detail |= {"old": str(milestone.due_on), "new": str(due_on)}
    record(milestone, verb, by, **detail)
    return True


def _why(reason: str) -> str:
    if not reason.strip():
        raise Unsaid("The date moves: say why in a sentence.")
    return reason.strip()

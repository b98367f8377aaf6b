"""The same step for several milestones at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from roadmap.models import Milestone
from roadmap.services.milestones import assign, said, set_aside
from roles.access import Reach
from roles.models import Position


@transaction.atomic
def set_aside_all(milestones: Iterable[Milestone], *, reason: str, by: Reach) -> int:
    """Say of each that it does not apply here, and why. Returns how many this call changed: those
    that were settled a moment ago stay as they are.
    """
    because = said(reason)
    return sum(set_aside(milestone, reason=because, by=by) for milestone in milestones)


@transaction.atomic
def assign_all(milestones: Iterable[Milestone], owner: Position, *, reason: str, by: Reach) -> int:
    """Give each to one position, and say why. Returns how many changed hands."""
    because = said(reason)
    return sum(
        assign(milestone, owner, reason=because, by=by)
        for milestone in milestones
        if milestone.is_open
    )

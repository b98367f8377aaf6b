"""Open milestones of a place or a person, the most urgent first, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, Window

from roadmap.models import Milestone
from roles.access import Access
from roles.capabilities import Capability

SHOWN = 8


@dataclass(frozen=True)
class Milestones:
    """`late` of `open` are late; the first few are `shown`."""

    shown: Sequence[Milestone]
    open: int
    late: int


def open_milestones(access: Access, today: dt.date, which: Q) -> Milestones:
    """One query."""
    reach = access.reach(Capability.ROADMAP_VIEW)
    found = Milestone.objects.reachable(reach).open().filter(which)
    counted = found.select_related("school").annotate(
        n_open=Window(Count("pk")),
        n_late=Window(Count("pk", filter=Q(due_on__lt=today))),
        owner_title=F("owner__role__title"),
    )
    rows = list(counted.order_by("due_on", "pk")[:SHOWN])
    for row in rows:
        row.chip, row.chip_words = row.standing(today)  # type: ignore[attr-defined]
    if not rows:
        return Milestones((), 0, 0)
    return Milestones(rows, rows[0].n_open, rows[0].n_late)

"""Who is in and who is missing in one window. States and counts, never a rating."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet

from checklists.models import Checklist, ChecklistTemplate, RaterKind, Window
from checklists.reports.progress import vacant_positions
from checklists.suppression import FEW
from roles.access import Everywhere, Reach
from roles.models import Level, Position


class Median(Aggregate):
    """The middle of the values; of two middle ones, the point half way between."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Turnout:
    """Beside the self forms: the observers' forms, and how long filling in took.

    `median_minutes` is None while fewer than three have submitted.
    """

    observers: int
    observers_in: int
    median_minutes: int | None


def turnout_of(window: Window, reach: Reach) -> Turnout:
    """One query. At schools, of the schools' own positions: see `followed_by`."""
    forms = Checklist.objects.reachable(reach).current().filter(window=window)
    if not isinstance(reach.schools, Everywhere):
        forms = forms.filter(school__isnull=False)
    observing, own = Q(rater_kind=RaterKind.OBSERVER), Q(rater_kind=RaterKind.SELF)
    is_in = Q(submitted_at__isnull=False)
    found: dict[str, Any] = forms.aggregate(
        observers=Count("pk", filter=observing),
        observers_in=Count("pk", filter=observing & is_in),
        timed=Count("pk", filter=own & is_in & Q(started_at__isnull=False)),
        took=Median(F("submitted_at") - F("started_at"), filter=own & is_in),
    )
    took: dt.timedelta | None = found["took"]
    enough = took is not None and found["timed"] >= FEW
    minutes = max(1, round(took.total_seconds() / 60)) if took is not None and enough else None
    return Turnout(found["observers"], found["observers_in"], minutes)


def vacant_in(window: Window, reach: Reach) -> QuerySet[Position]:
    """The vacant positions that the window would ask if somebody held them. Two queries."""
    vacant = vacant_positions(reach)
    if not window.only:
        return vacant
    published = ChecklistTemplate.objects.reachable(reach).published()
    roles_with_one = published.exclude(role=None).values("role")
    asked = published.filter(key__in=window.only)
    wanted = Q(role__in=asked.exclude(role=None).values("role"))
    if asked.filter(role=None).exists():
        wanted |= Q(role__level=Level.DEPARTMENT) & ~Q(role__in=roles_with_one)
    return vacant.filter(wanted)

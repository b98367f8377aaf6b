"""What was done, as the page of the audit trail narrows it, and how the trail is sealed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from roles.access import Reach
from roles.models import AuditEvent, AuditSeal

ONE_DAY = dt.timedelta(days=1)
OVERDUE = dt.timedelta(minutes=20)  # seals are made every five minutes


def events(reach: Reach, **wanted: Any) -> QuerySet[AuditEvent]:
    """What was done, the newest first. `wanted` is what AuditFilter cleaned: any of `who`, `verb`,
    `thing`, `one`, `first` and `last` (days in the district), `since`, and `others` (not by the
    reader).
    """
    found = AuditEvent.objects.reachable(reach)
    for word in wanted.get("who", "").split():
        found = found.filter(
            Q(actor__first_name__icontains=word)
            | Q(actor__last_name__icontains=word)
            | Q(actor__email__icontains=word)
        )
    for name, field in _FIELDS.items():
        if wanted.get(name):
            found = found.filter(**{field: wanted[name]})
    if first := wanted.get("first"):
        found = found.filter(at__gte=_midnight(first, reach))
    if last := wanted.get("last"):
        found = found.filter(at__lt=_midnight(last + ONE_DAY, reach))
    return found.exclude(actor=reach.user) if wanted.get("others") else found


_FIELDS = {"verb": "verb", "thing": "subject", "one": "subject_pk", "since": "at__gte"}


def _midnight(day: dt.date, reach: Reach) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=reach.district.zone)


@dataclass(frozen=True)
class Standing:
    """How the trail is sealed: the last seal, how many events wait for the next, and whether it
    should have come by now.
    """

    last: AuditSeal | None
    waiting: int
    is_late: bool


def standing(reach: Reach) -> Standing:
    """At most 2 queries."""
    seals = AuditSeal.objects.reachable(reach).defer("links")
    last = seals.order_by("-number").first()
    waiting = AuditEvent.objects.reachable(reach).order_by()
    if last is not None:
        waiting = waiting.filter(at__gt=last.sealed_at)
    moments = list(waiting.values_list("at", flat=True)[:1001])
    is_late = any(at < timezone.now() - OVERDUE for at in moments)
    return Standing(last, len(moments), is_late)

"""How the letters of a district stand, for the page on which somebody looks after them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from roles.access import Reach
from roles.models import Letter, OwedStatus
from roles.models.letters import LATE_AFTER, SET_ASIDE

LOOKED_BACK = dt.timedelta(days=30)


@dataclass(frozen=True)
class Heap:
    """One kind of letters: its key in the address, its words, how many, what it means."""

    key: str
    label: str
    number: int
    says: str


# key, label, what it means
HEAPS = (
    ("due", "due now", "They go out within seconds, unless they are late."),
    (
        "late",
        "late",
        "Due for more than 15 minutes. They are tried again by themselves.",
    ),
    (
        "unsure",
        "not known",
        "Their worker ended, or the mail server fell silent, meanwhile.",
    ),
    (
        "failed",
        "failed",
        "The mail server will not take them. Put right what it says first.",
    ),
    ("expired", "expired", "Not sent in time. What they say may no longer be so."),
    (
        "doubled",
        "perhaps twice",
        "Sent once more: nobody could tell whether the first arrived.",
    ),
    ("aside", "set aside", "Somebody decided that they are not to be sent."),
)
UNSENT = (OwedStatus.WAITING, OwedStatus.RUNNING, OwedStatus.UNSURE)


def heaps(reach: Reach) -> list[Heap]:
    """All kinds with their numbers, in one query."""
    wanted = {key: Count("pk", filter=_which(key)) for key, _, _ in HEAPS}
    found = _looked_at(reach).aggregate(**wanted)
    return [Heap(key, label, found[key], says) for key, label, says in HEAPS]


def heap(reach: Reach, key: str) -> QuerySet[Letter]:
    """The letters of one kind, the newest first. KeyError for a kind that is none."""
    found: QuerySet[Letter] = _looked_at(reach).filter(_which(key)).order_by("-due_at", "-pk")
    return found


def _looked_at(reach: Reach) -> QuerySet[Letter]:
    """What is unsent, of any age, and what ended lately."""
    since = timezone.now() - LOOKED_BACK
    found: QuerySet[Letter] = Letter.objects.reachable(reach).filter(
        Q(status__in=UNSENT) | Q(due_at__gte=since)
    )
    return found


def _which(key: str) -> Q:
    now = timezone.now()
    return {
        "due": Q(status__in=UNSENT, due_at__lte=now),
        "late": Q(status__in=UNSENT, due_at__lt=now - LATE_AFTER),
        "unsure": Q(status=OwedStatus.UNSURE),
        "failed": Q(status=OwedStatus.FAILED),
        "expired": Q(status=OwedStatus.EXPIRED),
        "doubled": Q(may_be_doubled=True, status=OwedStatus.DONE),
        "aside": Q(status=OwedStatus.CANCELLED, last_error__startswith=SET_ASIDE),
    }[key]

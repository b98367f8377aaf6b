"""Sealing the audit trail: every few minutes the new events of each district are chained.

Writers never wait for it. Runs outside the wall, as the owner of the tables: whoever works behind
it can make no seal. A transaction may commit events after later ones were sealed; they come into
the next seal, so for a while all recent events are looked at and not only the newest.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from roles.audit_chain import START, chained, seal_hash
from roles.models import AuditEvent, AuditSeal, District

log = logging.getLogger("roles.audit")
AT_ONCE = 1000
LATE = dt.timedelta(hours=1)  # no transaction takes longer


def seal_everywhere() -> int:
    """Seal what is new in all districts. How many events."""
    return sum(seal(district) for district in District.objects.values_list("pk", flat=True))


def seal(district_pk: int) -> int:
    """Seal all that is new in one district, in batches. How many events; 0 where another worker
    is at it.
    """
    sealed = 0
    while made := _seal_once(district_pk):
        sealed += len(made.links["events"])
        # A chain that somebody wrote anew as a whole does not end in what the log says.
        log.info(
            "audit seal: district %s, number %s, %s events, %s",
            district_pk, made.number, len(made.links["events"]), made.hash,
        )  # fmt: skip
    return sealed


@transaction.atomic
def _seal_once(district_pk: int) -> AuditSeal | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, district_pk])
        if cursor.fetchone() != (True,):
            return None
    last = AuditSeal.objects.filter(district=district_pk).order_by("-number").first()
    events = list(_unsealed(district_pk, last)[:AT_ONCE])
    if not events:
        return None
    through = max([events[-1].pk, last.links["through"] if last else 0])
    # The chain goes on where the last one ended.
    previous = last.hash if last else START
    links = {"through": through, "events": chained(previous, events)}
    number, now = (last.number + 1 if last else 1), timezone.now()
    return AuditSeal.objects.create(
        district_id=district_pk,
        number=number,
        sealed_at=now,
        previous=previous,
        links=links,
        hash=seal_hash(number, previous, now.timestamp(), links),
    )


_LOCK = 0x5EA1  # among the advisory locks of this database


def _unsealed(district_pk: int, last: AuditSeal | None) -> models.QuerySet[AuditEvent]:
    events = AuditEvent.objects.filter(district=district_pk).order_by("pk")
    if last is None:
        return events
    since = last.sealed_at - LATE
    lately = AuditSeal.objects.filter(district=district_pk, sealed_at__gte=since - LATE)
    known = _events_of(lately)
    return events.filter(Q(pk__gt=last.links["through"]) | Q(at__gte=since)).exclude(pk__in=known)


def _events_of(seals: Iterable[AuditSeal]) -> list[int]:
    return [pk for each in seals for pk, _ in each.links["events"]]

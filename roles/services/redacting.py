"""Taking the name of a deleted person out of the audit trail: what was done stays, and its seal.

Runs outside the wall, as the owner of the tables: the database lets nobody else.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from roles.audit_chain import spoken, without
from roles.models import AuditEvent


@contextmanager
def audit_exception(act: str) -> Iterator[None]:
    """One of the three acts that the database lets the owner of the trail do, in a transaction of
    its own: "names", "old" (what is older than three years), "district <primary key>".
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.audit_exception', %s, true)", [act])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.audit_exception', '', true)")


def take_out(district_pk: int, words: Sequence[str]) -> int:
    """Replace these words in the details of a district's events. How many events held them."""
    wanted = [word for word in words if word]
    if not wanted:
        return 0
    told = Cast("detail", TextField())
    holding = functools.reduce(operator.or_, (Q(told__contains=word) for word in wanted))
    found = AuditEvent.objects.filter(district=district_pk).annotate(told=told).filter(holding)
    changed = 0
    with audit_exception("names"):
        for event in found.order_by("pk").iterator(500):
            result = without(event, lambda value: spoken(value, wanted))
            if result is None:
                continue
            detail, proof = result
            rows = AuditEvent.objects.filter(pk=event.pk)
            changed += rows.update(detail=detail, proof=proof, salt="")
    return changed

"""Positions with who holds them, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q

from roles.access import Reach
from roles.models import Position


@dataclass(frozen=True)
class Seat:
    """A position today. `holder` is a primary key, or None while it is vacant."""

    pk: int
    role_id: int
    key: str
    role: str
    seat: int
    holder: int | None
    name: str
    interim: bool

    @property
    def chip(self) -> str:
        if self.holder is None:
            return "vacant"
        return "interim" if self.interim else "filled"


def seats_of(reach: Reach, today: dt.date, **where: int) -> Sequence[Seat]:
    """The open positions of a place, in the order of roles. One query."""
    now = FilteredRelation(
        "assignments",
        condition=Q(assignments__starts_on__lte=today)
        & (Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=today)),
    )
    found = Position.objects.reachable(reach).active(today).filter(**where).annotate(now=now)
    rows = found.order_by("role__order", "seat", "pk").values_list(
        "pk",
        "role_id",
        "role__key",
        "role__title",
        "seat",
        "now__holder",
        F("now__holder__first_name"),
        F("now__holder__last_name"),
        F("now__holder__email"),
        "now__interim",
    )
    return [
        Seat(pk, role_id, key, role, seat, holder, named(first, last, email), bool(interim))
        for pk, role_id, key, role, seat, holder, first, last, email, interim in rows
    ]


def named(first: str | None, last: str | None, email: str | None) -> str:
    """As `str(user)` says it."""
    return f"{first or ''} {last or ''}".strip() or email or ""

"""Where a person's home is, and when they were there last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils import timezone

from roles.access import Access
from roles.capabilities import Capability
from roles.models import Assignment, HomeKind, HomePlace
from roles.models.homes import VISIT_ENDS_AFTER
from tutoring_admin.dashboards.homes.hats import Held, kinds_of

# Looks that follow each other sooner are not written down: a short visit is one write.
UNWRITTEN = VISIT_ENDS_AFTER / 2


@dataclass(frozen=True)
class Place:
    """The home of one person: the kind, if it is known, and all kinds to choose from.

    `before_at` is when the visit before this one ended, None on the first one.
    """

    pk: int
    kind: HomeKind | None
    kinds: tuple[HomeKind, ...]
    before_at: dt.datetime | None

    @property
    def others(self) -> tuple[HomeKind, ...]:
        return tuple(kind for kind in self.kinds if kind != self.kind)


def place_of(access: Access, levels: Collection[str], today: dt.date) -> Place:
    """One query; on the first visit three. Who only reads has no place: they get the auditor's."""
    if access.reads_only:
        return Place(0, HomeKind.AUDITOR, (HomeKind.AUDITOR,), None)
    reach = access.reach(Capability.HOME_VIEW)
    held = (
        Assignment.objects.reachable(reach)
        .filter(holder=access.user)
        .in_force(today)
        .order_by()
        .values(x=JSONObject(key=F("position__role__key"), level=F("position__role__level")))
    )
    mine = HomePlace.objects.reachable(reach).filter(user=access.user)
    found = mine.annotate(held=ArraySubquery(held))
    row: Any = found.first()
    if row is None:
        HomePlace.objects.get_or_create(district=access.district, user=access.user)
        row = found.get()
    kinds = kinds_of(access, levels, [Held(**each) for each in row.held])
    chosen = row.kind if row.kind in kinds else kinds[0] if len(kinds) == 1 else None
    return Place(row.pk, HomeKind(chosen) if chosen else None, kinds, _look(row))


def choose(place: Place, kind: HomeKind) -> None:
    HomePlace.objects.filter(pk=place.pk).update(kind=kind)


def _look(row: HomePlace) -> dt.datetime | None:
    """Note this look, and tell when the visit before ended.

    A visit ends when nobody looked for `VISIT_ENDS_AFTER`, half as long at the least: what is
    news may be told a few minutes too long, never too short.
    """
    now = timezone.now()
    if now - row.here_at < UNWRITTEN:
        return row.before_at
    is_new = now - row.here_at >= VISIT_ENDS_AFTER
    before_at = row.here_at if is_new else row.before_at
    # Of two looks at once the first one writes.
    HomePlace.objects.filter(pk=row.pk, here_at=row.here_at).update(
        here_at=now, before_at=before_at
    )
    return before_at

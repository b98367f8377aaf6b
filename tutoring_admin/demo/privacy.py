"""The demo's privacy: a time that the lead chose, a night that acted on it, a sealed trail."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roles.capabilities import Capability
from roles.models import RetentionKind
from roles.services import seals
from roles.services.audit import record_for, told_of
from tutoring_admin.demo.world import World
from tutoring_admin.systems.privacy.retention import choose

LETTERS = 180  # days


def build(world: World) -> None:
    """Comes last: what is built after it waits for the next seal."""
    if world.district.slug == "maple-valley":
        _chosen(world)
    seals.seal(world.district.pk)


def _chosen(world: World) -> None:
    by = world.reach(world.holder("PROGRAM_LEAD"), Capability.SYSTEMS_MANAGE)
    now = timezone.now()
    with told_of(now - dt.timedelta(days=33)):
        choose(RetentionKind.LETTERS, LETTERS, by=by)
    for days, rows in ((32, 214), (18, 37), (4, 12)):
        moment = now - dt.timedelta(days=days)
        before = (moment - dt.timedelta(days=LETTERS)).date().isoformat()
        told = {"what": str(RetentionKind.LETTERS.label), "rows": rows, "before": before}
        with told_of(moment):
            record_for(world.district, None, "retention.acted", world.district, **told)

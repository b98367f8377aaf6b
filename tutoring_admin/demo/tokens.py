"""The demo's API tokens: one that a data warehouse uses each night, and one that was ended."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roles.capabilities import Capability
from roles.models import ApiToken
from tutoring_admin.demo.world import ONE_DAY, World
from tutoring_admin.systems.tokens import services


def build(world: World) -> None:
    """Only in the larger district. Nobody learns their secrets, so that they open nothing."""
    if world.district.slug != "maple-valley":
        return
    by = world.reach(world.holder("PROGRAM_LEAD"), Capability.SYSTEMS_MANAGE)
    now = timezone.now()
    warehouse = _token(
        "District data warehouse",
        ["organization", "positions", "roadmap", "windows"],
        world.today + 190 * ONE_DAY,
        world,
    )
    ApiToken.objects.filter(pk=warehouse.pk).update(
        made_at=now - dt.timedelta(days=41), last_used_at=now - dt.timedelta(hours=6)
    )
    ended = _token("Dashboard trial", ["roadmap"], world.today + 60 * ONE_DAY, world)
    services.revoke(ended, by=by)
    ApiToken.objects.filter(pk=ended.pk).update(
        made_at=now - dt.timedelta(days=75), revoked_at=now - dt.timedelta(days=54)
    )


def _token(name: str, scopes: list[str], until: dt.date, world: World) -> ApiToken:
    by = world.reach(world.holder("PROGRAM_LEAD"), Capability.SYSTEMS_MANAGE)
    services.make(name, scopes, until, by=by)
    return ApiToken.objects.get(district=world.district, name=name)

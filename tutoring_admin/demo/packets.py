"""The demo's packets: one for last month's board meeting, and an annex for a funder."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from roles.capabilities import Capability
from selfassessment.models import GuestLink
from tutoring_admin.demo.world import ONE_DAY, World
from tutoring_admin.packets import services
from tutoring_admin.packets.asked import Typed

PURPOSE = (
    "Every student who needs tutoring is taught by someone who is well led: people know their part,"
    " practice is checked, and the plan of the year is kept."
)


def build(world: World) -> None:
    """Only in the larger district: the other one has just begun."""
    if world.district.slug != "maple-valley":
        return
    _board(world)
    _grant(world)


def _board(world: World) -> None:
    """Published last month; the board reads it at an address that still works, a guest's ended."""
    by = world.reach(world.holder("PROGRAM_LEAD"), Capability.PACKET_PUBLISH)
    day = world.today - 32 * ONE_DAY
    typed = Typed(
        PURPOSE,
        "$214,000 of the $640,000 for this school year is spent. Title I pays 60 percent of it, the"
        " general fund the rest.",
        "The two vacant seats at Hillcrest are advertised.",
    )
    seen = services.draft("board", typed, by=by, day=day).sha256
    packet = services.publish("board", typed, seen=seen, by=by, day=day)
    services.invite(packet, "Members of the school board", world.today + 28 * ONE_DAY, by=by)
    services.invite(packet, "Reporter of the Valley Courier", world.today + 7 * ONE_DAY, by=by)
    board, courier = GuestLink.objects.filter(packet=packet).order_by("pk")
    services.revoke(courier, by=by)
    GuestLink.objects.filter(pk=board.pk).update(
        opened=11,
        made_at=timezone.now() - dt.timedelta(days=31),
        last_opened_at=timezone.now() - dt.timedelta(days=3),
    )


def _grant(world: World) -> None:
    by = world.reach(world.holder("PROGRAM_LEAD"), Capability.PACKET_PUBLISH)
    day = world.today - 12 * ONE_DAY
    typed = Typed(
        PURPOSE,
        "Of the grant of $180,000, $61,500 is spent: coaching $48,000, learning sessions $13,500.",
        "Report of the first quarter to the Valley Foundation.",
    )
    seen = services.draft("grant", typed, by=by, day=day).sha256
    services.publish("grant", typed, seen=seen, by=by, day=day)

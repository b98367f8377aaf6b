"""The demo's own templates: one in use, one of an earlier year that is put away."""

from __future__ import annotations

import datetime as dt

from roadmap.models import RoadmapTemplate
from roadmap.services import templates
from roles.capabilities import Capability
from tutoring_admin.demo.world import World

MADE = dt.timedelta(weeks=5)
SECOND_HALF = ("P4", "P5", "P6")


def build(world: World) -> None:
    """In the district that has a roadmap in mid-year; the fresh one starts from the library."""
    if world.district.slug == "cedar-falls":
        return
    lead = world.holder("PROGRAM_LEAD")
    by = world.reach(lead, Capability.ROADMAP_MANAGE)
    found = templates.saveable(world.year, by)
    templates.save(
        world.year,
        name="Maple Valley, whole year",
        note="As it runs this year, with the changes the team agreed on in August.",
        chosen={m.pk for m in found},
        by=by,
    )
    old = templates.save(
        world.year,
        name="From launch to close, pilot year",
        note="Twelve schools were six then. Kept to read.",
        chosen={m.pk for m in found if m.phase.key in SECOND_HALF},
        by=by,
    )
    templates.put_away(old, by=by)
    made_at = dt.datetime.combine(world.today - MADE, dt.time(10, 20), world.district.zone)
    RoadmapTemplate.objects.filter(district=world.district).update(made_at=made_at)

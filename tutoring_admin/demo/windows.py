"""The demo's windows ahead: Maple Valley has planned its year, Cedar Falls is about to."""

from __future__ import annotations

from checklists.forms.asked import askable
from checklists.models import Window
from checklists.planning import Rhythm
from checklists.services.year_plan import plan_windows, proposals
from roles.capabilities import Capability
from tutoring_admin.demo.world import World


def build(world: World) -> None:
    """Plan the months ahead as the page "Plan the year" proposes them."""
    if world.district.slug == "cedar-falls":
        return
    by = world.reach(world.holder("PROJECT_MANAGER"), Capability.CHECKLIST_MANAGE)
    world.year.district = world.district
    plan = proposals(
        world.year,
        list(askable(by).values()),
        list(Window.objects.filter(district=world.district)),
        rhythm=Rhythm.MONTHLY,
        meetings=None,
    )
    if plan.proposals:
        windows = [
            Window(
                school_year=world.year,
                label=each.label,
                kind=each.kind,
                opens_on=each.opens_on,
                closes_on=each.closes_on,
                only=list(each.only),
            )
            for each in plan.proposals
        ]
        plan_windows(windows, by=by)

"""What the demo's districts settle before they begin: one long since, one in its first month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from roadmap.models import BeginningItem
from tutoring_admin.dashboards.guide.content import guide
from tutoring_admin.demo.world import World


@dataclass(frozen=True)
class Item:
    """One thing to settle: settled so many days after the year began, or open. `key`: ours."""

    text: str = ""
    key: str = ""
    note: str = ""
    settled: int | None = None


LISTS: dict[str, tuple[Item, ...]] = {
    "maple-valley": (
        Item(key="strategy", note="Goal 2 of the district plan. Board minutes of July.", settled=9),
        Item(
            key="goals", note="Reading, grades 2 to 5: half of those behind catch up.", settled=16
        ),
        Item(key="approach", note="With a provider, two years to begin with.", settled=20),
        Item("The schools of the first year are chosen.", note="All twelve.", settled=24),
        Item(
            "It is decided who pays once the state grant ends.",
            note="Finance brings two ways to the cabinet in spring.",
        ),
    ),
    "cedar-falls": (
        Item(key="strategy", note="Written into the plan at the summer retreat.", settled=12),
        Item(key="goals", note="Math, grades 6 and 7. The number is still open."),
        Item(key="approach", note="By ourselves, with two retired teachers a school.", settled=20),
    ),
}


def build(world: World) -> None:
    """The list of the district, settled by its program lead."""
    ours = {each.key: each.text for each in guide().beginning}
    lead = world.holder("PROGRAM_LEAD")
    for order, item in enumerate(LISTS.get(world.district.slug, ()), 1):
        on = _day(world, item.settled)
        BeginningItem.objects.create(
            district=world.district,
            key=item.key,
            text=item.text or ours[item.key],
            note=item.note,
            order=order,
            settled_on=on,
            settled_by=lead if on else None,
        )


def _day(world: World, after: int | None) -> dt.date | None:
    """So many days into the school year, at the latest today."""
    if after is None:
        return None
    return min(world.year.starts_on + dt.timedelta(days=after), world.today)

"""The home of a site lead or a principal: the next actions, and the school at a glance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from roles.access import Access
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import Level, School, SchoolYear
from roles.waits import Wait
from tutoring_admin.dashboards.homes import supervised
from tutoring_admin.dashboards.homes.dates import Date, next_dates
from tutoring_admin.dashboards.homes.supervised import SchoolRow, WindowOnShow
from tutoring_admin.dashboards.waits import Seat, Waits, waits_of

NEXT, SCHOOLS = 3, 5
AT_SCHOOLS = (Level.SITE, Level.COACHING)


@dataclass(frozen=True)
class Home:
    """What waits, and one row for each school of this person (of more than five the first)."""

    waits: Waits
    window: WindowOnShow | None
    schools: Sequence[SchoolRow]
    dates: Sequence[Date]

    @property
    def next(self) -> Sequence[Wait]:
        return self.waits.asked[:NEXT]

    @property
    def rest(self) -> Sequence[Wait]:
        return self.waits.asked[NEXT:]


def home(access: Access, year: SchoolYear | None, today: dt.date) -> Home:
    """Seven queries at most, three while nothing changes in the district; one more for someone
    without a position.
    """
    reach = access.reach(Capability.CHECKLIST_VIEW)
    kept = Keep.of(reach, today) if reach else None
    waits = waits_of(access, today, kept)
    schools = _schools(access, waits.held)
    found = supervised.figures(access, year, today, kept) if kept else _NOTHING
    return Home(
        waits=waits,
        window=found.window,
        schools=supervised.rows(schools, found, year),
        dates=next_dates(access, waits.seats, [pk for pk, _ in schools], today),
    )


_NOTHING = supervised.Figures()


def _schools(access: Access, held: Sequence[Seat]) -> list[tuple[int, str]]:
    """Where they hold a position; without one, where their access is."""
    found = {
        seat.school_id: seat.school or ""
        for seat in held
        if seat.school_id and seat.level in AT_SCHOOLS
    }
    if found:
        return list(found.items())[:SCHOOLS]
    near = School.objects.reachable(access.reach(Capability.CHECKLIST_WORK))
    return list(near.order_by("name", "pk").values_list("pk", "name")[:SCHOOLS])

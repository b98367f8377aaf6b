"""The supervisor's home: my schools in a row each, second ratings due, notes of visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from roadmap.models import SchoolVisit
from roles.access import Access
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import SchoolYear
from roles.waits import Wait
from tutoring_admin.dashboards.homes import supervised
from tutoring_admin.dashboards.homes.links import Link, to
from tutoring_admin.dashboards.homes.supervised import SchoolRow, WindowOnShow
from tutoring_admin.dashboards.waits import Waits, waits_of

SHOWN, SECOND, NOTES = 15, 8, 3
OBSERVE = "observe"  # the kind of what waits: a form to fill in as observer


@dataclass(frozen=True)
class Home:
    """`rows` are the first of `schools_count` schools, those that ask for attention before the
    others; `calling` is how many of all do.
    """

    waits: Waits
    window: WindowOnShow | None
    rows: Sequence[SchoolRow]
    schools_count: int
    calling: int
    schools_link: Link
    calling_link: Link
    notes: Sequence[SchoolVisit]
    may_write: bool

    @property
    def second_ratings(self) -> int:
        return len(self.waits.of(OBSERVE)) + self.waits.hidden.get(OBSERVE, 0)

    @property
    def observed(self) -> Sequence[Wait]:
        return self.waits.of(OBSERVE)[:SECOND]

    @property
    def other_waits(self) -> Sequence[Wait]:
        return [row for row in self.waits.asked if row.kind != OBSERVE]


def home(access: Access, year: SchoolYear | None, today: dt.date) -> Home:
    """Eight queries at most; three while nothing changes in the district."""
    reach = access.reach(Capability.CHECKLIST_VIEW)
    kept = Keep.of(reach, today)
    found = supervised.figures(access, year, today, kept)
    rows = supervised.rows(supervised.my_schools(access, today, kept), found, year)
    notes = SchoolVisit.objects.reachable(reach).select_related("school").filter(by=access.user.pk)
    return Home(
        waits=waits_of(access, today, kept),
        window=found.window,
        rows=supervised.calling_first(rows, today)[:SHOWN],
        schools_count=len(rows),
        calling=sum(row.calls(today) for row in rows),
        schools_link=to("dashboards:my-schools"),
        calling_link=to("dashboards:my-schools", calls=1),
        notes=list(notes[:NOTES]),
        may_write=bool(access.reach(Capability.VISIT_WRITE)),
    )

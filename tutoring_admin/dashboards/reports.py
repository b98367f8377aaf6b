"""The whole program at a glance: frozen answers out of all apps below, a constant query count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from checklists.models import Window
from checklists.reports import progress as checklist_reports
from checklists.reports.progress import WindowProgress
from roadmap import reports as roadmap_reports
from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import Level, SchoolYear
from tutoring_admin.dashboards.waits import Waits, waits_of


@dataclass(frozen=True)
class LevelProgress:
    """The self forms of all roles of one level."""

    level: Level
    expected: int
    submitted: int


@dataclass(frozen=True)
class Desk:
    """What waits on one person, and what they may see of the rest."""

    waits: Waits
    milestones: roadmap_reports.Counts
    late: Sequence[roadmap_reports.Line]
    upcoming: Sequence[roadmap_reports.Line]
    window: WindowProgress | None

    @property
    def window_levels(self) -> list[LevelProgress]:
        """The window's roles added up by level; levels without a form are left out."""
        roles = self.window.roles if self.window else ()
        by_level = {level: [r for r in roles if r.level == level] for level in Level}
        return [
            LevelProgress(level, sum(r.expected for r in own), sum(r.submitted for r in own))
            for level, own in by_level.items()
            if own
        ]


def window_on_show(reach: Reach, today: dt.date) -> WindowProgress | None:
    """The open window (of several, the one that closes first), else the last one that closed."""
    windows = Window.objects.reachable(reach)
    running = windows.open_on(today).order_by("closes_on", "pk")[:1]
    over = windows.closed_on(today).order_by("-closes_on", "-pk")[:1]
    found = list(running) or list(over)
    return checklist_reports.progress_of(found, reach)[0] if found else None


def desk(access: Access, year: SchoolYear | None, today: dt.date) -> Desk:
    """The home page of anyone: own work first, then as much of the rest as they may see."""
    plan = access.reach(Capability.ROADMAP_VIEW)
    overview = access.reach(Capability.CHECKLIST_VIEW)
    program = access.reach(Capability.DASHBOARD_VIEW)
    return Desk(
        waits=waits_of(access, today),
        milestones=roadmap_reports.counts(program, year, today),
        late=roadmap_reports.late(program, year, today) if year else (),
        upcoming=roadmap_reports.upcoming(plan, year, today) if year else (),
        window=window_on_show(overview, today) if overview else None,
    )

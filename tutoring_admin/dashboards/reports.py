"""The whole program at a glance: frozen answers out of all apps below, a constant query count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from checklists.models import Window
from checklists.reports import progress as checklist_reports
from checklists.reports.progress import WindowProgress
from roadmap import reports as roadmap_reports
from roles import reports as role_reports
from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import JobDescriptionVersion, Level, SchoolYear
from selfassessment import reports as assessment_reports
from tutoring_admin.dashboards.waits import Waits, waits_of

A_MONTH = dt.timedelta(days=30)


@dataclass(frozen=True)
class LevelProgress:
    """The self forms of all roles of one level."""

    level: Level
    expected: int
    submitted: int


@dataclass(frozen=True)
class Brief:
    """What an executive champion reads before a meeting.

    `window` is the open one, else the last; `closed` are the last two that closed, newest first:
    how many are at standard is told of those.
    """

    coverage: role_reports.Coverage
    coverage_before: role_reports.Coverage
    acknowledged: role_reports.Acknowledged
    published: int
    newest: JobDescriptionVersion | None
    window: WindowProgress | None
    closed: Sequence[WindowProgress]
    milestones: roadmap_reports.Counts
    upcoming: Sequence[roadmap_reports.Line]
    late: Sequence[roadmap_reports.Line]
    assessment: assessment_reports.Summary

    @property
    def filled_change(self) -> int:
        return self.coverage.filled - self.coverage_before.filled

    @property
    def at_standard(self) -> WindowProgress | None:
        """The last closed window, if it tells how many are at standard."""
        told = [each for each in self.closed[:1] if each.percent_at_standard is not None]
        return told[0] if told else None

    @property
    def standard_change(self) -> int | None:
        """In points, from the window before; None where one of the two does not tell."""
        told = [each.percent_at_standard for each in self.closed]
        if len(told) < 2 or told[0] is None or told[1] is None:
            return None
        return told[0] - told[1]


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


def brief(reach: Reach, year: SchoolYear | None, today: dt.date) -> Brief:
    """The champion's five figures and the dates around them."""
    versions = JobDescriptionVersion.objects.reachable(reach).published()
    window, closed = windows_on_show(reach, today)
    return Brief(
        coverage=role_reports.coverage(reach, today),
        coverage_before=role_reports.coverage(reach, today - A_MONTH),
        acknowledged=role_reports.acknowledged(reach, today),
        published=role_reports.published_count(reach),
        newest=versions.order_by("-published_at").first(),
        window=window,
        closed=closed,
        milestones=roadmap_reports.counts(reach, year, today),
        upcoming=roadmap_reports.upcoming(reach, year, today) if year else (),
        late=roadmap_reports.late(reach, year, today) if year else (),
        assessment=assessment_reports.summary(reach, today),
    )


def windows_on_show(
    reach: Reach, today: dt.date
) -> tuple[WindowProgress | None, Sequence[WindowProgress]]:
    """The open window (of several, the one that closes first), else the last one that closed; and
    the last two that closed, newest first.
    """
    windows = Window.objects.reachable(reach)
    running = windows.open_on(today).order_by("closes_on", "pk")[:1]
    over = windows.closed_on(today).order_by("-closes_on", "-pk")[:2]
    found = [*running, *over]
    progress = checklist_reports.progress_of(found, reach) if found else []
    closed = progress[len(progress) - len(over) :]
    return (progress[0] if progress else None), closed


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
        window=windows_on_show(overview, today)[0] if overview else None,
    )

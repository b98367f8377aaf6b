"""The facts of the year's plan of learning: its levels, its sessions and who came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import (
    Count,
    Q,
)
from django.utils import timezone

from roadmap.learning_reports.changes import changes_of
from roadmap.learning_reports.plan import plan_of
from roadmap.learning_reports.sessions import with_counts
from roadmap.learning_reports.standings import standings
from roadmap.learning_reports.topics import learned
from roadmap.models import Attendance, LearningLine, LearningSession, SessionState
from roles.access import Reach
from roles.models import (
    SchoolYear,
)
from selfassessment.facts import (
    HeldSession,
    Learning,
    LevelLearning,
)


def learning_of(reach: Reach, today: dt.date) -> Learning | None:
    """The plan of the school year that holds the day; None where it has no line."""
    planned = LearningLine.objects.reachable(reach).filter(
        ended_at=None, school_year__starts_on__lte=today, school_year__ends_on__gte=today
    )
    line = planned.select_related("school_year").first()
    if line is None:
        return None
    year = line.school_year
    plan = plan_of(reach, year, today)
    people = standings(reach, year, today)
    sessions = tuple(_sessions(reach, year))
    came, marked = _came_by_level(reach, year)
    changes = changes_of(year)
    first = dt.datetime.combine(year.first_student_day, dt.time(), tzinfo=reach.district.zone)
    return Learning(
        year=year.name,
        changed_on=timezone.localdate(max(changes)) if changes else year.starts_on,
        levels=tuple(
            LevelLearning(
                label=level.label,
                lines=len(level.lines),
                planned=level.planned,
                held=level.held,
                came=came.get(level.key, 0),
                marked=marked.get(level.key, 0),
                last_on=level.last_on,
                quiet=level.quiet,
                has_seats=level.seats > 0,
            )
            for level in plan.levels
        ),
        sessions=sessions,
        people=len(people),
        on_pace=sum(row.is_on_pace for row in people),
        from_checklists=len(learned(reach, year)),
        changed_mid_year=any(at >= first for at in changes_of(year, lines=True)),
    )


def _sessions(reach: Reach, year: SchoolYear) -> Iterator[HeldSession]:
    """Held ones with their attendance, newest first."""
    held = LearningSession.objects.reachable(reach).filter(
        line__school_year=year, state=SessionState.HELD
    )
    for each in with_counts(held).select_related("line").order_by("-on", "-pk"):
        came, marked = getattr(each, "came", 0), getattr(each, "marked", 0)
        yield HeldSession(each.pk, each.name, each.on, came, marked)


def _came_by_level(reach: Reach, year: SchoolYear) -> tuple[dict[str, int], dict[str, int]]:
    marks = Attendance.objects.reachable(reach).filter(
        session__line__school_year=year, session__state=SessionState.HELD
    )
    rows = (
        marks.order_by()
        .values("session__line__level")
        .annotate(came=Count("pk", filter=Q(present=True)), marked=Count("pk"))
        .values_list("session__line__level", "came", "marked")
    )
    found = list(rows)
    return {level: n for level, n, _ in found}, {level: n for level, _, n in found}

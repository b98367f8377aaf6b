"""The facts of the year's plan of learning: its levels, its sessions and who came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_date

from roadmap.learning_reports.changes import changes
from roadmap.learning_reports.lines import targets_of
from roadmap.learning_reports.pace import LineDue, pace_of
from roadmap.learning_time import is_quiet
from roadmap.models import (
    Attendance,
    CoachingEntry,
    LearningLevel,
    LearningLine,
    LearningSession,
    LineAudience,
    SessionState,
    SessionTopic,
)
from roles.access import Reach
from roles.keeping import Keep
from roles.models import SchoolYear
from selfassessment.facts import HeldSession, Learning, LevelLearning, Role

NEWEST = 5  # sessions told one by one; the rest stand in the figures of their level
HELD = SessionState.HELD


def learning_of(
    reach: Reach, today: dt.date, roles: Collection[Role], year: SchoolYear | None, keep: Keep
) -> Learning | None:
    """The plan of the school year that holds the day; None where it has no line. Three queries,
    one without a plan, one fewer where the caller knows the `year` already. What does not depend
    on who holds which position is kept by itself.
    """
    going = LearningLine.objects.reachable(reach).filter(school_year=OuterRef("pk"), ended_at=None)
    if year is None:
        year = SchoolYear.objects.reachable(reach).on(today).filter(Exists(going)).first()
    lines = _kept_lines(keep, reach, year) if year else ()
    if year is None or all(line.ended_at for line in lines):
        return None
    plan = lines[0]  # what is true of the plan stands in each of its lines
    pace = pace_of(reach, year, list(_due(lines, roles, year)), today)
    return Learning(
        year=year.name,
        changed_on=timezone.localdate(plan.changed_at) if plan.changed_at else year.starts_on,
        levels=tuple(_levels(lines, roles, year, today)),
        held=sum(_figure(line, "held") for line in lines),
        sessions=tuple(_session(each) for each in plan.newest),
        people=pace.people,
        on_pace=pace.on_pace,
        from_checklists=plan.topics or 0,
        changed_mid_year=plan.changed_since,
    )


def _kept_lines(keep: Keep, reach: Reach, year: SchoolYear) -> tuple[Any, ...]:
    return keep.get(f"lines of plan {year.pk}", lambda: tuple(_lines(reach, year)))


def _lines(reach: Reach, year: SchoolYear) -> Any:
    """Every line with what was held of it, and besides, looked up once, the plan as a whole."""
    first = dt.datetime.combine(year.first_student_day, dt.time(), tzinfo=reach.district.zone)
    sessions = LearningSession.objects.reachable(reach).filter(state=HELD).order_by()
    of_line = sessions.filter(line=OuterRef("pk")).values("line")
    marks = Attendance.objects.reachable(reach).filter(
        session__line=OuterRef("pk"), session__state=HELD
    )
    of_marks = marks.order_by().values("session__line")
    audience = LineAudience.objects.reachable(reach).filter(line=OuterRef("pk")).order_by()
    held = JSONObject(held=Count("pk"), last=Max("on"))
    came = JSONObject(came=Count("pk", filter=Q(present=True)), marked=Count("pk"))
    return (
        LearningLine.objects.reachable(reach)
        .filter(school_year=year)
        .annotate(
            role_pks=ArraySubquery(audience.values("role")),
            of_sessions=Subquery(of_line.annotate(told=held).values("told")),
            of_marks=Subquery(of_marks.annotate(told=came).values("told")),
            changed_at=Subquery(changes(year).order_by("-at").values("at")[:1]),
            changed_since=Exists(changes(year, lines=True).filter(at__gte=first)),
            newest=ArraySubquery(_newest(sessions.filter(line__school_year=year))),
            topics=Subquery(_topics(reach, year)),
            talks=ArraySubquery(_last_talks(reach, year)),
        )
    )


def _newest(sessions: QuerySet[LearningSession]) -> QuerySet[LearningSession, Any]:
    marks = Attendance.objects.filter(session=OuterRef("pk")).order_by().values("session")
    came = JSONObject(came=Count("pk", filter=Q(present=True)), marked=Count("pk"))
    told = JSONObject(
        pk="pk",
        title="title",
        topic="line__topic",
        on="on",
        marks=Subquery(marks.annotate(told=came).values("told")),
    )
    return sessions.order_by("-on", "-pk").values_list(told)[:NEWEST]


def _topics(reach: Reach, year: SchoolYear) -> QuerySet[SessionTopic, Any]:
    """How many topics that grew from low items a session was held with."""
    found = SessionTopic.objects.reachable(reach).filter(
        session__line__school_year=year, session__state=HELD
    )
    return found.order_by().values("district").annotate(n=Count("pk")).values("n")


def _last_talks(reach: Reach, year: SchoolYear) -> QuerySet[CoachingEntry, Any]:
    """The day of the last coaching talk by level; a figure, whoever may read the talks."""
    talks = CoachingEntry.objects.reachable(reach).filter(
        on__gte=year.starts_on, on__lte=year.ends_on
    )
    told = JSONObject(level="coached__role__level", last=Max("on"))
    by_level = talks.order_by().values("coached__role__level")
    return by_level.annotate(told=told).values("told")


def _session(told: dict[str, Any]) -> HeldSession:
    marks = told["marks"] or {}
    return HeldSession(
        pk=told["pk"],
        title=told["title"] or told["topic"],
        held_on=_day(told["on"]),
        came=marks.get("came", 0),
        marked=marks.get("marked", 0),
    )


def _due(lines: Sequence[Any], roles: Collection[Role], year: SchoolYear) -> Iterator[LineDue]:
    raters = {role.pk for role in roles if role.checklist}
    for line in lines:
        if line.ended_at is None:
            audience = {*line.role_pks, *(raters if line.for_raters else ())}
            yield LineDue(frozenset(audience), line.minutes_each, targets_of(line, year))


def _levels(
    lines: Sequence[Any], roles: Collection[Role], year: SchoolYear, today: dt.date
) -> Iterator[LevelLearning]:
    talked_on = {each["level"]: _day(each["last"]) for each in lines[0].talks}
    for key, label in LearningLevel.choices:
        own = [line for line in lines if line.level == key]
        going = [line for line in own if line.ended_at is None]
        met_on = [_day(line.of_sessions["last"]) for line in own if line.of_sessions]
        last_on = max([*met_on, *filter(None, [talked_on.get(key)])], default=None)
        has_seats = any(role.level == key and role.positions for role in roles)
        is_on = has_seats and today <= year.last_student_day
        yield LevelLearning(
            label=label,
            lines=len(going),
            planned=sum(line.sessions for line in going),
            held=sum(_figure(line, "held") for line in going),
            came=sum((line.of_marks or {}).get("came", 0) for line in own),
            marked=sum((line.of_marks or {}).get("marked", 0) for line in own),
            last_on=last_on,
            quiet=is_on and is_quiet(today, year.first_student_day, last_on),
            has_seats=has_seats,
        )


def _figure(line: Any, name: str) -> int:
    figures: dict[str, int] = line.of_sessions or {}
    return figures.get(name, 0)


def _day(date: str) -> dt.date:
    found = parse_date(date)
    assert found  # noqa: S101 -- JSON of a date column
    return found

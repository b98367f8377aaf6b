"""The tables of the plan of learning, of who was there, and of coaching."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from roadmap.learning_reports.plan import PACES, plan_of
from roadmap.learning_reports.standings import PersonRow, narrowed, narrows, standings
from roadmap.models import Attendance, CoachingEntry, LearningLevel, LearningLine, LearningSession
from roles.capabilities import Capability
from roles.tables.registry import Asked, Column, Rows, Table

VIEW, WORK, MANAGE = Capability.ROADMAP_VIEW, Capability.ROADMAP_WORK, Capability.ROADMAP_MANAGE


def _on_show(asked: Asked) -> QuerySet[LearningLine]:
    """The lines of the plan that the page shows: with `?pace=` those that are so."""
    found = LearningLine.objects.reachable(asked.reach(VIEW)).filter(school_year=asked.year)
    pace = asked.given.get("pace", "")
    if asked.year is None or pace not in PACES:
        return found
    plan = plan_of(asked.reach(VIEW), asked.year, asked.today)
    return found.filter(pk__in=[row.line.pk for row in plan.narrowed(pace).lines])


def _lines(asked: Asked) -> Rows:
    found = _on_show(asked)
    held = Count("held_sessions", filter=Q(held_sessions__state="held"))
    named = found.select_related("lead").prefetch_related("audience").annotate(held=held)
    return named.order_by("level", "order", "pk")


def _sessions(asked: Asked) -> Rows:
    found = LearningSession.objects.reachable(asked.reach(VIEW))
    named = found.filter(line__in=_on_show(asked)).select_related(
        "line", "school", "leader__role", "leader__school", "leader__department"
    )
    there = Count("attendance", filter=Q(attendance__present=True))
    return named.annotate(there=there, marked=Count("attendance")).order_by("on", "at", "pk")


def _attendance(asked: Asked) -> Rows:
    found = Attendance.objects.reachable(asked.reach(MANAGE))
    found = found.filter(session__line__school_year=asked.year)
    if narrows(asked.given):
        found = found.filter(attendee__in=[row.person.pk for row in _hours(asked)])
    named = found.select_related(
        "session__line", "position__role", "position__school", "position__department", "attendee"
    )
    return named.order_by("session__on", "session", "position__role__order", "position", "pk")


def _hours(asked: Asked) -> Sequence[PersonRow]:
    if asked.year is None:
        return []
    return narrowed(standings(asked.reach(MANAGE), asked.year, asked.today), asked.given)


def _talks(asked: Asked) -> Rows:
    found = CoachingEntry.objects.reachable(asked.reach(VIEW)).readable_by(asked.access)
    return found.select_related(
        "coach", "coached_person", "coached__role", "coached__school", "coached__department", "line"
    )


def _in_hours(minutes: int) -> float:
    return round(minutes / 60, 2)


def _levels(row: PersonRow) -> str:
    labels = dict(LearningLevel.choices)
    return ", ".join(sorted(str(labels[level]) for level in row.levels))


LEARNING_PLAN = Table(
    "learning-plan",
    "Plan of learning",
    "A line of the year's plan of learning.",
    "roadmap:learning",
    VIEW,
    (
        Column("Level", lambda row: row.get_level_display(), 20),
        Column("Topic", lambda row: row.topic, 50),
        Column("Format", lambda row: row.format, 24),
        Column("For", lambda row: ", ".join(str(each) for each in row.audience.all()), 44),
        Column("Led by", lambda row: row.lead, 30),
        Column("Rhythm", lambda row: row.get_cadence_display(), 18),
        Column("Sessions planned", lambda row: row.sessions, 17),
        Column("Minutes each", lambda row: row.minutes_each, 13),
        Column("Sessions held", lambda row: row.held, 14),
        Column("Indicator", lambda row: row.indicator, 10),
        Column("Ended", lambda row: row.ended_at, 20),
    ),
    _lines,
)
LEARNING_SESSIONS = Table(
    "learning-sessions",
    "Sessions of learning",
    "A session of the school year, with how many were there.",
    "roadmap:learning",
    VIEW,
    (
        Column("Session", lambda row: row.title or row.line.topic, 50),
        Column("Level", lambda row: row.line.get_level_display(), 20),
        Column("Day", lambda row: row.on, 14),
        Column("Begins", lambda row: f"{row.at:%H:%M}", 9),
        Column("Minutes", lambda row: row.minutes_long, 9),
        Column("School", lambda row: row.school, 24),
        Column("Led by", lambda row: row.leader, 34),
        Column("State", lambda row: row.get_state_display(), 12),
        Column("Why", lambda row: row.reason, 40),
        Column("There", lambda row: row.there if row.marked else None, 8),
        Column("Of", lambda row: row.marked or None, 8),
    ),
    _sessions,
)
ATTENDANCE = Table(
    "attendance",
    "Attendance by position",
    "A position at a session: there or not.",
    "roadmap:learning-people",
    MANAGE,
    (
        Column("Session", lambda row: row.session.title or row.session.line.topic, 50),
        Column("Day", lambda row: row.session.on, 14),
        Column("Position", lambda row: row.position, 44),
        Column("Person", lambda row: row.attendee, 28),
        Column("There", lambda row: row.present, 8),
        Column("Minutes", lambda row: row.session.minutes_long if row.present else 0, 9),
    ),
    _attendance,
)
HOURS = Table(
    "learning-hours",
    "Hours of learning by person",
    "A person with the hours they attended and were to attend by now.",
    "roadmap:learning-people",
    MANAGE,
    (
        Column("Person", lambda row: row.person, 28),
        Column("E-mail", lambda row: row.person.email, 32),
        Column("Positions", lambda row: "; ".join(str(each) for each in row.positions), 44),
        Column("Levels", _levels, 24),
        Column("Hours planned", lambda row: _in_hours(row.planned), 14),
        Column("Hours expected by now", lambda row: _in_hours(row.expected), 22),
        Column("Hours attended", lambda row: _in_hours(row.attended), 15),
        Column("Sessions attended", lambda row: row.sessions, 18),
        Column("Sessions expected by now", lambda row: row.expected_sessions, 24),
        Column("Coaching hours", lambda row: _in_hours(row.coaching), 15),
        Column("Coaching talks", lambda row: row.talks, 15),
        Column("On pace", lambda row: row.is_on_pace, 10),
    ),
    _hours,
)
COACHING = Table(
    "coaching",
    "Coaching talks",
    "A talk that you may read: as coach, as the one coached, or as who runs the program.",
    "roadmap:coaching",
    VIEW,
    (
        Column("Day", lambda row: row.on, 14),
        Column("With", lambda row: row.coached_person, 28),
        Column("Position", lambda row: row.coached, 40),
        Column("Coach", lambda row: row.coach, 28),
        Column("Minutes", lambda row: row.minutes_long, 9),
        Column("Focus", lambda row: row.focus, 44),
        Column("Takeaway", lambda row: row.takeaway, 44),
        Column("Next step", lambda row: row.next_step, 44),
        Column("Next talk", lambda row: row.next_on, 14),
    ),
    _talks,
    also=(WORK, MANAGE),
)

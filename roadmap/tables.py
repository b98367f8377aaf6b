"""The tables of the roadmap, of meetings, learning, visits and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from django.db.models import Count, Q, QuerySet

from roadmap import decision_log, meeting_reports
from roadmap.filters import Filters
from roadmap.forms.decisions import LogForm
from roadmap.forms.filters import FilterForm
from roadmap.learning_reports.standings import PersonRow, standings
from roadmap.models import (
    Attendance,
    CoachingEntry,
    DateChange,
    LearningLevel,
    LearningLine,
    LearningSession,
    Meeting,
    Milestone,
    SchoolVisit,
)
from roadmap.reports import by_phase
from roles.capabilities import Capability
from roles.models import Department, LeadershipRole, Position, School
from roles.tables.registry import Asked, Column, Rows, Table
from roles.years import years_of

C = Capability
VIEW, WORK, MANAGE = C.ROADMAP_VIEW, C.ROADMAP_WORK, C.ROADMAP_MANAGE


def _narrowed(asked: Asked) -> Any:
    """The milestones that the address of the roadmap lets through."""
    reach, year, today = asked.reach(VIEW), asked.year, asked.today
    found = Milestone.objects.reachable(reach).filter(school_year=year)
    if year is None:
        return found.none()
    filters = Filters()
    if asked.given.keys() - {"year", "view"}:
        roles = LeadershipRole.objects.reachable(reach)
        schools = School.objects.reachable(reach).only("name")
        phases = by_phase(reach, year, today)
        form = FilterForm(asked.given, phases=phases, roles=roles, schools=schools)
        filters = form.filters(today)
    view = asked.given.get("view", "")
    if view == "mine":
        found = found.involving(reach.user, today).open()
    elif view == "overdue":
        found = found.late(today)
    return found.filter(filters.condition)


def _milestones(asked: Asked) -> QuerySet[Milestone]:
    named = _narrowed(asked).select_related(
        "phase", "school", "owner__role", "owner__school", "owner__department", "done_by"
    )
    ordered: QuerySet[Milestone] = named.order_by("phase__order", "due_on", "pk")
    return ordered


def _date_changes(asked: Asked) -> Rows:
    found = DateChange.objects.reachable(asked.reach(VIEW))
    of_these = found.filter(milestone__in=_narrowed(asked).order_by().values("pk"))
    return of_these.select_related("milestone__phase", "milestone__school", "by")


def _meetings(asked: Asked) -> Rows:
    found = Meeting.objects.reachable(asked.reach(VIEW)).filter(series__school_year=asked.year)
    named = found.select_related("series__school", "held_by")
    return named.annotate(came=Count("present")).order_by("on", "at", "pk")


def _meeting_actions(asked: Asked) -> Rows:
    if asked.year is None:
        return []
    reach, today, shown = asked.reach(VIEW), asked.today, asked.given.get("show")
    found = meeting_reports.actions_of(reach, asked.year)
    if shown is None:
        return found
    if shown == "ended":
        return found.exclude(ended_at=None).order_by("-ended_at")
    found = found.open()
    if shown == "mine":
        mine = Position.objects.reachable(reach).answered_for_by(reach.user, today)
        return found.filter(owner__in=mine.values("pk"))
    return found.filter(due_on__lt=today) if shown == "late" else found


def _became(action: Any) -> str:
    if action.ended_at is None:
        return "Open"
    return "Dropped" if action.dropped else "Done"


def _lines(asked: Asked) -> Rows:
    found = LearningLine.objects.reachable(asked.reach(VIEW)).filter(school_year=asked.year)
    held = Count("held_sessions", filter=Q(held_sessions__state="held"))
    named = found.select_related("lead").prefetch_related("audience").annotate(held=held)
    return named.order_by("level", "order", "pk")


def _sessions(asked: Asked) -> Rows:
    found = LearningSession.objects.reachable(asked.reach(VIEW))
    named = found.filter(line__school_year=asked.year).select_related(
        "line", "school", "leader__role", "leader__school", "leader__department"
    )
    there = Count("attendance", filter=Q(attendance__present=True))
    return named.annotate(there=there, marked=Count("attendance")).order_by("on", "at", "pk")


def _attendance(asked: Asked) -> Rows:
    found = Attendance.objects.reachable(asked.reach(MANAGE))
    named = found.filter(session__line__school_year=asked.year).select_related(
        "session__line", "position__role", "position__school", "position__department", "attendee"
    )
    return named.order_by("session__on", "session", "position__role__order", "position", "pk")


def _hours(asked: Asked) -> Rows:
    if asked.year is None:
        return []
    level = asked.given.get("level", "")
    level = level if level in LearningLevel.values else ""
    behind, on_pace = "behind" in asked.given, "on-pace" in asked.given
    return [
        row
        for row in standings(asked.reach(MANAGE), asked.year, asked.today)
        if (not level or level in row.levels)
        and not (behind and row.is_on_pace)
        and not (on_pace and not row.is_on_pace)
    ]


def _talks(asked: Asked) -> Rows:
    found = CoachingEntry.objects.reachable(asked.reach(VIEW)).readable_by(asked.access)
    return found.select_related(
        "coach", "coached_person", "coached__role", "coached__school", "coached__department", "line"
    )


def _visits(asked: Asked) -> Rows:
    found = SchoolVisit.objects.reachable(asked.reach(C.CHECKLIST_VIEW)).readable(asked.access)
    if school := asked.number("school"):
        found = found.filter(school=school)
    return found.select_related("school", "by")


def _decisions(asked: Asked) -> Rows:
    reach = asked.reach(C.DECISION_VIEW)
    departments = Department.objects.reachable(reach)
    form = LogForm(asked.given, departments=departments, years=years_of(asked.district))
    form.is_valid()
    return decision_log.logged(reach, form.cleaned_data)


def _logged(asked: Asked, rows: list[Any]) -> Iterator[list[Any]]:
    reach = asked.reach(C.DECISION_VIEW)
    found = decision_log.logged(reach, {}).filter(pk__in=[row.pk for row in rows])
    return decision_log.rows(found, reach)


def _in_hours(minutes: int) -> float:
    return round(minutes / 60, 2)


def _levels(row: PersonRow) -> str:
    labels = dict(LearningLevel.choices)
    return ", ".join(sorted(str(labels[level]) for level in row.levels))


def _proof(row: Milestone) -> str:
    return row.proof_text or row.proof_link or row.proof_file_name


MILESTONES = Table(
    "milestones",
    "Milestones",
    "A milestone of the school year, with its owner, dates and proof.",
    "roadmap:index",
    VIEW,
    (
        Column("Phase", lambda row: row.phase.title, 34),
        Column("Milestone", lambda row: row.title, 50),
        Column("Why", lambda row: row.why, 50),
        Column("Supports", lambda row: ", ".join(row.supports), 16),
        Column("Owner", lambda row: row.owner, 34),
        Column("School", lambda row: row.school, 24),
        Column("Starts", lambda row: row.starts_on, 14),
        Column("Due", lambda row: row.due_on, 14),
        Column("State", lambda row: row.get_state_display(), 16),
        Column("Reason", lambda row: row.reason, 40),
        Column("Proof expected", lambda row: row.proof_hint, 34),
        Column("Done on", lambda row: row.done_on, 14),
        Column("Done by", lambda row: row.done_by, 26),
        Column("Proof", _proof, 50),
    ),
    _milestones,
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
TABLES = (
    MILESTONES,
    Table(
        "date-changes",
        "Dates that were moved",
        "A due date moved by hand, and why.",
        "roadmap:index",
        VIEW,
        (
            Column("Milestone", lambda row: row.milestone.title, 50),
            Column("Phase", lambda row: row.milestone.phase.title, 34),
            Column("School", lambda row: row.milestone.school, 24),
            Column("From", lambda row: row.old, 14),
            Column("To", lambda row: row.new, 14),
            Column("Why", lambda row: row.reason, 50),
            Column("By", lambda row: row.by, 26),
            Column("On", lambda row: row.at, 20),
        ),
        _date_changes,
    ),
    Table(
        "meetings",
        "Meetings",
        "A meeting of the year's rhythm.",
        "roadmap:planning",
        VIEW,
        (
            Column("Meeting", lambda row: row.series.title, 34),
            Column("School", lambda row: row.series.school, 24),
            Column("Day", lambda row: row.on, 14),
            Column("Begins", lambda row: f"{row.at:%H:%M}", 9),
            Column("Minutes", lambda row: row.minutes_long, 9),
            Column("State", lambda row: row.get_state_display(), 12),
            Column("Why", lambda row: row.reason, 40),
            Column("People there", lambda row: row.came, 12),
            Column("Minutes closed by", lambda row: row.held_by, 26),
        ),
        _meetings,
    ),
    Table(
        "meeting-actions",
        "Actions from meetings",
        "One thing that a meeting gave a position to do.",
        "roadmap:meeting-actions",
        VIEW,
        (
            Column("Action", lambda row: row.text, 60),
            Column("Owner", lambda row: row.owner, 34),
            Column("Due", lambda row: row.due_on, 14),
            Column("State", _became, 12),
            Column("From", lambda row: row.meeting.series.title, 34),
            Column("Meeting on", lambda row: row.meeting.on, 14),
            Column("Ended", lambda row: row.ended_at, 20),
            Column("Ended by", lambda row: row.ended_by, 26),
            Column("What came of it", lambda row: row.outcome, 50),
        ),
        _meeting_actions,
    ),
    Table(
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
    ),
    Table(
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
    ),
    Table(
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
    ),
    HOURS,
    Table(
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
    ),
    Table(
        "visits",
        "Visits at schools",
        "A note of a visit, of those that you may read.",
        "roadmap:visits",
        C.CHECKLIST_VIEW,
        (
            Column("School", lambda row: row.school, 28),
            Column("Day", lambda row: row.on, 14),
            Column("By", lambda row: row.by, 28),
            Column("What was seen", lambda row: row.seen, 60),
            Column("Next step", lambda row: row.next_step, 44),
            Column("Next visit", lambda row: row.next_on, 14),
        ),
        _visits,
        also=(MANAGE,),
    ),
    Table(
        "decisions",
        "Decisions",
        "A decision that was asked for, with its options and its answer.",
        "roadmap:decisions",
        C.DECISION_VIEW,
        tuple(
            Column(each.name, itemgetter(n), each.width)
            for n, each in enumerate(decision_log.COLUMNS)
        ),
        _decisions,
        more=_logged,
    ),
)

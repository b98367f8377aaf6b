"""The tables of meetings and what they gave to do."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from roadmap import meeting_reports
from roadmap.models import Meeting
from roles.capabilities import Capability
from roles.models import Position
from roles.tables.registry import Asked, Column, Rows, Table

VIEW = Capability.ROADMAP_VIEW


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


MEETINGS = Table(
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
)
MEETING_ACTIONS = Table(
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
)

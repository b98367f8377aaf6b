"""Milestones of the roadmap, and the learning that is planned and held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, Prefetch, Q, QuerySet
from pydantic import Field

from roadmap.models import (
    Cadence,
    Contribution,
    LearningLevel,
    LearningLine,
    LearningSession,
    LineAudience,
    Milestone,
    SessionState,
    State,
)
from roles.access import Reach
from tutoring_admin.api.paging import Record, Shown
from tutoring_admin.api.resources import Reading, Resource
from tutoring_admin.api.scopes import Scope


class PhaseName(Shown):
    """A stretch of the program's year."""

    key: str = Field(description="Its key.")
    title: str = Field(description="Its title.")


class MilestoneRecord(Record):
    """One step with an owner, a date and the proof that ends it."""

    school_year_id: int = Field(description="Its school year.")
    library_key: str | None = Field(description="Key in the shipped roadmap; null: the district's.")
    title: str = Field(description="What is to be done.")
    why: str = Field(description="What it is good for.")
    phase: PhaseName = Field(description="Where in the year it belongs.")
    state: State = Field(description="How far it is.")
    status_reason: str | None = Field(
        description="Why it is blocked, at risk or set aside, as someone typed it; null without"
        " the scope people."
    )
    begin_date: dt.date = Field(description="First day.")
    due_date: dt.date = Field(description="Day it is due, included.")
    done_date: dt.date | None = Field(description="Day that the proof is of; null: not done.")
    supports_indicators: list[str] = Field(description="Codes of the indicators it serves.")
    proof_expected: str = Field(description="What would show that it is done.")
    owner_position_id: int | None = Field(description="The position that owns it.")
    contributor_position_ids: list[int] = Field(description="Positions that help.")
    school_id: int | None = Field(description="Its school; null: of the whole district.")


class LearningLineRecord(Record):
    """A topic planned for some roles: so many sessions of so many minutes in a year."""

    school_year_id: int = Field(description="Its school year.")
    library_key: str | None = Field(description="Key in the shipped plan; null: the district's.")
    level: LearningLevel = Field(description="For whom.")
    topic: str = Field(description="What it is about.")
    format: str = Field(description="How it is learned, in words.")
    sessions_planned: int = Field(description="In the year.")
    minutes_each: int = Field(description="Of one session.")
    cadence: Cadence = Field(description="How often.")
    audience_role_keys: list[str] = Field(description="Leadership roles it is for.")
    is_for_raters: bool = Field(description="For everyone who rates checklists.")
    indicator: str = Field(description="Code of the indicator it serves.")
    is_ended: bool = Field(description="Not planned any more.")


class LearningSessionRecord(Record):
    """One dated session of a learning line, with how many were there."""

    learning_line_id: int = Field(description="The line it belongs to.")
    school_id: int | None = Field(description="For one school only; null: for all.")
    topic: str = Field(description="Its own topic, or that of its line.")
    session_date: dt.date = Field(description="Day.")
    begin_time: str = Field(
        description="Hours and minutes in the district's time zone, as in 15:30.",
        pattern=r"^\d{2}:\d{2}$",
    )
    minutes: int = Field(description="How long.")
    place: str = Field(description="Where, in words.")
    state: SessionState = Field(description="Held: attendance was taken.")
    leader_position_id: int | None = Field(description="The position that leads it.")
    present: int = Field(description="How many were there.")
    absent: int = Field(description="How many were not.")


def _milestones(reach: Reach) -> QuerySet:
    helping = Contribution.objects.reachable(reach).order_by("position_id")
    return (
        Milestone.objects.reachable(reach)
        .select_related("phase")
        .prefetch_related(Prefetch("contributions", helping, to_attr="helping"))
    )


def _show_milestones(rows: Sequence[Milestone], reading: Reading) -> list[MilestoneRecord]:
    return [_milestone(row, reading) for row in rows]


def _milestone(row: Milestone, reading: Reading) -> MilestoneRecord:
    helping: list[Contribution] = getattr(row, "helping", [])
    return MilestoneRecord(
        **reading.head(row),
        school_year_id=row.school_year_id,
        library_key=row.key or None,
        title=row.title,
        why=row.why,
        phase=PhaseName(key=row.phase.key, title=row.phase.title),
        state=State(row.state),
        status_reason=row.reason if reading.caller.sees_people else None,
        begin_date=row.starts_on,
        due_date=row.due_on,
        done_date=row.done_on,
        supports_indicators=row.supports,
        proof_expected=row.proof_hint,
        owner_position_id=row.owner_id,
        contributor_position_ids=[each.position_id for each in helping],
        school_id=row.school_id,
    )


def _lines(reach: Reach) -> QuerySet:
    audiences = LineAudience.objects.reachable(reach).select_related("role").order_by("pk")
    return LearningLine.objects.reachable(reach).prefetch_related(
        Prefetch("audiences", audiences, to_attr="for_roles")
    )


def _show_lines(rows: Sequence[LearningLine], reading: Reading) -> list[LearningLineRecord]:
    return [
        LearningLineRecord(
            **reading.head(row),
            school_year_id=row.school_year_id,
            library_key=row.key or None,
            level=LearningLevel(row.level),
            topic=row.topic,
            format=row.format,
            sessions_planned=row.sessions,
            minutes_each=row.minutes_each,
            cadence=Cadence(row.cadence),
            audience_role_keys=[each.role.key for each in getattr(row, "for_roles", [])],
            is_for_raters=row.for_raters,
            indicator=row.indicator,
            is_ended=row.ended_at is not None,
        )
        for row in rows
    ]


def _sessions(reach: Reach) -> QuerySet:
    return (
        LearningSession.objects.reachable(reach)
        .select_related("line")
        .annotate(
            were_there=Count("attendance", filter=Q(attendance__present=True)),
            were_not=Count("attendance", filter=Q(attendance__present=False)),
        )
    )


def _show_sessions(
    rows: Sequence[LearningSession], reading: Reading
) -> list[LearningSessionRecord]:
    return [
        LearningSessionRecord(
            **reading.head(row),
            learning_line_id=row.line_id,
            school_id=row.school_id,
            topic=row.name,
            session_date=row.on,
            begin_time=f"{row.at:%H:%M}",
            minutes=row.minutes_long,
            place=row.place,
            state=SessionState(row.state),
            leader_position_id=row.leader_id,
            present=getattr(row, "were_there", 0),
            absent=getattr(row, "were_not", 0),
        )
        for row in rows
    ]


MILESTONES = Resource(
    "milestones",
    Scope.ROADMAP,
    "Milestones",
    "The steps of the roadmap, with owner, dates and state.",
    MilestoneRecord,
    _milestones,
    _show_milestones,
)
LEARNING_LINES = Resource(
    "learning-lines",
    Scope.LEARNING,
    "Learning lines",
    "What leaders are to learn in a year.",
    LearningLineRecord,
    _lines,
    _show_lines,
)
LEARNING_SESSIONS = Resource(
    "learning-sessions",
    Scope.LEARNING,
    "Learning sessions",
    "Sessions planned and held. Attendance is counted; who was there is not told.",
    LearningSessionRecord,
    _sessions,
    _show_sessions,
)

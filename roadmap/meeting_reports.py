"""What the place of the planning period shows: the rhythm, what comes next, protected time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from roadmap import meeting_library
from roadmap.models import Meeting, MeetingAction, MeetingSeries, MeetingState, SeriesMember
from roadmap.models.agendas import MeetingActionQuerySet
from roles.access import Reach
from roles.models import Position, SchoolYear

NEXT = 8
PLANNED = Q(meetings__state=MeetingState.PLANNED)
HELD = Q(meetings__state=MeetingState.HELD)


@dataclass(frozen=True)
class Month:
    """Protected minutes of one month: all that stand on the calendar, and those held."""

    first: dt.date
    protected: int
    held: int

    @property
    def protected_words(self) -> str:
        return hours(self.protected)

    @property
    def held_words(self) -> str:
        return hours(self.held)


def hours(minutes: int) -> str:
    """6 h 30 min"""
    whole, rest = divmod(minutes, 60)
    if whole and rest:
        return f"{whole} h {rest} min"
    return f"{whole} h" if whole else f"{rest} min"


def series_of(reach: Reach, year: SchoolYear, today: dt.date) -> QuerySet[MeetingSeries]:
    """The year's series with `held`, `coming` and `next_on`; those of the district first."""
    found = MeetingSeries.objects.reachable(reach).filter(school_year=year)
    related = ("school", "chair__role", "chair__school", "chair__department")
    return (
        found.select_related(*related)
        .annotate(
            held=Count("meetings", filter=HELD),
            coming=Count("meetings", filter=PLANNED & Q(meetings__on__gte=today)),
            next_on=Min("meetings__on", filter=PLANNED & Q(meetings__on__gte=today)),
        )
        .order_by(F("school__name").asc(nulls_first=True), "title", "pk")
    )


def of_the_district_or_mine(reach: Reach, today: dt.date) -> Q:
    """Meetings that concern the reader: those of the whole district, and those they sit in."""
    mine = Position.objects.answered_for_by(reach.user, today).values("pk")
    return Q(series__school=None) | sits_in(mine)


def sits_in(positions: Any) -> Q:
    member = SeriesMember.objects.filter(position__in=positions)
    return Q(series__chair__in=positions) | Q(series__in=member.values("series"))


def next_meetings(reach: Reach, year: SchoolYear, today: dt.date) -> list[Meeting]:
    found = Meeting.objects.reachable(reach).upcoming(today).filter(series__school_year=year)
    return list(
        found.filter(of_the_district_or_mine(reach, today)).select_related(
            "series__chair__role", "series__chair__school", "series__chair__department"
        )[:NEXT]
    )


def to_write_up(reach: Reach, year: SchoolYear, today: dt.date) -> list[Meeting]:
    """Meetings that are over and not closed, of those that concern the reader; newest first."""
    found = Meeting.objects.reachable(reach).planned().filter(series__school_year=year)
    over = found.filter(of_the_district_or_mine(reach, today), on__lt=today)
    return list(over.select_related("series").order_by("-on", "-at")[:NEXT])


def protected_months(reach: Reach, year: SchoolYear) -> list[Month]:
    """Month by month the protected time of the district's own meetings, those of schools apart."""
    found = Meeting.objects.reachable(reach).filter(
        series__school_year=year, series__school=None, series__protected=True
    )
    rows = (
        found.exclude(state=MeetingState.CANCELLED)
        .order_by()
        .annotate(month=TruncMonth("on"))
        .values("month")
        .annotate(
            protected=Sum("minutes_long"),
            held=Sum("minutes_long", filter=Q(state=MeetingState.HELD)),
        )
        .order_by("month")
        .values_list("month", "protected", "held")
    )
    return [Month(month, protected, held or 0) for month, protected, held in rows]


def month_of(months: Sequence[Month], day: dt.date) -> Month | None:
    return next((each for each in months if each.first == day.replace(day=1)), None)


def actions_of(reach: Reach, year: SchoolYear) -> MeetingActionQuerySet:
    """Actions of the year's meetings with what names them, what is due first first."""
    found = MeetingAction.objects.reachable(reach).filter(meeting__series__school_year=year)
    related = (
        "meeting__series", "owner__role", "owner__school", "owner__department", "ended_by",
    )  # fmt: skip
    named: MeetingActionQuerySet = found.select_related(*related).order_by("due_on", "pk")
    return named


def action_counts(reach: Reach, year: SchoolYear, today: dt.date) -> dict[str, int]:
    """How many actions are `open_actions`, and how many of these `late_actions`. One query."""
    found = MeetingAction.objects.reachable(reach).open()
    of_year = found.filter(meeting__series__school_year=year)
    counted: dict[str, int] = of_year.aggregate(
        open_actions=Count("pk"), late_actions=Count("pk", filter=Q(due_on__lt=today))
    )
    return counted


def not_held(reach: Reach, year: SchoolYear) -> int:
    """How many meetings of the library the district does not hold anywhere. One query."""
    running = MeetingSeries.objects.reachable(reach).filter(school_year=year, ended_at=None)
    held = set(running.order_by().values_list("key", flat=True).distinct())
    return len({entry["key"] for entry in meeting_library.content()} - held)

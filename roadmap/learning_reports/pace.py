"""How many people are on pace, without reading them one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import CharField, Count, DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat, Greatest

from roadmap.learning_time import expected_by
from roadmap.models import Attendance, CoachingEntry, SessionState
from roles.access import Reach
from roles.models import Assignment, SchoolYear


@dataclass(frozen=True)
class LineDue:
    """A line of the plan: whom it is for (roles), its length, and by when its sessions are due."""

    roles: frozenset[int]
    minutes_each: int
    targets: Sequence[dt.date]


@dataclass(frozen=True)
class Pace:
    """Of so many people who hold a position, so many are on pace."""

    people: int
    on_pace: int


def pace_of(reach: Reach, year: SchoolYear, lines: Iterable[LineDue], today: dt.date) -> Pace:
    """The same as PersonRow.is_on_pace, counted. One query.

    People who hold the same roles for as long, and learned as much, are one row of it: hence as
    many rows as there are kinds of people, few of them even in a large district.
    """
    kinds = list(_kinds(reach, year, today))
    due = list(lines)
    expected = {since: _expected(due, _parsed(since), today) for since, _, _, _ in kinds}
    met = sum(
        people
        for since, minutes, sessions, people in kinds
        if minutes >= expected[since][0] or sessions >= expected[since][1]
    )
    return Pace(sum(people for *_, people in kinds), met)


def _expected(
    lines: Iterable[LineDue], since: Mapping[int, dt.date], today: dt.date
) -> tuple[int, int]:
    """Minutes and sessions due by today for someone who holds roles since some day each."""
    minutes = sessions = 0
    for line in lines:
        begun = [day for role, day in since.items() if role in line.roles]
        if begun:
            due = expected_by(today, line.targets, since=min(begun))
            minutes += due * line.minutes_each
            sessions += due
    return minutes, sessions


def _parsed(since: Sequence[str]) -> dict[int, dt.date]:
    """By role the first day, from "7:2026-08-17"."""
    found: dict[int, dt.date] = {}
    for each in since:
        role, _, day = each.partition(":")
        begun = dt.date.fromisoformat(day)
        found[int(role)] = min(begun, found.get(int(role), begun))
    return found


def _kinds(
    reach: Reach, year: SchoolYear, today: dt.date
) -> list[tuple[tuple[str, ...], int, int, int]]:
    """Roles with their first days, minutes, sessions, and how many people are alike in these."""
    held, held_by = _sql(_held(reach, year, today))
    there, there_by = _sql(_there(reach, year))
    talks, talks_by = _sql(_talks(reach, year))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT held.since, coalesce(sat.minutes, 0) + coalesce(talked.minutes, 0),
                   coalesce(sat.n, 0) + coalesce(talked.n, 0), count(*)
            FROM ({held}) held (person, since)
            LEFT JOIN (SELECT person, sum(minutes), count(*)
                       FROM ({there}) once (person, session, minutes)
                       GROUP BY person) sat (person, minutes, n) USING (person)
            LEFT JOIN ({talks}) talked (person, minutes, n) USING (person)
            GROUP BY 1, 2, 3
            """,  # noqa: S608 -- compiled by Django from the querysets below, with parameters
            [*held_by, *there_by, *talks_by],
        )
        return [(tuple(since), int(m), int(n), people) for since, m, n, people in cursor.fetchall()]


def _sql(rows: QuerySet) -> tuple[str, tuple]:
    return rows.query.sql_with_params()


def _held(reach: Reach, year: SchoolYear, today: dt.date) -> QuerySet:
    """Who holds a position today: roles and since when; nothing is due before the first student
    day, so that it matters to nobody who began earlier.
    """
    since = Greatest("starts_on", Value(year.first_student_day), output_field=DateField())
    told = Concat(
        "position__role_id", Value(":"), Cast(since, CharField()), output_field=CharField()
    )
    held = Assignment.objects.reachable(reach).in_force(today).order_by()
    return held.values("holder").annotate(since=ArrayAgg(told, distinct=True))


def _there(reach: Reach, year: SchoolYear) -> QuerySet:
    """Each session once that somebody was at, whatever position they sat in for."""
    there = Attendance.objects.filter(
        district=reach.district,
        present=True,
        session__line__school_year=year,
        session__state=SessionState.HELD,
    )
    once = there.order_by().values("attendee", "session", minutes=F("session__minutes_long"))
    return once.distinct()


def _talks(reach: Reach, year: SchoolYear) -> QuerySet:
    """Talks that belong to a line of the plan count as its sessions."""
    talks = CoachingEntry.objects.filter(
        Q(on__gte=year.starts_on, on__lte=year.ends_on, line__isnull=False),
        district=reach.district,
    )
    return (
        talks.order_by()
        .values("coached_person")
        .annotate(minutes=Sum("minutes_long"), n=Count("pk"))
    )

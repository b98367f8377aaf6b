"""Sessions of the plan: how many came, and which ones one person goes to or went to."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, QuerySet

from roadmap.models import Attendance, LearningSession, SessionState
from roadmap.services.attendance import roles_that_rate
from roles.access import Reach
from roles.models import Position, SchoolYear, User


def with_counts(sessions: QuerySet[LearningSession]) -> QuerySet[LearningSession]:
    """With `came` and `marked`: how many were present, and of how many that is known."""
    return sessions.select_related("school", "leader__role", "leader__school").annotate(
        came=Count("attendance", filter=Q(attendance__present=True)),
        marked=Count("attendance"),
    )


def next_sessions(reach: Reach, person: User, today: dt.date) -> list[LearningSession]:
    """Sessions to come that this person is expected at, or leads; the next first."""
    positions = Position.objects.filter(district=reach.district).held_by(person, today)
    held = list(positions.values_list("pk", "role", "school"))
    if not held:
        return []
    rates = roles_that_rate(reach.district.pk)
    mine = Q(leader__in=[pk for pk, _, _ in held])
    for _, role, school in held:
        is_for = Q(line__audiences__role=role)
        is_for |= Q(line__for_raters=True) if role in rates else Q(pk__in=[])
        mine |= is_for & (Q(school=None) | Q(school=school) if school else Q(school=None))
    found = LearningSession.objects.filter(
        mine, district=reach.district, state=SessionState.PLANNED
    )
    found = found.filter(on__gte=today).select_related("line", "school", "leader__role")
    return list(found.distinct().order_by("on", "at", "pk"))


def attended(reach: Reach, person: User, year: SchoolYear) -> list[LearningSession]:
    """Sessions of the year that this person was at, latest first."""
    there = Attendance.objects.filter(district=reach.district, attendee=person, present=True)
    found = LearningSession.objects.filter(
        pk__in=there.values("session"), line__school_year=year, state=SessionState.HELD
    )
    return list(found.select_related("line").order_by("-on", "-pk"))

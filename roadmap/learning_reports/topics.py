"""Topics that grew from low items: those to take up, and those that were learned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from checklists.models import LearningTopic
from roadmap.models import LearningSession, SessionState, SessionTopic
from roles.access import Reach
from roles.models import SchoolYear


@dataclass(frozen=True)
class Proposal:
    """A topic that grew from low items, with the session it could go into; None without one."""

    topic: LearningTopic
    session: LearningSession | None


def proposals(reach: Reach, year: SchoolYear, today: dt.date) -> list[Proposal]:
    """Topics taken up from low items this year that no session has, with the role's next one."""
    taken = SessionTopic.objects.filter(topic=OuterRef("pk")).exclude(
        session__state=SessionState.CANCELLED
    )
    topics = (
        LearningTopic.objects.reachable(reach)
        .filter(window__school_year=year)
        .filter(~Exists(taken))
        .select_related("role", "window")
        .order_by("at", "pk")
    )
    coming = _coming(reach, year, today)
    audiences = {s.line_id: {a.role_id for a in s.line.audiences.all()} for s in coming}
    return [
        Proposal(topic, next((s for s in coming if topic.role_id in audiences[s.line_id]), None))
        for topic in topics
    ]


def _coming(reach: Reach, year: SchoolYear, today: dt.date) -> list[LearningSession]:
    found = LearningSession.objects.reachable(reach).filter(
        line__school_year=year, state=SessionState.PLANNED, on__gte=today
    )
    return list(found.select_related("line").prefetch_related("line__audiences"))


def learned(reach: Reach, year: SchoolYear) -> list[SessionTopic]:
    """Topics that a session was held with, latest first."""
    found = SessionTopic.objects.reachable(reach).filter(
        session__line__school_year=year, session__state=SessionState.HELD
    )
    return list(found.select_related("topic__role", "session__line").order_by("-session__on"))

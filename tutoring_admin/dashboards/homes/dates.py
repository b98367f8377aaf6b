"""What comes next at some schools and for some positions: milestones, meetings, sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from roadmap.models import LearningSession, Meeting, Milestone, SessionState
from roles.access import Access
from roles.capabilities import Capability
from tutoring_admin.dashboards.waits import Seat

SHOWN = 5
PAGES = {
    "milestone": "roadmap:detail",
    "meeting": "roadmap:meeting",
    "session": "roadmap:learning-session",
}
COLUMNS = ("d_on", "d_kind", "pk", "d_title")


@dataclass(frozen=True)
class Date:
    """One day with what is on it. `view_name` is the page of the thing."""

    on: dt.date
    kind: str
    pk: int
    title: str

    @property
    def view_name(self) -> str:
        return PAGES[self.kind]


def next_dates(
    access: Access, seats: Sequence[Seat], schools: Collection[int], today: dt.date
) -> tuple[Date, ...]:
    """The next few, from today on. One query."""
    reach = access.reach(Capability.ROADMAP_VIEW)
    mine, roles = [seat.pk for seat in seats], [seat.key for seat in seats]
    due = Milestone.objects.reachable(reach).open().filter(due_on__gte=today)
    met = Meeting.objects.reachable(reach).planned().filter(on__gte=today)
    sits = Q(series__chair__in=mine) | Q(series__memberships__position__in=mine)
    held = LearningSession.objects.reachable(reach).filter(
        Q(school=None) | Q(school__in=schools), state=SessionState.PLANNED, on__gte=today
    )
    for_me = Q(leader__in=mine) | Q(line__audiences__role__key__in=roles)
    named = Coalesce(NullIf("title", Value("")), "line__topic")
    parts = [
        _part(
            "milestone", due.filter(Q(owner__in=mine) | Q(school__in=schools)), "due_on", "title"
        ),
        _part("meeting", met.filter(sits), "on", "series__title"),
        _part("session", held.filter(for_me), "on", named),
    ]
    found = parts[0].union(*parts[1:])
    return tuple(
        Date(on, kind, pk, title)
        for on, kind, pk, title in found.order_by("d_on", "d_kind", "pk")[:SHOWN]
    )


def _part(kind: str, rows: QuerySet, day: str, title: object) -> QuerySet:
    words = F(title) if isinstance(title, str) else title
    shaped = rows.order_by().annotate(d_on=F(day), d_kind=Value(kind, CharField()), d_title=words)
    found: QuerySet = shaped.order_by("d_on", "pk").values_list(*COLUMNS).distinct()[:SHOWN]
    return found

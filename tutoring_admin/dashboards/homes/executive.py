"""The executive champion's home: five figures, the two weakest points, decisions asked of them, and
what else waits on them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef
from django.db.models.functions import JSONObject

from roadmap.models import DecisionOption, DecisionRequest, DecisionState
from roles.access import Access
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import Assignment, SchoolYear
from selfassessment.wording import listed, spelled
from tutoring_admin.dashboards.homes.links import Link, to
from tutoring_admin.dashboards.homes.program import Program
from tutoring_admin.dashboards.homes.reading import program
from tutoring_admin.dashboards.homes.weakest import Weakness, weakest
from tutoring_admin.dashboards.waits import Waits, waits_of

MOST_ASKED = 3  # told on the page; the rest is a click away
DECISION = "decide"  # the kind of what waits that has a part of the page to itself


@dataclass(frozen=True, slots=True)
class Option:
    pk: int
    text: str
    cost: str
    is_advised: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One question that waits for this reader. `seen` is the newest turn that the page shows: an
    answer to an older one is asked again.
    """

    pk: int
    question: str
    background: str
    cost: str
    due_on: dt.date
    asked_by: str
    options: tuple[Option, ...]
    is_late: bool
    seen: int

    @property
    def answer(self) -> Link:
        return to("roadmap:decision-answer", self.pk)

    @property
    def link(self) -> Link:
        return to("roadmap:decision", self.pk)


@dataclass(frozen=True)
class Home:
    """All of the page. `links` by the name of the number that each explains."""

    program: Program
    weakest: tuple[Weakness, ...]
    decisions: tuple[Decision, ...]
    also: Waits
    links: Mapping[str, Link]
    lead: str

    @property
    def told(self) -> tuple[Decision, ...]:
        return self.decisions[:MOST_ASKED]

    @property
    def more(self) -> int:
        return len(self.decisions) - len(self.told)


def home(access: Access, year: SchoolYear | None, today: dt.date) -> Home:
    """Three queries of its own as long as nothing has changed (roles.keeping)."""
    keep = Keep.of(access.reach(Capability.DASHBOARD_VIEW), today)
    found = program(access, year, today, keep)
    decisions = asked_of(access, today)
    return Home(
        program=found,
        weakest=weakest(found),
        decisions=decisions,
        also=_also(waits_of(access, today, keep)),
        links=links_of(found, today),
        lead=_lead(found, len(decisions)),
    )


def _also(waits: Waits) -> Waits:
    """Without the decisions, which the page tells of at length."""
    hidden = {kind: many for kind, many in waits.hidden.items() if kind != DECISION}
    return replace(
        waits, rows=tuple(row for row in waits.rows if row.kind != DECISION), hidden=hidden
    )


def asked_of(access: Access, today: dt.date) -> tuple[Decision, ...]:
    """What waits for an answer of the holder of a position, the most urgent first. One query."""
    reach = access.reach(Capability.DECISION_ANSWER)
    if not reach:
        return ()
    held = Assignment.objects.reachable(reach).filter(holder=reach.user).in_force(today)
    options = DecisionOption.objects.reachable(reach).filter(request=OuterRef("pk"))
    told = JSONObject(pk="pk", text="text", cost="cost", is_advised="is_advised")
    found = (
        DecisionRequest.objects.reachable(reach)
        .filter(state=DecisionState.WAITING, decider__in=held.values("position"))
        .exclude(asked_by=reach.user)
        .select_related("asked_by")
        .annotate(
            ways=ArraySubquery(options.order_by("order", "pk").values(told=told)),
            seen=Max("turns"),
        )
        .order_by("due_on", "pk")
    )
    return tuple(
        Decision(
            pk=each.pk,
            question=each.question,
            background=each.background,
            cost=each.cost,
            due_on=each.due_on,
            asked_by=str(each.asked_by),
            options=tuple(Option(**way) for way in each.ways),
            is_late=each.due_on < today,
            seen=each.seen or 0,
        )
        for each in found
    )


def links_of(found: Program, today: dt.date) -> dict[str, Link]:
    """Where the rows of each number stand."""
    yesterday = today - dt.timedelta(days=1)
    window, now = found.fidelity.pk or 0, found.fidelity.now
    report = "checklists:report"
    return {
        "in_order": to("roles:seats", stand="order"),
        "seats": to("roles:seats"),
        "vacant": to("roles:seats", stand="vacant"),
        "unwritten": to("roles:seats", stand="unwritten"),
        "unread": to("roles:seats", stand="unread"),
        "on_track": to(report, window, at="bands", by="on-track"),
        "percent": to(report, window, at="bands", by="percent"),
        "rated": to(report, window, at="bands"),
        "agreement": to(report, window, at="agree", by="exact"),
        "submitted": to("checklists:window-detail", now.pk if now else 0, state="submitted"),
        "expected": to("checklists:window-detail", now.pk if now else 0),
        "done": to("roadmap:index", state="done"),
        "milestones": to("roadmap:index", state="planned"),
        "late": to("roadmap:index", view="overdue"),
        "blocked": to("roadmap:index", state="blocked"),
        "due": to("roadmap:index", state="planned", due_to=yesterday),
        "due_done": to("roadmap:index", state="done", due_to=yesterday),
        "ready": to("selfassessment:index", show="ready"),
        "indicators": to("selfassessment:index"),
        "on_pace": to("roadmap:learning", pace="on"),
        "lines": to("roadmap:learning"),
        "behind": to("roadmap:learning", pace="behind"),
    }


def _lead(found: Program, decisions: int) -> str:
    """The page in one sentence."""
    asked = {0: "Nothing waits for your decision.", 1: "One decision waits for you."}.get(
        decisions, f"{spelled(decisions).capitalize()} decisions wait for you."
    )
    worries = [
        words
        for is_so, words in (
            (found.roles.vacant, "positions are vacant"),
            (found.milestones.late, "milestones are late"),
            (found.learning.quiet, "a level has not met for 90 days"),
        )
        if is_so
    ]
    if not worries:
        return f"{asked} No position is vacant and no milestone is late."
    return f"{asked} {listed(worries).capitalize()}."

"""What of the roadmap waits on a person: milestones and whether they are at risk, actions of
meetings, attendance, talks, visits at schools.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from roadmap.models import (
    AtRiskProposal,
    CoachingEntry,
    Contribution,
    LearningSession,
    MeetingAction,
    MeetingState,
    Milestone,
    SchoolVisit,
    SessionState,
)
from roadmap.visit_notices import latest_visits
from roles.capabilities import Capability
from roles.models import Assignment
from roles.waits import SOON, Row, Wait, Who, chip, name_of, position_in, position_of, short, told

BACK = dt.timedelta(days=90)
TALK_AHEAD = VISIT_AHEAD = dt.timedelta(days=7)


class Milestones:
    """Open milestones of the own positions that are late or due within two weeks. `helping`: those
    that these positions only help with; they wait on their owner and are not counted.
    """

    def __init__(self, kind: str, *, helping: bool) -> None:
        self.kind = kind
        self._helping = helping

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.ROADMAP_VIEW)
        if not reach:
            return None
        found = Milestone.objects.reachable(reach).open()
        found = found.filter(due_on__lte=who.today + SOON, school_year__archived_at=None)
        if self._helping:
            helped = Contribution.objects.filter(position__in=who.positions).values("milestone")
            owned_by_others = Q(owner=None) | ~Q(owner__in=who.positions)
            found = found.filter(owned_by_others, pk__in=helped)
        else:
            found = found.filter(owner__in=who.positions)
        now = Assignment.objects.in_force(who.today).filter(position=OuterRef("owner")).order_by()
        return told(
            found,
            due_on="due_on",
            title="title",
            phase="phase__title",
            state="state",
            owner="owner",
            holder=Subquery(now.annotate(name=name_of("holder")).values("name")[:1]),
            usual="usual_owner__title",
            **position_of("owner"),
        )

    def say(self, row: Row, who: Who) -> Wait:
        more = row.more
        kind, label = Milestone(state=more["state"], due_on=_due(row)).standing(who.today)
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=more["title"],
            sub=self._sub(more),
            url=who.page("roadmap:detail", row.pk),
            chip=kind,
            label=label,
            when=f"due {short(_due(row))}",
            due_on=row.due_on,
            counted=not self._helping,
            more=more,
        )

    def _sub(self, more: dict[str, Any]) -> str:
        vacant = position_in(more) if more["owner"] and not more["holder"] else ""
        if self._helping:
            if vacant:
                return f"You help with this. {vacant} owns it and is vacant."
            usual = f", usually {more['usual']}" if more["usual"] else ""
            return f"You help with this. Owner: {more['holder'] or f'No owner yet{usual}'}."
        if vacant:
            return f"{vacant} is vacant; it reports to you."
        return f"Your milestone, {more['phase']}."


class MeetingActions:
    """Open actions of meetings that were held, due within two weeks or up to 90 days late."""

    kind = "meeting_action"

    def rows(self, who: Who) -> QuerySet | None:
        if not who.access.reach(Capability.ROADMAP_VIEW):
            return None
        over = Q(meeting__state=MeetingState.HELD) | Q(meeting__on__lt=who.today)
        found = MeetingAction.objects.filter(over, district=who.access.district.pk).open()
        found = found.filter(owner__in=who.near, due_on__range=(who.today - BACK, who.today + SOON))
        return told(
            found, due_on="due_on", text="text", series="meeting__series__title", on="meeting__on"
        )

    def say(self, row: Row, who: Who) -> Wait:
        given = dt.date.fromisoformat(row.more["on"])
        return _asked(
            row,
            who,
            title=row.more["text"],
            sub=f"Given at {row.more['series']}, {short(given)}.",
            url=who.page("roadmap:meeting-action", row.pk),
        )


class Attendance:
    """Sessions led by an own position whose day has come and whose attendance nobody took."""

    kind = "attendance"

    def rows(self, who: Who) -> QuerySet | None:
        if not who.access.reach(Capability.ROADMAP_VIEW):
            return None
        found = LearningSession.objects.filter(
            district=who.access.district.pk,
            state=SessionState.PLANNED,
            leader__in=who.near,
            on__range=(who.today - BACK, who.today),
            line__school_year__archived_at=None,
        )
        named = Coalesce(NullIf("title", Value("")), "line__topic")
        return told(found, due_on="on", name=named)

    def say(self, row: Row, who: Who) -> Wait:
        return _asked(
            row,
            who,
            title=f"Attendance at {row.more['name']}",
            sub="Mark who was there, or cancel it if it did not take place.",
            url=who.page("roadmap:learning-attendance", row.pk),
            minutes=2,
        )


class Talks:
    """The next talk that two people agreed on, until one of them is noted. Whoever is coached notes
    no talk: past its day it asks nothing of them.
    """

    kind = "coaching"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.ROADMAP_VIEW)
        if not reach:
            return None
        me = reach.user.pk
        later = CoachingEntry.objects.filter(
            coach=OuterRef("coach"), coached_person=OuterRef("coached_person")
        ).filter(Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk")))
        found = CoachingEntry.objects.filter(
            ~Exists(later.order_by()), district=who.access.district.pk
        )
        mine = Q(coach=me) | Q(coached_person=me, next_on__gte=who.today)
        days = (who.today - BACK, who.today + TALK_AHEAD)
        return told(
            found.filter(mine, next_on__range=days),
            due_on="next_on",
            other=Case(When(coach=me, then=name_of("coached_person")), default=name_of("coach")),
            mine=Case(When(coach=me, then=Value(1)), default=Value(0)),
            coached=F("coached"),
            step="next_step",
        )

    def say(self, row: Row, who: Who) -> Wait:
        return _asked(
            row,
            who,
            title=f"Coaching talk with {row.more['other']}",
            sub=f"Next step: {row.more['step']}",
            url=reverse("roadmap:coaching", args=[who.access.district.slug]),
        )


class AtRisk:
    """Questions whether a milestone of an own position is at risk. `pk` is the milestone's."""

    kind = "at_risk"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.ROADMAP_WORK)
        if not reach:
            return None
        mine = AtRiskProposal.objects.reachable(reach).filter(
            milestone__owner__in=who.positions, milestone__school_year__archived_at=None
        )
        return told(
            mine.standing(),
            pk="milestone",
            due_on="due_on",
            title="milestone__title",
            reason="reason",
        )

    def say(self, row: Row, who: Who) -> Wait:
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Is it at risk? {row.more['title']}",
            sub=row.more["reason"],
            url=who.page("roadmap:detail", row.pk),
            chip="you",
            label="Answer",
            when=f"due {short(_due(row))}",
            due_on=row.due_on,
            minutes=1,
            more=row.more,
        )


class Visits:
    """The next visit that this person means to make at a school, until they note one there."""

    kind = "next_visit"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.VISIT_WRITE)
        if not reach:
            return None
        mine = SchoolVisit.objects.reachable(reach).filter(
            by=reach.user.pk, next_on__range=(who.today - BACK, who.today + VISIT_AHEAD)
        )
        return told(
            latest_visits(mine),
            due_on="next_on",
            school="school",
            name="school__name",
            step="next_step",
        )

    def say(self, row: Row, who: Who) -> Wait:
        page = reverse("roadmap:visit-add", args=[who.access.district.slug])
        step = row.more["step"].rstrip(".")
        return _asked(
            row,
            who,
            title=f"Visit at {row.more['name']}",
            sub=f"Next step: {step}." if step else "You planned it. Note it, and it is done.",
            url=f"{page}?school={row.more['school']}",
        )


def _asked(
    row: Row, who: Who, *, title: str, sub: str, url: str, minutes: int | None = None
) -> Wait:
    kind, label = chip((_due(row) - who.today).days)
    return Wait(
        kind=row.kind,
        pk=row.pk,
        title=title[:1].upper() + title[1:],
        sub=sub,
        url=url,
        chip=kind,
        label=label,
        when=short(_due(row)),
        due_on=row.due_on,
        minutes=minutes,
        more=row.more,
    )


SOURCES = (
    Milestones("milestone", helping=False),
    Milestones("helping", helping=True),
    MeetingActions(),
    Attendance(),
    Talks(),
    AtRisk(),
    Visits(),
)


def _due(row: Row) -> Any:
    return row.due_on

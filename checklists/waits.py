"""What of checklists waits on a person: forms to fill in, pairs to agree on, actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from checklists.models import Action, Checklist, RaterKind, Reopening, Window
from checklists.models.forms import ChecklistQuerySet
from checklists.reports.actions import chip
from checklists.services.agreeing import GRACE, is_in_time
from roles.capabilities import Capability
from roles.waits import (
    SOON,
    Row,
    Wait,
    Who,
    name_of,
    place_in,
    position_in,
    position_of,
    short,
    told,
)

A_MONTH = dt.timedelta(days=GRACE)  # within so many days it is in time, whatever the holidays
LATEST = dt.timedelta(days=90)  # after a window nobody agrees any more, whatever the holidays


class Forms:
    """Forms of the windows open today that this person fills in: about the own position, or as
    observer of another one.
    """

    def __init__(self, kind: str, rater: RaterKind) -> None:
        self.kind = kind
        self._rater = rater

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.CHECKLIST_WORK)
        if not reach:
            return None
        forms = Checklist.objects.reachable(reach).current().rated_by(reach.user)
        waiting = forms.filter(
            submitted_at=None,
            rater_kind=self._rater,
            window__in=Window.objects.reachable(reach).open_on(who.today).order_by().values("pk"),
        )
        return told(
            waiting.with_progress(),
            due_on="window__closes_on",
            title="template__title",
            holder=name_of("holder"),
            minutes="template__minutes_to_complete",
            again=Exists(Reopening.objects.filter(checklist=OuterRef("pk"))),
            total=F("items_total"),
            done=F("items_done"),
            **position_of("position"),
        )

    def say(self, row: Row, who: Who) -> Wait:
        more, is_own = row.more, self._rater == RaterKind.SELF
        done, total, minutes = more["done"], more["total"], more["minutes"]
        place = place_in(more)
        said = [f"{place[:1].upper()}{place[1:]}."]
        if not is_own:
            said.append("You rate as observer.")
        if more["again"]:
            said.append("Opened for you again.")
        about = f", about {minutes} minutes in all" if is_own else ""
        said.append(f"{done} of {total} items rated{about}.")
        title = more["title"] if is_own else f"Observe: {more['title']} of {more['holder']}"
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=title,
            sub=" ".join(said),
            url=who.page("checklists:fill", row.pk),
            chip="you",
            label="Go on" if done else "Begin",
            when=f"closes {short(_due(row))}",
            due_on=row.due_on,
            minutes=_left(minutes, done, total),
            more=more,
        )


def _left(minutes: int, done: int, total: int) -> int:
    """What is left of the time that the whole form takes, a minute at the least."""
    return max(1, round(minutes * (total - done) / total)) if total else minutes


class ToAgree:
    """Observer forms of pairs that this person is one of: both in, the cycle not closed."""

    kind = "agree"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.CHECKLIST_WORK)
        if not reach:
            return None
        me = reach.user.pk
        found = (
            Checklist.objects.reachable(reach)
            .current()
            .submitted()
            .filter(
                Q(holder=me) | Q(rater=me),
                Exists(_beside(RaterKind.SELF)),
                ~Exists(_beside(RaterKind.AGREED)),
                rater_kind=RaterKind.OBSERVER,
                window__closes_on__gte=who.today - LATEST,
            )
        )
        return told(
            found,
            due_on="window__closes_on",
            title="template__title",
            window="window__label",
            closed_at="window__closed_at",
            other=Case(When(rater=me, then=name_of("holder")), default=name_of("rater")),
            **position_of("position"),
        )

    def say(self, row: Row, who: Who) -> Wait | None:
        """None where it is too late by now: school days are counted by the calendar."""
        more = row.more
        closed_at = more["closed_at"] and dt.datetime.fromisoformat(more["closed_at"])
        window = Window(closes_on=_due(row), closed_at=closed_at)
        closing = min(_due(row), who.day(closed_at) if closed_at else dt.date.max)
        is_near = closing >= who.today - A_MONTH
        closures = () if is_near else who.closures
        if not is_in_time(window, who.access.district, closures):
            return None
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=f"Compare and agree: {more['title']}",
            sub=f"{more['window']}, {place_in(more)}. With {more['other']};"
            " both of your ratings are in.",
            url=who.page("checklists:compare", row.pk),
            chip="you",
            label="Compare",
            minutes=10,
            more=more,
        )


def _beside(kind: RaterKind) -> ChecklistQuerySet:
    same: dict[str, Any] = {
        name: OuterRef(name) for name in ("district", "window", "position", "holder")
    }
    return Checklist.objects.current().submitted().filter(rater_kind=kind, **same).order_by()


class Actions:
    """Own actions that are overdue, or due within two weeks."""

    kind = "action"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.CHECKLIST_WORK)
        if not reach:
            return None
        mine = Action.objects.reachable(reach).open().filter(owner=reach.user.pk)
        return told(
            mine.filter(due_on__lte=who.today + SOON),
            due_on="due_on",
            text="text",
            window="window__label",
            group=Coalesce("role__title", Value("departments")),
            checklist="checklist",
            **position_of("checklist__position"),
        )

    def say(self, row: Row, who: Who) -> Wait:
        more = row.more
        kind, label = chip(Action(due_on=_due(row)), who.today)
        source = position_in(more) if more["checklist"] else more["group"]
        return Wait(
            kind=self.kind,
            pk=row.pk,
            title=more["text"],
            sub=f"Your action from {more['window']}, {source}.",
            url=who.page("checklists:action", row.pk),
            chip=kind,
            label=label,
            when=f"due {short(_due(row))}",
            due_on=row.due_on,
            more=more,
        )


SOURCES = (Forms("own", RaterKind.SELF), Forms("observe", RaterKind.OBSERVER), ToAgree(), Actions())


def _due(row: Row) -> Any:
    return row.due_on

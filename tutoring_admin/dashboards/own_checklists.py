"""What waits on one person around checklists: forms, pairs to agree on, actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from checklists.models import Action, Checklist, RaterKind, Reopening, Window
from checklists.models.forms import ChecklistQuerySet
from checklists.reports.actions import RELATED, chip, source_of
from checklists.services.agreeing import is_in_time
from roles.access import Access, Reach
from roles.capabilities import Capability

SHOWN = 8  # of the forms that someone fills in as observer
PRESSING = dt.timedelta(days=14)
LATEST = dt.timedelta(days=90)  # after a window nobody agrees any more, whatever the holidays
PLACE = (
    "window",
    "template",
    "holder",
    "position__role",
    "position__school",
    "position__department",
)


@dataclass(frozen=True)
class ActionLine:
    """An action with its chip, and where it came from."""

    action: Action
    kind: str
    label: str
    source: str


@dataclass(frozen=True)
class OwnChecklists:
    """Forms about the own position, forms about others, pairs to agree on, pressing actions."""

    own: Sequence[Checklist] = ()
    observed: Sequence[Checklist] = ()
    to_agree: Sequence[Checklist] = ()
    actions: Sequence[ActionLine] = ()

    @property
    def waiting(self) -> int:
        return len(self.own) + len(self.observed) + len(self.to_agree) + len(self.actions)

    @property
    def observed_shown(self) -> Sequence[Checklist]:
        return self.observed[:SHOWN]

    @property
    def observed_more(self) -> int:
        return max(0, len(self.observed) - SHOWN)


def own_checklists(access: Access, today: dt.date) -> OwnChecklists:
    """Of the windows open today, and of those that closed lately. 3 queries."""
    reach = access.reach(Capability.CHECKLIST_WORK)
    if not reach:
        return OwnChecklists()
    forms = _to_fill_in(reach, today)
    return OwnChecklists(
        own=[form for form in forms if form.rater_kind == RaterKind.SELF],
        observed=[form for form in forms if form.rater_kind == RaterKind.OBSERVER],
        to_agree=_to_agree(reach, today),
        actions=_actions(reach, today),
    )


def _to_fill_in(reach: Reach, today: dt.date) -> Sequence[Checklist]:
    """With `opened_again`: whether it was submitted before."""
    forms = Checklist.objects.reachable(reach).current().rated_by(reach.user)
    waiting = forms.filter(
        submitted_at=None, window__in=Window.objects.reachable(reach).open_on(today)
    )
    again = Exists(Reopening.objects.filter(checklist=OuterRef("pk")))
    rows = waiting.with_progress().annotate(opened_again=again).select_related(*PLACE)
    return list(rows.order_by("window__closes_on", "pk"))


def _to_agree(reach: Reach, today: dt.date) -> Sequence[Checklist]:
    """The observer forms of pairs this person is one of: both in, the cycle not closed."""
    me = reach.user
    rows = (
        Checklist.objects.reachable(reach)
        .current()
        .submitted()
        .filter(
            Q(holder=me) | Q(rater=me),
            Exists(_beside(RaterKind.SELF)),
            ~Exists(_beside(RaterKind.AGREED)),
            rater_kind=RaterKind.OBSERVER,
            window__closes_on__gte=today - LATEST,
        )
        .select_related(*PLACE, "rater")
    )
    return [
        form
        for form in rows.order_by("window__closes_on", "pk")
        if is_in_time(form.window, reach.district)
    ]


def _beside(kind: RaterKind) -> ChecklistQuerySet:
    same: dict[str, Any] = {
        name: OuterRef(name) for name in ("district", "window", "position", "holder")
    }
    return Checklist.objects.current().submitted().filter(rater_kind=kind, **same)


def _actions(reach: Reach, today: dt.date) -> Sequence[ActionLine]:
    """Own actions that are overdue, or due within two weeks."""
    mine = Action.objects.reachable(reach).open().filter(owner=reach.user)
    rows = mine.filter(due_on__lte=today + PRESSING).select_related(*RELATED)
    return [ActionLine(row, *chip(row, today), source_of(row)) for row in rows]

"""A position changes hands while a window is open: whose form counts from then on."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from checklists.models import Checklist, RaterKind, Window
from checklists.services.asking import holding
from roles.services import audit


def set_aside(window: Window, day: dt.date) -> int:
    """Set aside the self forms, not submitted, of people who no longer hold the position.

    With each goes the observer's form about that person. A submitted self form stays: its cycle
    goes on, and the next holder is not asked. Answers are kept; returns how many self forms went.
    """
    still = holding(window, day).filter(position=OuterRef("position"), holder=OuterRef("rater"))
    unsubmitted = Checklist.objects.filter(window=window, submitted_at=None).self_rated()
    left = unsubmitted.filter(~Exists(still)).select_for_update(of=("self",))
    pairs = list(left.order_by("pk").values_list("pk", "position", "holder"))
    if not pairs:
        return 0
    about = Checklist.objects.filter(
        window=window,
        rater_kind=RaterKind.OBSERVER,
        position__in=[position for _, position, _ in pairs],
        holder__in={holder for _, _, holder in pairs},
    )
    now = timezone.now()
    about.current().update(withdrawn_at=now)
    Checklist.objects.filter(pk__in=[pk for pk, _, _ in pairs]).update(withdrawn_at=now)
    _note(window, "checklist.set_aside", len(pairs))
    return len(pairs)


def bring_back(window: Window, day: dt.date) -> int:
    """Give people who hold a position again the form that was set aside when they left it.

    Only where no other form took its place. Returns how many self forms came back.
    """
    aside = Checklist.objects.filter(
        window=window, rater_kind=RaterKind.SELF, withdrawn_at__isnull=False
    )
    again = holding(window, day).filter(position=OuterRef("position"), holder=OuterRef("rater"))
    taken = Checklist.objects.filter(window=window, position=OuterRef("position")).self_rated()
    latest: dict[int, Checklist] = {}
    for form in aside.filter(Exists(again), ~Exists(taken)).order_by("withdrawn_at", "pk"):
        latest[form.position_id] = form
    for form in latest.values():
        with_it = Checklist.objects.filter(
            window=window,
            position=form.position_id,
            holder=form.holder_id,
            withdrawn_at=form.withdrawn_at,
        )
        with_it.update(withdrawn_at=None)
    if latest:
        _note(window, "checklist.brought_back", len(latest))
    return len(latest)


def _note(window: Window, verb: str, forms: int) -> None:
    audit.record_for(window.district, None, verb, window, label=window.label, forms=forms)

"""Telling people once that they have a checklist to fill in; and taking it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from checklists.models import Checklist, Window
from checklists.services import digests, nudging
from checklists.services.writing import (
    PEOPLE,
    quiet_days,
    tell_of,
    told_about,
    waiting_forms,
    with_names,
)
from roles.models import District
from roles.notices import number
from roles.services import notices
from roles.services.rounds import in_every_district

TOLD = "told"


def write_everywhere() -> int:
    """Beat's round through all districts: tell, remind, report; returns how many notices are new.

    Each person's notices go out in their daily letter. On quiet days what is owed waits.
    """
    return in_every_district(write_in, trouble="Letters about checklists in %s were not owed")


def write_in(district: District) -> int:
    """The round of one district, inside its scope."""
    today, quiet = district.today(), quiet_days(district)
    if quiet(today):
        return 0
    told = tell(district, today)
    reminded = nudging.remind(district, today, quiet)
    return told + reminded + digests.report(district)


@transaction.atomic
def tell(district: District, today: dt.date) -> int:
    """Tell each person with forms in an open window they were not told of; returns how many.

    `PEOPLE` at most: the next round goes on.
    """
    running = Window.objects.filter(district=district).open_on(today)
    untold = waiting_forms(district).filter(told_at=None, window__in=running)
    first = untold.order_by("window__closes_on", "window", "rater").values_list("window", "rater")
    pairs = list(first.distinct()[:PEOPLE])
    if not pairs:
        return 0
    windows = {window.pk: window for window in running.filter(pk__in={pk for pk, _ in pairs})}
    for window in windows.values():
        window.district = district
    chosen = untold.filter(window__in=windows, rater__in={rater for _, rater in pairs})
    # Held in one order: a second round waits, then finds them told.
    held = with_names(chosen).select_for_update(of=("self",)).order_by("pk")
    forms = [form for form in held if (form.window_id, form.rater_id) in set(pairs)]
    for form in forms:
        tell_of(windows[form.window_id], [form], TOLD)
    Checklist.objects.filter(pk__in=[form.pk for form in forms]).update(told_at=timezone.now())
    return len(pairs)


def take_back(window: Window) -> int:
    """Withdraw what waits to be told about a window; returns how many notices.

    Called when its days change or it closes early: what they say is no longer so. Who was not
    told yet counts as not told, so that the next round tells them what is so.
    """
    found = told_about(window).waiting().select_for_update(of=("self",))
    waiting = dict(found.values_list("key", "subject"))
    untold = [number(subject) for key, subject in waiting.items() if f":news:{TOLD}:" in key]
    Checklist.objects.filter(window=window, pk__in=untold).update(told_at=None)
    return notices.withdraw(window.district, *waiting.values()) if waiting else 0

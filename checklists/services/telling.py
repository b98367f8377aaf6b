"""Telling people once that they have a checklist to fill in; and taking it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from checklists.models import Checklist, Window
from checklists.services import digests, nudging
from checklists.services.writing import (
    PEOPLE,
    by_rater,
    key_of,
    quiet_days,
    unsent,
    waiting_forms,
    with_names,
    write,
)
from roles.models import District
from roles.services.reminding import MORNING
from roles.services.rounds import in_every_district

TOLD = "told"


def write_everywhere() -> int:
    """Beat's round through all districts: tell, remind, report; returns letters newly owed.

    Nobody is written to before the morning, nor on quiet days: what is owed waits.
    """
    return in_every_district(write_in, trouble="Letters about checklists in %s were not owed")


def write_in(district: District) -> int:
    """The round of one district, inside its scope."""
    today, quiet = district.today(), quiet_days(district)
    if quiet(today) or timezone.localtime(timezone=district.zone).hour < MORNING:
        return 0
    told = tell(district, today)
    reminded = nudging.remind(district, today, quiet)
    return told + reminded + digests.report(district)


@transaction.atomic
def tell(district: District, today: dt.date) -> int:
    """Owe a letter to each person with forms in an open window they were not told of.

    One letter for each window lists all of them. `PEOPLE` at most: the next round goes on.
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
    letters = list(_letters(forms))
    for pk, mine in letters:
        _tell(windows[pk], mine)
    Checklist.objects.filter(pk__in=[form.pk for form in forms]).update(told_at=timezone.now())
    return len(letters)


def _letters(forms: list[Checklist]) -> Iterator[tuple[int, list[Checklist]]]:
    of_window: dict[int, list[Checklist]] = {}
    for form in forms:
        of_window.setdefault(form.window_id, []).append(form)
    for pk, found in of_window.items():
        for mine in by_rater(found).values():
            yield pk, mine


def _tell(window: Window, forms: list[Checklist]) -> None:
    earliest = min(form.pk for form in forms)
    key = key_of(window, TOLD, earliest, forms[0].rater_id)
    write(window, forms, template="told", key=key)


def take_back(window: Window) -> int:
    """Drop the letters about a window that no worker has begun to send; returns how many.

    Called when its days change or it closes early: what they say is no longer so. Who was not
    told yet counts as not told, so that the next round tells them what is so.
    """
    letters = unsent(window).select_for_update(of=("self",))
    found = {pk: key.split(":") for pk, key in letters.values_list("pk", "key")}
    told = {int(key[4]): int(key[3]) for key in found.values() if key[2] == TOLD}
    told_forms = Checklist.objects.filter(window=window, rater__in=told, told_at__isnull=False)
    untold = [pk for pk, rater in told_forms.values_list("pk", "rater") if pk >= told[rater]]
    Checklist.objects.filter(pk__in=untold).update(told_at=None)
    return unsent(window).filter(pk__in=found).delete()[0]

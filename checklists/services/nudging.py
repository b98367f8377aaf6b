"""Reminders: a week before the last day and on it, or at once when a manager asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from checklists.ladder import HEARD, Quiet, Rung, reminder_days, rung_on
from checklists.models import Checklist, Window, WindowState
from checklists.notices import Forms, form_subject
from checklists.services.writing import (
    PEOPLE,
    by_rater,
    start_of,
    tell_of,
    told_about,
    waiting_forms,
    with_names,
)
from roles.access import Reach
from roles.ladder import first_loud
from roles.models import District
from roles.schooltime import ONE_DAY
from roles.services import audit
from roles.services.calendar import quiet_days
from roles.services.gathering import send_now
from roles.services.refusal import Refused


def remind(district: District, today: dt.date, quiet: Quiet) -> int:
    """Owe today's reminder to who has not submitted, in every open window.

    Asks what is owed today, not what happened since the last round: running it again owes nothing
    more. Returns how many letters this call added, `PEOPLE` at most for each window.
    """
    owed = 0
    for window in Window.objects.filter(district=district).open_on(today):
        window.district = district
        rung = rung_on(today, window.opens_on, window.closes_on, quiet)
        if rung is not None:
            owed += _remind(window, rung, today)
    return owed


@transaction.atomic
def _remind(window: Window, rung: Rung, today: dt.date) -> int:
    rung_of_window = f"{rung}.{window.closes_on}"  # a window that moved reminds anew
    had = set(
        told_about(window)
        .filter(key__contains=f":news:{rung_of_window}:")
        .values_list("reader", flat=True)
    )
    rest = HEARD if rung == Rung.SOON else 1
    resting = _written_to(window, today - dt.timedelta(days=rest - 1))
    due = waiting_forms(window.district).filter(window=window, told_at__isnull=False)
    due = due.exclude(rater__in=had | resting)
    people = list(due.order_by("rater").values_list("rater", flat=True).distinct()[:PEOPLE])
    for forms in by_rater(with_names(due.filter(rater__in=people))).values():
        tell_of(window, forms, rung_of_window)
    return len(people)


def coming(form: Checklist) -> list[dt.date]:
    """The days on which its rater will be reminded of a form that is not in, from today on.

    `remind` beforehand: who was written to is left in peace for three days, but for the last day.
    2 queries at most.
    """
    window, today = form.window, form.district.today()
    window.district = form.district
    if form.is_submitted or window.state(today) != WindowState.OPEN:
        return []
    quiet = quiet_days(form.district)
    days = reminder_days(window.opens_on, window.closes_on, quiet)
    told = told_about(window).filter(reader=form.rater_id)
    rows = list(told.values_list("key", "made_at", "say_on"))
    had = {
        rung
        for rung in days
        if any(f":news:{rung}.{window.closes_on}:" in key for key, _, _ in rows)
    }
    zone = window.district.zone
    heard = [max(at.astimezone(zone).date(), say_on) for _, at, say_on in rows]
    rest = max(heard, default=today - HEARD * ONE_DAY)
    last = days.get(Rung.LAST_DAY)
    found = set()
    for rung in days.keys() - had:
        wait = HEARD if rung == Rung.SOON else 1
        day = first_loud(max(days[rung], today, rest + wait * ONE_DAY), quiet)
        if last and (day <= last if rung == Rung.LAST_DAY else day < last):
            found.add(day)
    return sorted(found)


def _written_to(window: Window, day: dt.date) -> set[int]:
    """Who was told about this window on the day or since."""
    since = start_of(day, window)
    told = told_about(window).filter(Q(made_at__gte=since) | Q(say_on__gte=day))
    return set(told.values_list("reader", flat=True))


def remindable(window: Window, forms: QuerySet[Checklist]) -> QuerySet[Checklist]:
    """Those of the forms whose raters can be reminded by hand now: each once a day."""
    today = window.district.today()
    can = waiting_forms(window.district).filter(window=window, pk__in=forms.values("pk"))
    return can.exclude(rater__in=_written_to(window, today))


def hearing(window: Window, pks: Collection[int]) -> dict[int, str]:
    """Of these forms, those that are not submitted: "remind" if their raters can be reminded now,
    "today" if they were written to today, "no_access" if they cannot sign in here. Empty unless
    the window is open. 3 queries.
    """
    today = window.district.today()
    if window.state(today) != WindowState.OPEN:
        return {}
    forms = Checklist.objects.filter(pk__in=pks, window=window, submitted_at=None)
    can = waiting_forms(window.district).filter(pk__in=pks).values_list("pk", flat=True)
    heard, can_open = _written_to(window, today), set(can)
    return {
        pk: "no_access" if pk not in can_open else "today" if rater in heard else "remind"
        for pk, rater in forms.values_list("pk", "rater")
    }


@transaction.atomic
def remind_now(window: Window, forms: QuerySet[Checklist], *, by: Reach) -> list[str]:
    """Remind the raters of these forms at once, each in one letter, at most once a day.

    Returns the names of those written to. Left out: who has submitted, who cannot sign in here,
    who was written to about this window today. Refuses a window that is not open.
    """
    today = by.district.today()
    # Held: a second click at the same moment waits, then finds them written to.
    Window.objects.select_for_update(of=("self",), no_key=True).get(pk=window.pk)
    if window.state(today) != WindowState.OPEN:
        raise Refused(f"{window} is not open. There is nothing to remind of.")
    told = [
        str(mine[0].rater)
        for mine in by_rater(with_names(remindable(window, forms))).values()
        if _by_hand(window, mine)
    ]
    if told:
        people = told[0] if len(told) == 1 else f"{len(told)} people"
        audit.record(by, "checklist_window.reminded", window, label=window.label, people=people)
    return told


def _by_hand(window: Window, forms: list[Checklist]) -> bool:
    """In a letter at once. False if there was one today."""
    subjects = [form_subject(window.pk, form.pk) for form in forms]
    by_hand = f"checklist:{window.pk}"
    if not send_now(window.district, forms[0].rater, Forms.kind, subjects, by_hand=by_hand):
        return False
    pks: Collection[int] = [form.pk for form in forms if form.told_at is None]
    Checklist.objects.filter(pk__in=pks).update(told_at=timezone.now())
    return True

"""The ladder of reminders: which letters are owed today, and what they say."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from roadmap.models import Milestone
from roadmap.scheduling import LADDER, Rung, due_dates_heard_on, due_dates_of_plain_days
from roadmap.services.adoption import closures_of
from roles.models import District, Letter, OwedStatus, User
from roles.schooltime import Span
from roles.services import letters
from roles.wall import district_scope

log = logging.getLogger(__name__)


def owe_everywhere() -> int:
    """Beat's round through all districts, each in its own transaction; returns letters newly owed.

    One district's trouble is logged and does not keep the others from their reminders.
    """
    owed = 0
    for district in District.objects.all():
        try:
            with district_scope(district):
                owed += owe_reminders(district, district.today())
        except Exception:
            log.exception("Reminders of %s were not owed", district.slug)
    return owed


@transaction.atomic
def owe_reminders(district: District, today: dt.date) -> int:
    """Owe today's reminder of each open milestone to whoever holds its owner position.

    Asks what the day's rungs are, not what happened since the last round: running it again owes
    nothing more, and a milestone long overdue is not mailed about rungs that have passed. Returns
    how many letters this call added.
    """
    rungs = rungs_of(today, closures_of(district))
    found = Milestone.objects.filter(district=district, due_on__in=rungs, owner__isnull=False)
    waiting = [m for m in found.open().with_owner(today) if m.holder and m.holder.is_active]
    keys = {milestone.pk: letter_key(milestone, rungs[milestone.due_on]) for milestone in waiting}
    had = set(_letters(district, list(keys.values())).values_list("key", flat=True))
    missing = [milestone for milestone in waiting if keys[milestone.pk] not in had]
    for milestone in missing:
        _owe(district, milestone, keys[milestone.pk], today)
    return len(missing)


def rungs_of(today: dt.date, closures: Sequence[Span]) -> dict[dt.date, Rung]:
    """The due dates that are mailed about today. The demo has no quiet days: it is shown on any."""
    if settings.QUIET_DAYS:
        return due_dates_heard_on(today, closures)
    return due_dates_of_plain_days(today)


def letter_key(milestone: Milestone, rung: Rung) -> str:
    return f"milestone:{milestone.pk}:{milestone.due_on}:{rung}"


def take_back(milestone: Milestone) -> int:
    """Drop the reminders of a milestone that no worker has begun to send; returns how many.

    Called when it moved: what they say is no longer so. The next round owes what still is.
    """
    keys = [letter_key(milestone, rung) for rung in LADDER]
    waiting = Letter.objects.filter(
        district=milestone.district_id, key__in=keys, status=OwedStatus.WAITING
    )
    return waiting.delete()[0]


def _letters(district: District, keys: Sequence[str]) -> Any:
    return Letter.objects.filter(district=district, key__in=keys)


def _owe(district: District, milestone: Milestone, key: str, today: dt.date) -> None:
    holder = milestone.holder
    assert isinstance(holder, User)  # noqa: S101 -- owe_reminders picked those with one
    subject = f"{_call(milestone, today)}: {milestone.title}"
    words = {
        "district": district,
        "milestone": milestone,
        "holder": holder,
        "call": _call(milestone, today),
        "days": (milestone.due_on - today).days,
        "url": settings.SITE_URL.rstrip("/") + page(district, milestone),
    }
    letters.owe(
        district=district,
        key=key,
        to=holder.email,
        subject=subject,
        body=render_to_string("mail/roadmap/reminder.txt", words),
        html=render_to_string("mail/roadmap/reminder.html", words),
        expires_at=_end_of_next_day(today, district),
    )


def page(district: District, milestone: Milestone) -> str:
    return reverse("roadmap:detail", kwargs={"district": district.slug, "pk": milestone.pk})


def _call(milestone: Milestone, today: dt.date) -> str:
    """The action and the date, as a subject begins."""
    if milestone.due_on == today:
        return f"Finish today, {date_format(today, 'M j')}"
    day = date_format(milestone.due_on, "D, M j")
    if milestone.due_on > today:
        return f"Finish by {day}"
    return f"Finish or ask for a new date, was due {day}"


def _end_of_next_day(today: dt.date, district: District) -> dt.datetime:
    return dt.datetime.combine(today + dt.timedelta(days=2), dt.time.min, tzinfo=district.zone)

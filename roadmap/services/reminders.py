"""The ladder of reminders: which letters are owed today, and what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format

from roadmap.models import Milestone
from roles.answering import stand_ins
from roles.ladder import LADDER, Rung
from roles.models import Assignment, District, Letter, OwedStatus, User
from roles.services import letters
from roles.services.calendar import rungs_of
from roles.services.rounds import in_every_district


@dataclass(frozen=True)
class Reminder:
    """One letter to be: to whoever holds the owner position, or answers for it (`answers`)."""

    milestone: Milestone
    reader: User
    key: str
    answers: Assignment | None = None


def owe_everywhere() -> int:
    """Beat's round through all districts; returns letters newly owed."""
    return in_every_district(
        lambda district: owe_reminders(district, district.today()),
        trouble="Reminders of %s were not owed",
    )


@transaction.atomic
def owe_reminders(district: District, today: dt.date) -> int:
    """Owe today's reminder of each open milestone to whoever holds its owner position.

    Where nobody does, it goes to those who answer for the position, and says why.
    Asks what the day's rungs are, not what happened since the last round: running it again owes
    nothing more, and a milestone long overdue is not mailed about rungs that have passed. Returns
    how many letters this call added.
    """
    rungs = rungs_of(district, today)
    found = Milestone.objects.filter(district=district, due_on__in=rungs, owner__isnull=False)
    wanted = list(_reminders(list(found.open().with_owner(today)), rungs, today))
    keys = [reminder.key for reminder in wanted]
    had = set(Letter.objects.filter(district=district, key__in=keys).values_list("key", flat=True))
    missing = [reminder for reminder in wanted if reminder.key not in had]
    for reminder in missing:
        _owe(district, reminder, today)
    return len(missing)


def _reminders(
    milestones: Sequence[Milestone], rungs: dict[dt.date, Rung], today: dt.date
) -> Iterator[Reminder]:
    vacant = {m.owner_id for m in milestones if m.owner_id is not None and not m.holder}
    answering = stand_ins(today, vacant)
    for milestone in milestones:
        key = letter_key(milestone, rungs[milestone.due_on])
        if milestone.holder:
            if milestone.holder.is_active:
                yield Reminder(milestone, milestone.holder, key)
            continue
        for answers in _active(answering.get(milestone.owner_id or 0, ())):
            yield Reminder(milestone, answers.holder, f"{key}:for:{answers.holder_id}", answers)


def _active(assignments: Iterable[Assignment]) -> list[Assignment]:
    """One for each person whose account is open."""
    by_person = {a.holder_id: a for a in assignments if a.holder.is_active}
    return list(by_person.values())


def letter_key(milestone: Milestone, rung: Rung) -> str:
    return f"milestone:{milestone.pk}:{milestone.due_on}:{rung}"


def take_back(milestone: Milestone) -> int:
    """Drop the reminders of a milestone that no worker has begun to send; returns how many.

    Called when it moved: what they say is no longer so. The next round owes what still is.
    """
    own = Q()
    for rung in LADDER:
        key = letter_key(milestone, rung)
        own |= Q(key=key) | Q(key__startswith=f"{key}:for:")
    waiting = Letter.objects.filter(own, district=milestone.district_id, status=OwedStatus.WAITING)
    return waiting.delete()[0]


def _owe(district: District, reminder: Reminder, today: dt.date) -> None:
    milestone = reminder.milestone
    subject = f"{_call(milestone, today)}: {milestone.title}"
    words: dict[str, Any] = {
        "district": district,
        "milestone": milestone,
        "holder": reminder.reader,
        "answers": reminder.answers,
        "call": _call(milestone, today),
        "days": (milestone.due_on - today).days,
        "url": settings.SITE_URL.rstrip("/") + page(district, milestone),
    }
    letters.write(
        district=district,
        key=reminder.key,
        to=reminder.reader.email,
        subject=subject,
        template="roadmap/reminder",
        words=words,
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

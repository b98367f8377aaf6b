"""Reminders to acknowledge: after a week, then every second week, until the holder has read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format

from roles.access import Reach
from roles.models import (
    Assignment,
    District,
    JobDescriptionVersion,
    Letter,
    Membership,
)
from roles.models.leadership import AssignmentQuerySet
from roles.schooltime import is_quiet
from roles.services import letters
from roles.services.acknowledging import ask, ask_key, asked, letter_words
from roles.services.audit import record
from roles.services.calendar import closures_of
from roles.services.rounds import in_every_district

FIRST, AGAIN = 7, 14  # days from being asked to the first reminder, and from one to the next
BREATH = dt.timedelta(days=6)  # nobody hears twice within it, whatever a break put off
MORNING = 7  # o'clock in the district, before which nobody is written to
WORTH = 2  # days for which a letter says what is so


def owe_everywhere() -> int:
    """Beat's round through all districts; returns letters newly owed."""

    def owe(district: District) -> int:
        if timezone.localtime(timezone=district.zone).hour < MORNING:
            return 0
        return owe_reminders(district, district.today())

    return in_every_district(owe, trouble="Reminders to acknowledge in %s were not owed")


@transaction.atomic
def owe_reminders(district: District, today: dt.date) -> int:
    """Owe what is due today to everyone who holds a position and has not read its description.

    Running it again owes nothing more: each rung has a key. Who was never told (they began today,
    or publishing came before their account) is asked. Returns how many letters this call added.
    """
    if settings.QUIET_DAYS and is_quiet(today, closures_of(district)):
        return 0
    waiting = _longest_each(unread(Assignment.objects.filter(district=district), district, today))
    keys = {a.pk: reminder_key(a, rung(waited(a, today))) for a in waiting}
    had = set(_letters(district).filter(key__in=keys.values()).values_list("key", flat=True))
    resting = set(
        _letters(district)
        .filter(key__startswith="acknowledge:", owed_at__gt=timezone.now() - BREATH)
        .values_list("to", flat=True)
    )
    due = [a for a in waiting if keys[a.pk] not in had and a.holder.email not in resting]
    versions = versions_of(due)
    return sum(_owe(district, versions[a.version_pk], a) for a in due)


def unread(
    assignments: AssignmentQuerySet, district: District, today: dt.date
) -> AssignmentQuerySet:
    """Those of `asked` who have not read and can: with an open account and access here."""
    member = Membership.objects.filter(district=district, user=OuterRef("holder"))
    found = asked(assignments, district, today).filter(has_read=False, holder__is_active=True)
    return found.filter(Exists(member)).select_related("holder", "position").order_by("asked_on")


def _longest_each(assignments: Iterable[Any]) -> list[Any]:
    """One assignment for each person and version: two schools are no reason for two letters."""
    first: dict[tuple[int, int], Any] = {}
    for assignment in assignments:
        first.setdefault((assignment.version_pk, assignment.holder_id), assignment)
    return list(first.values())


def waited(assignment: Any, today: dt.date) -> int:
    """Whole days since this holder was asked."""
    return int((today - assignment.asked_on).days)


def rung(days: int) -> int:
    """The number of the reminder that so many days call for; 0 in the first week."""
    return 0 if days < FIRST else 1 + (days - FIRST) // AGAIN


def reminder_key(assignment: Any, number: int) -> str:
    """The key of a reminder; number 0 is the letter that asked."""
    asked_by = ask_key(assignment.version_pk, assignment.pk)
    return f"{asked_by}:reminder:{number}" if number else asked_by


def by_hand_key(holder_pk: int, day: dt.date) -> str:
    return f"acknowledge:by-hand:{holder_pk}:{day}"


def versions_of(assignments: Iterable[Any]) -> dict[int, JobDescriptionVersion]:
    found = JobDescriptionVersion.objects.filter(pk__in={a.version_pk for a in assignments})
    return {version.pk: version for version in found}


def _letters(district: District) -> Any:
    return Letter.objects.filter(district=district)


def _owe(district: District, version: JobDescriptionVersion, assignment: Any) -> bool:
    number = rung(waited(assignment, district.today()))
    if number:
        _write(district, reminder_key(assignment, number), [(version, assignment)])
        return True
    if version.published_by_id == assignment.holder_id:
        return False
    ask(version, assignment, district)
    return True


def _write(
    district: District, key: str, unread_by_one: list[tuple[JobDescriptionVersion, Any]]
) -> None:
    """One letter to one person about the versions that wait for them, the longest first."""
    version, assignment = unread_by_one[0]
    today = district.today()
    lines = [
        {
            **letter_words(each, held, district),
            "since": held.asked_on,
            "days": waited(held, today),
        }
        for each, held in unread_by_one
    ]
    words = {"district": district, "holder": assignment.holder, "lines": lines}
    since = date_format(assignment.asked_on, "M j")
    letters.write(
        district=district,
        key=key,
        to=assignment.holder.email,
        subject=f"Read and acknowledge, waiting since {since}: {version.title}",
        template="roles/acknowledge_reminder",
        words=words,
        expires_at=dt.datetime.combine(
            today + dt.timedelta(days=WORTH), dt.time.min, tzinfo=district.zone
        ),
    )


@transaction.atomic
def remind_now(assignments: AssignmentQuerySet, *, by: Reach) -> list[str]:
    """Remind the holders of these assignments at once, each at most once a day, in one letter.

    Returns the names of those written to. Left out: who has read, who cannot sign in here, who
    was reminded by hand today.
    """
    today = by.district.today()
    found = _longest_each(unread(assignments, by.district, today))
    versions = versions_of(found)
    of_one: dict[int, list[tuple[JobDescriptionVersion, Any]]] = {}
    for held in found:
        of_one.setdefault(held.holder_id, []).append((versions[held.version_pk], held))
    keys = {holder: by_hand_key(holder, today) for holder in of_one}
    had = set(_letters(by.district).filter(key__in=keys.values()).values_list("key", flat=True))
    told = []
    for holder, lines in of_one.items():
        if keys[holder] not in had:
            _write(by.district, keys[holder], lines)
            told.append(str(lines[0][1].holder))
    if told:
        people = told[0] if len(told) == 1 else f"{len(told)} people"
        record(by, "job_description.reminded", by.district, people=people)
    return told

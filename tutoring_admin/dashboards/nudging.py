"""One letter to each person who was chosen, about all that they owe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from roles.access import Reach
from roles.models import User
from roles.services import audit
from roles.services.calendar import quiet_days
from roles.services.gathering import send_all_now
from roles.services.refusal import Refused
from tutoring_admin.dashboards.chasing import Person

BY_HAND = "nudge"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('nudge'), %s)"


@dataclass(frozen=True)
class Nudged:
    """Who was written to, and who was not: names, each with why."""

    told: Sequence[str]
    left: Sequence[tuple[str, str]]


@transaction.atomic
def nudge(persons: Iterable[Person], *, by: Reach) -> Nudged:
    """Remind these people now, each in one letter that tells all they owe.

    Left out, with why: who was reminded by hand within three days, had a letter about it today,
    cannot sign in, turned letters off, or owes nothing any more. Refused on quiet days.
    """
    today = by.district.today()
    if quiet_days(by.district)(today):
        raise Refused(
            "Today is a quiet day: nobody is written to on weekends, closures and in early July."
        )
    with connection.cursor() as cursor:  # a second click waits, then finds them written to
        cursor.execute(ONE_AT_A_TIME, [by.district.pk])
    told: list[str] = []
    left: list[tuple[str, str]] = []
    for person in persons:
        why_not = person.why_not(today) or _tell(person, by)
        if why_not:
            left.append((person.name, why_not))
        else:
            told.append(person.name)
    if told:
        people = told[0] if len(told) == 1 else f"{len(told)} people"
        audit.record(by, "chase.reminded", by.district, people=people)
    return Nudged(told, left)


def _tell(person: Person, by: Reach) -> str:
    """Empty once the letter is owed; else why it is not."""
    subjects: dict[str, list[str]] = defaultdict(list)
    for thing in person.things:
        subjects[thing.kind].append(thing.subject)
    reader = User.objects.get(pk=person.pk)
    sent = send_all_now(by.district, reader, subjects, by_hand=BY_HAND)
    return "" if sent else "was reminded today"

"""The coaching log: one entry for each talk with a leader."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from roadmap.learning_notices import subjects_of
from roadmap.models import CoachingEntry, LearningLine
from roadmap.services.archived import refuse_archived
from roles.access import Reach
from roles.models import Assignment, Position, User
from roles.services import audit, notices
from roles.services.refusal import Refused


@transaction.atomic
def log(
    coached: Position, *, line: LearningLine | None = None, by: Reach, **fields: Any
) -> CoachingEntry:
    """Note a talk with the holder of a position. `fields`: on, minutes_long, focus, next_step,
    next_on; optionally takeaway. Refused where nobody held it that day, or the coach did.

    The same talk sent twice is one entry. The audit row says that there was a talk, not what about.
    """
    if line:
        refuse_archived(line.school_year)
    person = _holder_on(coached, fields["on"])
    if person.pk == by.user.pk:
        raise Refused("A coaching talk is with someone else.")
    entry, created = CoachingEntry.objects.get_or_create(
        district=by.district,
        coached=coached,
        coached_person=person,
        coach_id=by.user.pk,
        line=line,
        **fields,
    )
    if created:
        pair = CoachingEntry.objects.filter(coach=by.user.pk, coached_person=person)
        earlier = pair.exclude(pk=entry.pk).values_list("pk", flat=True)
        notices.withdraw(by.district, *(name for pk in earlier for name in subjects_of(pk)))
        audit.record(by, "learning.coaching_logged", entry, person=str(person), day=str(entry.on))
    return entry


@transaction.atomic
def correct(
    entry: CoachingEntry, *, line: LearningLine | None = None, by: Reach, **fields: Any
) -> bool:
    """Put an entry right, by who noted it. Takes what `log` takes; True if anything changed.

    The person stays: a talk with someone else is another talk. The audit row names what was
    corrected, without its words. Refused where the person did not hold the position that day.
    """
    if entry.coach_id != by.user.pk:
        raise Refused("A talk is corrected by who noted it.")
    for year in {each.school_year for each in (entry.line, line) if each}:
        refuse_archived(year)
    if _holder_on(entry.coached, fields["on"]).pk != entry.coached_person_id:
        raise Refused(f"{entry.coached_person} did not hold this position on that day.")
    wanted = {**fields, "line": line}
    changed = [name for name, value in wanted.items() if getattr(entry, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(entry, name, wanted[name])
    entry.save(update_fields=changed)
    names = ", ".join(WORDS[name] for name in changed)
    audit.record(
        by,
        "learning.coaching_corrected",
        entry,
        person=str(entry.coached_person),
        day=str(entry.on),
        what=names,
    )
    return True


WORDS = {
    "on": "day",
    "minutes_long": "minutes",
    "focus": "topic",
    "line": "plan line",
    "takeaway": "takeaway",
    "next_step": "next step",
    "next_on": "next day",
}


def _holder_on(position: Position, day: dt.date) -> User:
    held = Assignment.objects.filter(position=position).in_force(day).select_related("holder")
    found = held.first()
    if found is None:
        raise Refused("Nobody held this position on that day.")
    return found.holder

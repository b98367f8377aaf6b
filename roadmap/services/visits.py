"""Notes of visits at schools: written once, put right by who wrote them for a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from roadmap.models import SchoolVisit
from roadmap.visit_notices import subject_of
from roles.access import Reach
from roles.models import School
from roles.services import audit, notices
from roles.services.refusal import Refused

A_DAY = dt.timedelta(days=1)
WORDS = {
    "school": "school",
    "on": "day",
    "seen": "what was seen",
    "next_step": "next step",
    "next_on": "next visit",
}


@transaction.atomic
def note(school: School, *, by: Reach, **fields: Any) -> SchoolVisit:
    """Note a visit. `fields`: on, seen; optionally next_step and next_on.

    The same note sent twice is one. The audit row says that there was a visit, not what was seen.
    """
    visit, created = SchoolVisit.objects.get_or_create(
        district=by.district, school=school, by_id=by.user.pk, **fields
    )
    if created:
        mine = SchoolVisit.objects.filter(district=by.district, school=school, by=by.user.pk)
        earlier = mine.exclude(pk=visit.pk).values_list("pk", flat=True)
        notices.withdraw(by.district, *map(subject_of, earlier))
        audit.record(by, "visit.noted", visit, school=school.name, day=str(visit.on))
    return visit


@transaction.atomic
def correct(visit: SchoolVisit, *, by: Reach, **fields: Any) -> bool:
    """Put a note right. Takes the school and what `note` takes; True if anything changed.

    Refused to anyone but its writer, and later than a day after it was written: by then others
    have read it. The audit row names what was corrected, without its words.
    """
    if visit.by_id != by.user.pk:
        raise Refused("A note is corrected by who wrote it.")
    if not is_fresh(visit):
        raise Refused("This note is older than a day. Write a new one that says what is different.")
    changed = [name for name, value in fields.items() if getattr(visit, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(visit, name, fields[name])
    visit.save(update_fields=changed)
    if {"school", "next_on"} & set(changed):
        notices.withdraw(by.district, subject_of(visit.pk))
    what = ", ".join(WORDS[name] for name in changed)
    audit.record(
        by, "visit.corrected", visit, school=visit.school.name, day=str(visit.on), what=what
    )
    return True


def is_fresh(visit: SchoolVisit) -> bool:
    """Whether its writer may still put it right."""
    return timezone.now() - visit.made_at < A_DAY

"""The coaching log: one entry for each talk with a leader."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from roadmap.learning_notices import subjects_of
from roadmap.models import CoachingEntry, LearningLine
from roadmap.services.archived import refuse_archived
from roles.access import Reach
from roles.models import Assignment, Position
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
    on_that_day = Assignment.objects.filter(position=coached).in_force(fields["on"])
    held = on_that_day.select_related("holder").first()
    if held is None:
        raise Refused("Nobody held this position on that day.")
    if held.holder_id == by.user.pk:
        raise Refused("A coaching talk is with someone else.")
    entry, created = CoachingEntry.objects.get_or_create(
        district=by.district,
        coached=coached,
        coached_person=held.holder,
        coach_id=by.user.pk,
        line=line,
        **fields,
    )
    if created:
        pair = CoachingEntry.objects.filter(coach=by.user.pk, coached_person=held.holder)
        earlier = pair.exclude(pk=entry.pk).values_list("pk", flat=True)
        notices.withdraw(by.district, *(name for pk in earlier for name in subjects_of(pk)))
        audit.record(
            by, "learning.coaching_logged", entry, person=str(held.holder), day=str(entry.on)
        )
    return entry

"""Coaching talks that were agreed on."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from roadmap.learning_time import QUIET
from roadmap.models import CoachingEntry
from roles.access import Reach
from roles.models import User


def agreed_talks(reach: Reach, person: User, today: dt.date) -> list[CoachingEntry]:
    """The next talks this person has agreed on as coach or coached: of each pair the latest entry,
    as long as its day has not been followed by another talk.
    """
    mine = CoachingEntry.objects.filter(district=reach.district).filter(
        Q(coach=person) | Q(coached_person=person)
    )
    later = CoachingEntry.objects.filter(
        coach=OuterRef("coach"), coached_person=OuterRef("coached_person")
    ).filter(Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk")))
    open_talks = mine.filter(~Exists(later), next_on__gte=today - QUIET)
    return list(
        open_talks.select_related("coach", "coached_person", "coached__role").order_by("next_on")
    )

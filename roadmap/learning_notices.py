"""Learning as a source of notices: the next coaching talk, and attendance that nobody took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from roadmap.models import CoachingEntry, LearningSession, SessionState
from roles.ladder import Step
from roles.models import District
from roles.notices import Due, Line, Mine, number

BEFORE_A_TALK = (Step(-2), Step(0))
AFTER_A_SESSION = (Step(1), Step(5))
COACH, COACHED = "coaching", "coached"


def subjects_of(entry_pk: int) -> tuple[str, str]:
    """A next talk as its coach and as the coached person hear of it."""
    return f"coaching:{COACH}:{entry_pk}", f"coaching:{COACHED}:{entry_pk}"


def attendance_subject(session_pk: int) -> str:
    return f"attendance:{session_pk}"


class Talks:
    """The next talk that two people agreed on, until one of them is noted."""

    kind = "coaching"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """One query. Two things for each talk: one for each of the two."""
        found = _open_talks(district).filter(next_on__range=(first, last))
        if mine is not None:
            found = found.filter(Q(coach=mine.reader_id) | Q(coached_person=mine.reader_id))
        for entry in found:
            for subject in subjects_of(entry.pk):
                yield Due(subject=subject, steps=BEFORE_A_TALK, **_talk(district, entry, subject))

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        keys = {subject: number(subject) for subject in subjects}
        found = {e.pk: e for e in _open_talks(district).filter(pk__in=keys.values())}
        return {
            subject: Line(**_talk(district, found[pk], subject))
            for subject, pk in keys.items()
            if pk in found
        }


class Unmarked:
    """Sessions that took place, as far as anyone knows, without anybody taking attendance."""

    kind = "attendance"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """One query."""
        found = _unmarked(district).filter(on__range=(first, last))
        if mine is not None:
            found = found.filter(leader__in=mine.positions)
        for session in found:
            subject = attendance_subject(session.pk)
            yield Due(subject=subject, steps=AFTER_A_SESSION, **_session(district, session))

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        keys = {number(subject): subject for subject in subjects}
        found = _unmarked(district).filter(pk__in=keys)
        return {keys[each.pk]: Line(**_session(district, each)) for each in found}


def _open_talks(district: District) -> QuerySet[CoachingEntry]:
    later = CoachingEntry.objects.filter(
        coach=OuterRef("coach"), coached_person=OuterRef("coached_person")
    ).filter(Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk")))
    found = CoachingEntry.objects.filter(~Exists(later), district=district)
    return found.select_related("coach", "coached_person")


def _talk(district: District, entry: CoachingEntry, subject: str) -> dict[str, Any]:
    for_coach = subject.split(":")[1] == COACH
    reader, other = (
        (entry.coach_id, entry.coached_person)
        if for_coach
        else (entry.coached_person_id, entry.coach)
    )
    return {
        "title": f"Coaching talk with {other}",
        "due_on": entry.next_on,
        "path": reverse("roadmap:coaching", args=[district.slug]),
        "reader_id": reader,
        "verb": "Hold",
        "words": f"Next step: {entry.next_step}",
        "why": "you agreed on a next talk",
    }


def _unmarked(district: District) -> QuerySet[LearningSession]:
    found = LearningSession.objects.filter(
        district=district, state=SessionState.PLANNED, leader__isnull=False
    )
    return found.filter(line__school_year__archived_at=None).select_related("line")


def _session(district: District, session: LearningSession) -> dict[str, Any]:
    return {
        "title": f"Attendance at {session.name}",
        "due_on": session.on,
        "path": reverse("roadmap:learning-attendance", args=[district.slug, session.pk]),
        "position_id": session.leader_id,
        "verb": "Take",
        "words": "Mark who was there, or cancel it if it did not take place.",
    }

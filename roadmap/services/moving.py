"""A change of the calendar and all that it moves, done in one go as its preview showed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from roadmap import calendar_news
from roadmap.models import (
    Milestone,
)
from roadmap.notices import subject_of
from roadmap.services import anchors
from roadmap.services.archived import refuse_archived
from roadmap.services.move_preview import Move, Preview, preview
from roadmap.yeardays import YearDays
from roles.access import Reach
from roles.models import AuditEvent, District, SchoolYear
from roles.services import audit, notices
from roles.services.refusal import Refused


@transaction.atomic
def change_days(year: SchoolYear, days: YearDays, *, seen: str, by: Reach) -> Preview:
    """Write a year's days and move what counts from them, as the preview `seen` showed.

    Returns what moved. Refused where the preview would look different by now, where the year is
    archived, or where an anchor is to go that milestones count from.
    """
    year = SchoolYear.objects.select_for_update().get(district=by.district, pk=year.pk)
    refuse_archived(year)
    found = preview(year, days, by=by)
    if found.fingerprint != seen:
        raise Refused("Something has changed since this was shown. Look at it again, then confirm.")
    changed = anchors.write(year, days)
    if not changed:
        return found
    moved = [[m.milestone.pk, str(m.milestone.due_on), str(m.due_on)] for m in found.moves]
    event = audit.record(by, calendar_news.VERB, year, label=year.label, moved=moved, **changed)
    _tell_stories(found.moves, by)
    _write(by.district, found.moves)
    for person, _ in found.hears:
        if person.pk != by.user.pk:
            notices.tell(
                by.district,
                person,
                calendar_news.MovedDates.kind,
                calendar_news.subject_of(event.pk),
            )
    return found


def _write(district: District, moves: Sequence[Move]) -> None:
    now = timezone.now()
    for move in moves:
        move.milestone.starts_on, move.milestone.due_on = move.starts_on, move.due_on
        move.milestone.changed_at = now
    rows = [move.milestone for move in moves]
    Milestone.objects.bulk_update(rows, ["starts_on", "due_on", "changed_at"], batch_size=500)
    Milestone.objects.filter(pk__in=[row.pk for row in rows]).update(sequence=F("sequence") + 1)
    if rows:
        notices.withdraw(district, *(subject_of(row.pk) for row in rows))


def _tell_stories(moves: Sequence[Move], by: Reach) -> None:
    """A line in the story of each milestone; the act itself has the one row of the year."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            district=by.district,
            actor_id=by.user.pk,
            verb="roadmap.milestone_moved",
            subject=move.milestone._meta.label_lower,
            subject_pk=str(move.milestone.pk),
            detail={
                "title": move.milestone.title,
                "old": str(move.milestone.due_on),
                "new": str(move.due_on),
            },
        )
        for move in moves
        if move.days
    )

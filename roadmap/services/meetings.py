"""Single meetings: moved and cancelled; who is in them and who runs them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from roadmap import meeting_notices
from roadmap.models import Meeting, MeetingSeries, MeetingState
from roadmap.services.archived import refuse_archived
from roadmap.services.milestones import said
from roles.access import Reach
from roles.models import Position
from roles.schooltime import is_school_day
from roles.services import audit, notices
from roles.services.calendar import closures_of
from roles.services.refusal import Refused

OVER = "This meeting is held or cancelled already."


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, by: Reach) -> bool:
    """Cancel one planned meeting, with the reason. True if this call did it."""
    held, reason = hold(meeting), said(reason)
    if held.state != MeetingState.PLANNED:
        return False
    call_off(held, reason)
    audit.record(
        by, "meeting.cancelled", held, title=held.series.title, on=str(held.on), reason=reason
    )
    return True


@transaction.atomic
def move(meeting: Meeting, *, on: dt.date, at: dt.time, reason: str, by: Reach) -> bool:
    """Put one planned meeting on another day or time, with the reason. True if this call did it."""
    held, reason = hold(meeting), said(reason)
    if held.state != MeetingState.PLANNED:
        return False
    if (on, at) == (held.on, held.at):
        raise Refused("That is when it meets already.")
    if on < by.district.today():
        raise Refused("This day is over. Pick today or a later day.")
    if not is_school_day(on, closures_of(by.district)):
        raise Refused("Schools are closed on that day. Pick a working day.")
    old = held.on
    held.on, held.at, held.reason = on, at, reason
    held.sequence += 1
    held.changed_at = timezone.now()
    held.save(update_fields=["on", "at", "reason", "sequence", "changed_at"])
    _take_back(held)
    audit.record(
        by, "meeting.moved", held, title=held.series.title, old=str(old), new=str(on),
        reason=reason,
    )  # fmt: skip
    return True


def hold(meeting: Meeting) -> Meeting:
    """The meeting as it stands, held against another change at the same moment."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("series__school_year")
    held: Meeting = rows.get(pk=meeting.pk)
    refuse_archived(held.series.school_year)
    return held


def people_of(series: MeetingSeries) -> set[int]:
    """Primary keys of the positions that meet: the chair and the members."""
    found = set(series.memberships.values_list("position", flat=True))
    return found | ({series.chair_id} if series.chair_id else set())


def may_run(series: MeetingSeries, by: Reach, manages: Reach) -> bool:
    """Who changes its agenda and writes its minutes: whoever sits in it, or runs the roadmap."""
    if series.school_year.archived_at is not None:
        return False
    if manages.covers(series.school_id):
        return True
    mine = Position.objects.answered_for_by(by.user, by.district.today())
    return bool(by) and mine.filter(pk__in=people_of(series)).exists()


def call_off(meeting: Meeting, reason: str) -> None:
    """Cancel a meeting that is held; whoever was to hear of it does not."""
    meeting.state, meeting.reason = MeetingState.CANCELLED, reason
    meeting.sequence += 1
    meeting.changed_at = timezone.now()
    meeting.save(update_fields=["state", "reason", "sequence", "changed_at"])
    _take_back(meeting)


def _take_back(meeting: Meeting) -> None:
    """Who was to hear of its agenda hears of the day it has now, or no more."""
    people = people_of(meeting.series)
    subjects = [meeting_notices.agenda_of(meeting.pk, position) for position in people]
    notices.withdraw(meeting.district, *subjects)

"""A change of a series, and what it does to the meetings that are to come."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from roadmap import rhythms
from roadmap.models import Meeting, MeetingSeries, MeetingState
from roadmap.services.meeting_series import Plan, days_of, hold, meeting_of, put_members
from roles.access import Reach
from roles.models import District
from roles.services import audit

CHANGED = "The meeting comes at other times now."


@dataclass
class Changes:
    """What a change of a series does to its meetings to come: new ones, other times, none."""

    new: list[Meeting] = field(default_factory=list)
    moved: list[tuple[dt.date, Meeting]] = field(default_factory=list)
    cancelled: list[Meeting] = field(default_factory=list)
    kept: int = 0

    @property
    def is_none(self) -> bool:
        return not (self.new or self.moved or self.cancelled)


@transaction.atomic
def change(series: MeetingSeries, plan: Plan, *, by: Reach) -> Changes:
    """Give a series other words, people or times. Only planned meetings from today on follow;
    those moved by hand keep their day. Calendars hear of each that changes.
    """
    held = hold(series)
    done = changes_of(held, plan, by.district)
    what = [name for name, value in plan.fields.items() if getattr(held, name) != value]
    for name, value in plan.fields.items():
        setattr(held, name, value)
    held.full_clean(exclude=["district"])
    held.save()
    before = set(held.memberships.values_list("position", flat=True))
    put_members(held, plan.members)
    if before != set(held.memberships.values_list("position", flat=True)):
        what.append("members")
    _write(done)
    if "title" in what or "place" in what or "link" in what:
        _tell_calendars(held, by.district.today())
    if what:
        audit.record(by, "meeting_series.changed", held, title=held.title, what=", ".join(what))
    return done


def changes_of(series: MeetingSeries, plan: Plan, district: District) -> Changes:
    """What `change` would do to the meetings to come; writes nothing.

    A day of the rhythm that has its meeting keeps it. Meetings whose day is gone take, in order,
    the days that have none, so that an agenda moves along with its meeting.
    """
    today = district.today()
    rows = list(series.meetings.all())
    by_usual = {row.usual_on: row for row in rows}
    to_come = [row for row in rows if row.state == MeetingState.PLANNED and row.on >= today]
    slots = [slot for slot in days_of(plan, district) if slot.on and slot.on >= today]
    usual = {slot.usual_on for slot in slots}
    free = deque(row for row in to_come if row.usual_on not in usual and _follows(row, today))
    found = Changes()
    for slot in slots:
        row = by_usual.get(slot.usual_on)
        if row is None and free:
            row = free.popleft()
        if row is None:
            found.new.append(_planned(series, plan, slot))
        elif row.state == MeetingState.PLANNED or row.reason == CHANGED:
            _lay(row, slot, plan, found)
    found.cancelled = list(free)
    return found


def _follows(row: Meeting, today: dt.date) -> bool:
    """One put off by hand from a day that is over keeps the day it was given."""
    return not row.reason or row.usual_on >= today


def _planned(series: MeetingSeries, plan: Plan, slot: rhythms.Slot) -> Meeting:
    row = meeting_of(series, slot)
    row.at, row.minutes_long = plan.at, plan.minutes_long
    return row


def _lay(row: Meeting, slot: rhythms.Slot, plan: Plan, found: Changes) -> None:
    """Put one meeting on its place, and note whether that changes anything."""
    assert slot.on is not None  # noqa: S101 -- left-out ones are no places
    before = (row.usual_on, row.on, row.at, row.minutes_long, row.state)
    was_on = row.on
    row.usual_on = slot.usual_on
    row.minutes_long = plan.minutes_long
    if row.state != MeetingState.PLANNED:
        row.state, row.reason = MeetingState.PLANNED, ""
    if not row.reason:  # moved by hand says why, and stays where it was put
        row.on, row.at = slot.on, plan.at
    if before == (row.usual_on, row.on, row.at, row.minutes_long, row.state):
        found.kept += 1
    else:
        found.moved.append((was_on, row))


def _write(done: Changes) -> None:
    now = timezone.now()
    for meeting in done.cancelled:
        meeting.state, meeting.reason = MeetingState.CANCELLED, CHANGED
    touched = [row for _, row in done.moved] + done.cancelled
    for meeting in touched:
        meeting.sequence += 1
        meeting.changed_at = now
    for row in touched:
        row.save(
            update_fields=["usual_on", "on", "at", "minutes_long", "state", "reason", "sequence",
                           "changed_at"]
        )  # fmt: skip
    Meeting.objects.bulk_create(done.new)


def _tell_calendars(series: MeetingSeries, today: dt.date) -> None:
    for row in series.meetings.upcoming(today):
        row.sequence += 1
        row.changed_at = timezone.now()
        row.save(update_fields=["sequence", "changed_at"])

"""Series of meetings: started, changed, ended; single meetings moved and cancelled."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from roadmap import meeting_notices, rhythms
from roadmap.models import Meeting, MeetingSeries, MeetingState, SeriesMember
from roadmap.services.milestones import said
from roles.access import Reach
from roles.models import District, Position, School, SchoolYear
from roles.schooltime import Span, is_school_day
from roles.services import audit, notices
from roles.services.calendar import closures_of
from roles.services.refusal import Refused

CHANGED = "The meeting comes at other times now."
ENDED = "The meeting was ended."
ARCHIVED = "This school year is archived. Its meetings stay as they are."
OVER = "This meeting is held or cancelled already."
WHEN = ("rhythm", "first_on", "last_on", "at", "minutes_long")


@dataclass(frozen=True)
class Plan:
    """What a series is to be. `members` are primary keys of positions."""

    title: str
    rhythm: str
    first_on: dt.date
    last_on: dt.date
    at: dt.time
    minutes_long: int
    chair: Position | None = None
    members: Sequence[int] = ()
    school: School | None = None
    key: str = ""
    guests: str = ""
    place: str = ""
    link: str = ""
    agenda: str = ""
    protected: bool = True

    @property
    def fields(self) -> dict[str, Any]:
        """Of the series' own row."""
        return {
            name: getattr(self, name)
            for name in (
                "title", "rhythm", "first_on", "last_on", "at", "minutes_long", "chair", "school",
                "key", "guests", "place", "link", "agenda", "protected",
            )
        }  # fmt: skip


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


def days_of(plan: Plan, district: District) -> list[rhythms.Slot]:
    """Every day of a series on the district's calendar. Raises Refused if there is none."""
    found = rhythms.slots(plan.rhythm, plan.first_on, plan.last_on, closures_of(district))
    if not any(slot.on for slot in found):
        raise Refused("No meeting falls on a working day between these dates.")
    return found


@transaction.atomic
def start(year: SchoolYear, plan: Plan, *, by: Reach) -> MeetingSeries:
    """Begin a series and put its meetings on the calendar; one audit row."""
    series, meetings = _begin(year, plan, by.district, closures_of(by.district))
    audit.record(by, "meeting_series.started", series, title=series.title, meetings=meetings)
    return series


@transaction.atomic
def adopt(year: SchoolYear, plans: Sequence[Plan], *, by: Reach) -> int:
    """Begin several series at once; those that run already (key and school) are left alone.

    Returns how many began.
    """
    _open_year(year)
    running = set(
        MeetingSeries.objects.filter(school_year=year, ended_at=None)
        .exclude(key="")
        .values_list("key", "school")
    )
    wanted = [
        plan for plan in plans if (plan.key, plan.school.pk if plan.school else None) not in running
    ]
    closures = closures_of(by.district)
    meetings = sum(_begin(year, plan, by.district, closures)[1] for plan in wanted)
    if wanted:
        audit.record(by, "meeting_series.adopted", year, series=len(wanted), meetings=meetings)
    return len(wanted)


def _begin(
    year: SchoolYear, plan: Plan, district: District, closures: Sequence[Span]
) -> tuple[MeetingSeries, int]:
    _open_year(year)
    series = MeetingSeries(district=district, school_year=year, **plan.fields)
    series.full_clean(exclude=["district"])
    series.save()
    _put_members(series, plan.members)
    return series, len(_fill(series, closures))


@transaction.atomic
def generate(series: MeetingSeries) -> int:
    """Put meetings of the rhythm that are not there yet on the calendar; returns how many came."""
    return len(_fill(series, closures_of(series.district)))


def _fill(series: MeetingSeries, closures: Sequence[Span]) -> list[Meeting]:
    there = set(series.meetings.values_list("usual_on", flat=True))
    wanted = [s for s in _slots(series, closures) if s.on and s.usual_on not in there]
    rows = [_meeting(series, slot) for slot in wanted]
    Meeting.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _slots(series: MeetingSeries, closures: Sequence[Span]) -> list[rhythms.Slot]:
    return rhythms.slots(series.rhythm, series.first_on, series.last_on, closures)


def _meeting(series: MeetingSeries, slot: rhythms.Slot) -> Meeting:
    assert slot.on is not None  # noqa: S101 -- left-out ones are no places
    return Meeting(
        district_id=series.district_id, series=series, usual_on=slot.usual_on, on=slot.on,
        at=series.at, minutes_long=series.minutes_long,
    )  # fmt: skip


def _put_members(series: MeetingSeries, members: Sequence[int]) -> None:
    wanted = set(members) - {series.chair_id}
    series.memberships.exclude(position__in=wanted).delete()
    there = set(series.memberships.values_list("position", flat=True))
    SeriesMember.objects.bulk_create(
        SeriesMember(district_id=series.district_id, series=series, position_id=pk)
        for pk in sorted(wanted - there)
    )


@transaction.atomic
def change(series: MeetingSeries, plan: Plan, *, by: Reach) -> Changes:
    """Give a series other words, people or times. Only planned meetings from today on follow;
    those moved by hand keep their day. Calendars hear of each that changes.
    """
    held = _hold(series)
    done = changes_of(held, plan, by.district)
    what = [name for name, value in plan.fields.items() if getattr(held, name) != value]
    for name, value in plan.fields.items():
        setattr(held, name, value)
    held.full_clean(exclude=["district"])
    held.save()
    before = set(held.memberships.values_list("position", flat=True))
    _put_members(held, plan.members)
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
    row = _meeting(series, slot)
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


@transaction.atomic
def end(series: MeetingSeries, *, reason: str, by: Reach) -> int:
    """End a series: what was held stays, what was to come is cancelled. Returns how many were."""
    held, reason = _hold(series), said(reason)
    if held.ended_at:
        raise Refused("This series has ended already.")
    held.ended_at = timezone.now()
    held.save(update_fields=["ended_at"])
    to_come = list(held.meetings.upcoming(by.district.today()))
    for meeting in to_come:
        _cancel(meeting, reason)
    audit.record(
        by, "meeting_series.ended", held, title=held.title, reason=reason, meetings=len(to_come)
    )
    return len(to_come)


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, by: Reach) -> bool:
    """Cancel one planned meeting, with the reason. True if this call did it."""
    held, reason = hold(meeting), said(reason)
    if held.state != MeetingState.PLANNED:
        return False
    _cancel(held, reason)
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
    _open_year(held.series.school_year)
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


def _cancel(meeting: Meeting, reason: str) -> None:
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


def _hold(series: MeetingSeries) -> MeetingSeries:
    rows = MeetingSeries.objects.select_for_update(of=("self",)).select_related("school_year")
    held: MeetingSeries = rows.get(pk=series.pk)
    _open_year(held.school_year)
    return held


def _open_year(year: SchoolYear) -> None:
    if year.archived_at is not None:
        raise Refused(ARCHIVED)

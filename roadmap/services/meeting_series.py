"""Series of meetings: started, taken over from the library, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from roadmap import rhythms
from roadmap.models import Meeting, MeetingSeries, SeriesMember
from roadmap.services.archived import refuse_archived
from roadmap.services.meetings import call_off
from roadmap.services.milestones import said
from roles.access import Reach
from roles.models import District, Position, School, SchoolYear
from roles.schooltime import Span
from roles.services import audit
from roles.services.calendar import closures_of
from roles.services.refusal import Refused


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
    refuse_archived(year)
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
    refuse_archived(year)
    series = MeetingSeries(district=district, school_year=year, **plan.fields)
    series.full_clean(exclude=["district"])
    series.save()
    put_members(series, plan.members)
    return series, len(_fill(series, closures))


def _fill(series: MeetingSeries, closures: Sequence[Span]) -> list[Meeting]:
    slots = rhythms.slots(series.rhythm, series.first_on, series.last_on, closures)
    return Meeting.objects.bulk_create(meeting_of(series, slot) for slot in slots if slot.on)


def meeting_of(series: MeetingSeries, slot: rhythms.Slot) -> Meeting:
    """A meeting, not saved yet, in a place of the rhythm that falls on a working day."""
    assert slot.on is not None  # noqa: S101 -- left-out ones are no places
    return Meeting(
        district_id=series.district_id, series=series, usual_on=slot.usual_on, on=slot.on,
        at=series.at, minutes_long=series.minutes_long,
    )  # fmt: skip


def put_members(series: MeetingSeries, members: Sequence[int]) -> None:
    """Make these positions the members; the chair is none of them."""
    wanted = set(members) - {series.chair_id}
    series.memberships.exclude(position__in=wanted).delete()
    there = set(series.memberships.values_list("position", flat=True))
    SeriesMember.objects.bulk_create(
        SeriesMember(district_id=series.district_id, series=series, position_id=pk)
        for pk in sorted(wanted - there)
    )


@transaction.atomic
def end(series: MeetingSeries, *, reason: str, by: Reach) -> int:
    """End a series: what was held stays, what was to come is cancelled. Returns how many were."""
    held, reason = hold(series), said(reason)
    if held.ended_at:
        raise Refused("This series has ended already.")
    held.ended_at = timezone.now()
    held.save(update_fields=["ended_at"])
    to_come = list(held.meetings.upcoming(by.district.today()))
    for meeting in to_come:
        call_off(meeting, reason)
    audit.record(
        by, "meeting_series.ended", held, title=held.title, reason=reason, meetings=len(to_come)
    )
    return len(to_come)


def hold(series: MeetingSeries) -> MeetingSeries:
    """The series as it stands, held against another change at the same moment."""
    rows = MeetingSeries.objects.select_for_update(of=("self",)).select_related("school_year")
    held: MeetingSeries = rows.get(pk=series.pk)
    refuse_archived(held.school_year)
    return held

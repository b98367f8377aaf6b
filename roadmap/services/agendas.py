"""Agendas: drafted by the system, put in order by people.

Drafting again adds what is new and takes away what is over and untouched; it never moves, rewords
or brings back what a person moved, wrote or dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from roadmap import agenda_sources
from roadmap.agenda_sources import Entry
from roadmap.models import (
    AgendaItem,
    AgendaSource,
    Meeting,
    MeetingState,
)
from roadmap.services import meetings
from roles.access import Reach
from roles.models import District
from roles.schooltime import ONE_DAY, Span, is_school_day
from roles.services import audit
from roles.services.calendar import closures_of
from roles.services.refusal import Refused
from roles.services.rounds import in_every_district

AHEAD = dt.timedelta(days=7)
WORKING_DAYS_BEFORE = 2
HELD = "The minutes of this meeting are closed."
DERIVED = (
    AgendaSource.MILESTONE,
    AgendaSource.ACTION,
    AgendaSource.UNDECIDED,
    AgendaSource.DECISION,
)


def draft_when_near(meeting: Meeting) -> bool:
    """Draft an agenda that nobody looked at yet, from a week before the meeting on."""
    near = meeting.on - meeting.district.today() <= AHEAD
    if meeting.state != MeetingState.PLANNED or meeting.drafted_at is not None or not near:
        return False
    return draft(meeting) is not None


@transaction.atomic
def draft(meeting: Meeting) -> int | None:
    """Bring the agenda up to date; returns how many items are new, None where it is closed.

    The product does this itself, on a look or two working days before: no audit row.
    """
    held = _held(meeting)
    if held.state != MeetingState.PLANNED:
        return None
    wanted = agenda_sources.entries(held)
    there = {item.subject: item for item in held.agenda_items.all() if item.subject}
    new = [entry for entry in wanted if entry.subject not in there]
    _renew_notes(wanted, there)
    _take_away(held, {entry.subject for entry in wanted})
    last = held.agenda_items.aggregate(last=Max("order"))["last"] or 0
    AgendaItem.objects.bulk_create(_item(held, entry, last + n) for n, entry in enumerate(new, 1))
    held.drafted_at = timezone.now()
    held.save(update_fields=["drafted_at"])
    meeting.drafted_at = held.drafted_at
    return len(new)


def draft_everywhere() -> int:
    """Beat's round: agendas of meetings that are two working days off, once each day until then."""
    return in_every_district(
        lambda district: draft_due(district, district.today()),
        trouble="Agendas of %s were not drafted",
    )


def draft_due(district: District, today: dt.date) -> int:
    """Draft what is due in a district; returns how many agendas. Harmless to do twice."""
    closures = closures_of(district)
    until = days_on(today, WORKING_DAYS_BEFORE, closures)
    midnight = dt.datetime.combine(today, dt.time(), tzinfo=district.zone)
    near = Meeting.objects.filter(
        district=district, on__range=(today, until), series__school_year__archived_at=None
    ).planned()
    stale = near.exclude(drafted_at__gte=midnight)
    return sum(draft(meeting) is not None for meeting in stale)


def days_on(day: dt.date, working_days: int, closures: Sequence[Span]) -> dt.date:
    """The day so many working days on."""
    while working_days:
        day += ONE_DAY
        working_days -= is_school_day(day, closures)
    return day


@transaction.atomic
def add(meeting: Meeting, title: str, *, note: str = "", by: Reach) -> AgendaItem:
    """Put an item of one's own at the end of the agenda."""
    held, title = _open(meeting), title.strip()
    if not title:
        raise Refused("Say what it is about.")
    last = held.agenda_items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem.objects.create(
        district_id=held.district_id, meeting=held, order=last + 1, source=AgendaSource.PERSON,
        title=title, note=note.strip(),
    )  # fmt: skip
    _record("meeting.item_added", item, by)
    return item


@transaction.atomic
def drop(item: AgendaItem, *, by: Reach) -> bool:
    """Take an item off the agenda; drafting does not bring it back. True if this call did it."""
    _open(item.meeting)
    there = AgendaItem.objects.filter(pk=item.pk, dropped_at=None)
    if not there.update(dropped_at=timezone.now()):
        return False
    _record("meeting.item_dropped", item, by)
    return True


@transaction.atomic
def bring_back(item: AgendaItem, *, by: Reach) -> bool:
    """Put a dropped item on the agenda again. True if this call did it."""
    _open(item.meeting)
    gone = AgendaItem.objects.filter(pk=item.pk).exclude(dropped_at=None)
    if not gone.update(dropped_at=None):
        return False
    _record("meeting.item_brought_back", item, by)
    return True


@transaction.atomic
def put(item: AgendaItem, place: int, *, by: Reach) -> bool:
    """Give an item another place (1 is the first). True if anything moved; order leaves no audit
    row, since nothing is decided by it.
    """
    held = _open(item.meeting)
    shown = list(held.agenda_items.filter(dropped_at=None).order_by("order", "pk"))
    here = next((n for n, each in enumerate(shown) if each.pk == item.pk), None)
    if here is None:
        return False
    there = max(0, min(place - 1, len(shown) - 1))
    shown.insert(there, shown.pop(here))
    for n, each in enumerate(shown, 1):
        each.order = n
    AgendaItem.objects.bulk_update(shown, ["order"])
    return there != here


def _renew_notes(wanted: Sequence[Entry], there: dict[str, AgendaItem]) -> None:
    """Say anew why each drafted item is there: what was "due" may be "late" by now."""
    changed = []
    for entry in wanted:
        item = there.get(entry.subject)
        if item and item.source == entry.source and item.note != entry.note:
            item.note = entry.note
            changed.append(item)
    AgendaItem.objects.bulk_update(changed, ["note"])


def _take_away(meeting: Meeting, wanted: set[str]) -> None:
    """What is over since, unless somebody wrote to it or decided something about it."""
    untouched = meeting.agenda_items.filter(
        source__in=DERIVED, said="", settled_at=None, dropped_at=None, decisions=None, actions=None
    )
    untouched.exclude(subject__in=wanted).delete()


def _item(meeting: Meeting, entry: Entry, order: int) -> AgendaItem:
    return AgendaItem(
        district_id=meeting.district_id, meeting=meeting, order=order, source=entry.source,
        subject=entry.subject, title=entry.title, note=entry.note, milestone_id=entry.milestone,
        carried_from_id=entry.carried_from,
    )  # fmt: skip


def _held(meeting: Meeting) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",))
    found: Meeting = rows.select_related("series__school_year", "district").get(pk=meeting.pk)
    found.series.district = found.district
    return found


def _open(meeting: Meeting) -> Meeting:
    held = meetings.hold(meeting)
    if held.state != MeetingState.PLANNED:
        raise Refused(HELD if held.state == MeetingState.HELD else meetings.OVER)
    return held


def _record(verb: str, item: AgendaItem, by: Reach) -> None:
    meeting = item.meeting
    audit.record(by, verb, item, title=item.title, meeting=meeting.series.title, on=str(meeting.on))

"""Calendar feeds as RFC 5545 has them: what is due as whole days, meetings at their hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from icalendar import Calendar, Event, Timezone

from roadmap.feed_rows import Source, Whose, sources
from roadmap.models import State
from roles.access import Reach
from roles.models import AuditEvent, District
from roles.schooltime import ONE_DAY

CONTENT_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN = dt.timedelta(hours=1)
CANCELLED = "cancelled"
JOINED = {
    "milestone": (),
    "meeting": ("series",),
    "session": ("line",),
    "coaching": ("coach", "coached_person"),
}
AUDITED = {
    "window": "checklists.window",
    "action": "checklists.action",
    "meeting-action": "roadmap.meetingaction",
    "coaching": "roadmap.coachingentry",
}
"""Kinds without a sequence of their own: each change left an audit row."""


@dataclass(frozen=True)
class Place:
    """Where events happen, and where their pages are."""

    district: District
    reader: int | None
    changes: Mapping[tuple[str, int], tuple[int, dt.datetime]] = field(default_factory=dict)

    def page(self, name: str, **which: int) -> str:
        """The full address of a page of the district."""
        path = reverse(name, kwargs={"district": self.district.slug, **which})
        return f"{settings.SITE_URL.rstrip('/')}{path}"

    def uid(self, kind: str, pk: int) -> str:
        """The same for as long as the thing is there."""
        return f"{kind}-{pk}.{self.district.slug}@{urlsplit(settings.SITE_URL).hostname}"

    def change_of(self, kind: str, pk: int, made_at: dt.datetime) -> tuple[int, dt.datetime]:
        """How often a thing changed since it was made, and when last."""
        return self.changes.get((kind, pk), (0, made_at))


def calendar(reach: Reach, whose: Whose, name: str) -> bytes:
    """The feed's bytes: everything in it that this reach gets to. A fixed number of queries."""
    found = {source.kind: _rows(source, reach, whose) for source in sources(whose)}
    place = Place(reach.district, whose.person, _changes(reach.district, found))
    events = [EVENTS[kind](row, place) for kind, rows in found.items() for row in rows]
    made = Calendar()
    for key, value in (
        ("prodid", "-//Tutoring leadership//Calendar//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
        ("x-wr-timezone", reach.district.time_zone),
        ("x-published-ttl", "PT1H"),
    ):
        made.add(key, value)
    made.add("name", name)
    made.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for zone in _zones(reach.district.zone, events):
        made.add_component(zone)
    for event in events:
        made.add_component(event)
    content: bytes = made.to_ical()
    return content


def _rows(source: Source, reach: Reach, whose: Whose) -> list[Any]:
    rows: QuerySet = source.rows(whose).reachable(reach)
    return list(rows.select_related(*JOINED[source.kind]) if JOINED.get(source.kind) else rows)


def _changes(
    district: District, found: Mapping[str, Iterable[Any]]
) -> dict[tuple[str, int], tuple[int, dt.datetime]]:
    """How often and when last the things without a sequence were changed, from the audit trail."""
    kinds = {AUDITED[kind]: kind for kind, rows in found.items() if kind in AUDITED and rows}
    if not kinds:
        return {}
    wanted = {str(row.pk) for kind in kinds.values() for row in found[kind]}
    events = AuditEvent.objects.filter(
        district=district, subject__in=kinds, subject_pk__in=wanted
    ).order_by()
    counted = events.values_list("subject", "subject_pk").annotate(n=Count("pk"), last=Max("at"))
    return {(kinds[label], int(pk)): (n, last) for label, pk, n, last in counted}


def _milestone(row: Any, place: Place) -> Event:
    words = {State.DONE: "Done", State.NOT_APPLICABLE: "Not needed"}.get(row.state, "Due")
    told = [
        f"{row.get_state_display()}.",
        f"Proof expected: {row.proof_hint}" if row.proof_hint else "",
    ]
    event = _begin(place, "milestone", row, row.sequence, row.changed_at)
    _all_day(event, row.due_on, row.due_on)
    _say(event, f"{words}: {row.title}", told, place.page("roadmap:detail", pk=row.pk))
    event.add("status", "CANCELLED" if row.state == State.NOT_APPLICABLE else "CONFIRMED")
    return event


def _meeting(row: Any, place: Place) -> Event:
    series = row.series
    told = [
        "Protected planning time." if series.protected else "",
        f"Agenda:\n{series.agenda}" if series.agenda else "",
        series.link,
    ]
    event = _begin(place, "meeting", row, row.sequence, row.changed_at)
    _timed(event, row, place.district.zone)
    _where(event, series)
    _say(
        event, _called(series.title, row), _why(row, told), place.page("roadmap:meeting", pk=row.pk)
    )
    return event


def _session(row: Any, place: Place) -> Event:
    event = _begin(place, "session", row, row.sequence, row.changed_at)
    _timed(event, row, place.district.zone)
    _where(event, row)
    told = ["" if row.title in ("", row.line.topic) else f"Part of: {row.line.topic}", row.link]
    title = _called(f"Learning: {row.title or row.line.topic}", row)
    _say(event, title, _why(row, told), place.page("roadmap:learning-session", pk=row.pk))
    return event


def _window(row: Any, place: Place) -> Event:
    made = row.opened_at or dt.datetime.combine(row.opens_on, dt.time(), place.district.zone)
    event = _begin(place, "window", row, *place.change_of("window", row.pk, made))
    _all_day(event, row.opens_on, row.closes_on)
    last = date_format(row.closes_on, "M j")
    title = f"Checklists: {row.label}"
    if place.reader:
        title = f"Fill in your checklist by {last}: {row.label}"
    _say(event, title, [], place.page("checklists:index"))
    return event


def _action(row: Any, place: Place) -> Event:
    event = _begin(place, "action", row, *place.change_of("action", row.pk, row.made_at))
    _all_day(event, row.due_on, row.due_on)
    _say(event, f"Due: {row.text}", [], place.page("checklists:action", pk=row.pk))
    return event


def _meeting_action(row: Any, place: Place) -> Event:
    changes = place.change_of("meeting-action", row.pk, row.made_at)
    event = _begin(place, "meeting-action", row, *changes)
    _all_day(event, row.due_on, row.due_on)
    link = place.page("roadmap:meeting-action", pk=row.pk)
    _say(event, f"Due: {row.text}", ["From a meeting."], link)
    return event


def _coaching(row: Any, place: Place) -> Event:
    """With whom and when; what it is about stays in the log."""
    gives = row.coach_id == place.reader
    other = row.coached_person if gives else row.coach
    link = place.page("roadmap:coaching" if gives else "roadmap:learning-mine")
    event = _begin(place, "coaching", row, *place.change_of("coaching", row.pk, row.made_at))
    _all_day(event, row.next_on, row.next_on)
    _say(event, f"Coaching: next talk with {other}", [], link)
    return event


EVENTS: dict[str, Callable[[Any, Place], Event]] = {
    "milestone": _milestone,
    "meeting": _meeting,
    "session": _session,
    "window": _window,
    "action": _action,
    "meeting-action": _meeting_action,
    "coaching": _coaching,
}


def _begin(place: Place, kind: str, row: Any, sequence: int, changed_at: dt.datetime) -> Event:
    event, at = Event(), changed_at.astimezone(dt.UTC).replace(microsecond=0)
    event.add("uid", place.uid(kind, row.pk))
    event.add("dtstamp", at)
    event.add("last-modified", at)
    event.add("sequence", sequence)
    return event


def _all_day(event: Event, first: dt.date, last: dt.date) -> None:
    """Whole days, the last one included; the person is free for other things."""
    event.add("dtstart", first)
    event.add("dtend", last + ONE_DAY)
    event.add("transp", "TRANSPARENT")


def _timed(event: Event, row: Any, zone: ZoneInfo) -> None:
    """At an hour of the district's clock, taken unless it is cancelled. Lasts as many minutes as it
    says on a night when the clock is changed, too.
    """
    begins = dt.datetime.combine(row.on, row.at, zone)
    ends = begins.astimezone(dt.UTC) + dt.timedelta(minutes=row.minutes_long)
    event.add("dtstart", begins)
    event.add("dtend", ends.astimezone(zone))
    is_off = row.state == CANCELLED
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")


def _where(event: Event, row: Any) -> None:
    if row.place or row.link:
        event.add("location", row.place or row.link)


def _called(title: str, row: Any) -> str:
    return f"Cancelled: {title}" if row.state == CANCELLED else title


def _why(row: Any, told: list[str]) -> list[str]:
    return [f"Cancelled: {row.reason}", *told] if row.state == CANCELLED else told


def _say(event: Event, title: str, told: Iterable[str], link: str) -> None:
    event.add("summary", title)
    event.add("description", "\n\n".join([*filter(None, told), link]))
    event.add("url", link)


def _zones(zone: ZoneInfo, events: Iterable[Event]) -> Iterator[Timezone]:
    """The rules of the district's clock over the years in which something has an hour."""
    days = [event.decoded(end) for event in events for end in ("dtstart", "dtend")]
    years = [day.year for day in days if isinstance(day, dt.datetime)]
    if years:
        yield _rules(zone.key, min(years), max(years))


@lru_cache(maxsize=64)
def _rules(name: str, first: int, last: int) -> Timezone:
    zone, begins, ends = ZoneInfo(name), dt.date(first - 1, 1, 1), dt.date(last + 2, 1, 1)
    return Timezone.from_tzinfo(zone, name, begins, ends)

"""The whole-day events of a calendar file (ICS), repeated ones once for each time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # comes with icalendar

from roadmap.calendar_files.found import LABEL, MOST_ROWS, Found, Kind, Row, Trouble, Unreadable
from roadmap.calendar_files.naming import kind_by_name
from roles.schooltime import ONE_DAY, Span

MOST_REPEATS = 60


class Events:
    """The whole-day events of a calendar file, repeated ones once for each time."""

    def __init__(self, span: Span, zone: ZoneInfo, encoding: str) -> None:
        self.span, self.zone = span, zone
        self.found = Found("ICS calendar", encoding)

    def read(self, text: str) -> Found:
        try:
            calendars = icalendar.Calendar.from_ical(text, multiple=True)
        except (ValueError, IndexError, KeyError) as trouble:
            raise Unreadable(f"The calendar file cannot be read: {trouble}.") from trouble
        events = [event for each in calendars for event in each.walk("VEVENT")]
        if not events:
            raise Unreadable("The calendar file cannot be read to its end, or it has no events.")
        if len(events) > MOST_ROWS:
            raise Unreadable("The file has more than 5,000 events. Export the school's alone.")
        for number, event in enumerate(events, 1):
            if str(event.get("STATUS", "")).upper() != "CANCELLED":
                self._event(number, event)
        return self.found

    def _event(self, number: int, event: Any) -> None:
        label = " ".join(str(event.get("SUMMARY", "")).split())
        starts = self._moment(number, event, "DTSTART")
        if starts is None:
            return
        if not label:
            self.found.troubles.append(Trouble(number, "SUMMARY", "a name", "nothing"))
            return
        first, last, whole = self._days(event, starts)
        if last < first:
            self.found.troubles.append(Trouble(number, "DTEND", f"{first} or later", str(last)))
            return
        kind = kind_by_name(label) if whole else Kind.NOTHING
        note = "" if whole else "It has a time of day."
        left_out = self._left_out(event)
        for day in self._repeats(event, first):
            if day in left_out:
                continue
            end = day + (last - first)
            if self.span[0] <= day <= end <= self.span[1]:
                self.found.rows.append(Row(number, label[:LABEL], day, end, kind, note))
            else:
                self.found.elsewhere += 1

    def _moment(self, number: int, event: Any, name: str) -> dt.date | None:
        found = getattr(event.get(name), "dt", None)
        if isinstance(found, dt.date):
            return found
        got = str(event.get(name, "") or "nothing")[:60]
        self.found.troubles.append(Trouble(number, name, "a date", got))
        return None

    def _days(self, event: Any, starts: dt.date) -> tuple[dt.date, dt.date, bool]:
        """First and last day, both included, and whether it takes whole days. A file's end of whole
        days is the day after them (RFC 5545).
        """
        ends = getattr(event.get("DTEND"), "dt", None)
        span = getattr(event.get("DURATION"), "dt", None)
        if isinstance(starts, dt.datetime):
            first = self._local(starts)
            last = self._local(ends) if isinstance(ends, dt.datetime) else first
            return first, last, False
        if ends is None and isinstance(span, dt.timedelta):
            ends = starts + span
        if not isinstance(ends, dt.date):
            return starts, starts, True
        last = self._local(ends) if isinstance(ends, dt.datetime) else ends - ONE_DAY
        return starts, last if ends != starts else starts, True

    def _left_out(self, event: Any) -> set[dt.date]:
        """Days that an event which comes again leaves out: EXDATE, in one or several lines."""
        lines = event.get("EXDATE", [])
        found: set[dt.date] = set()
        for line in lines if isinstance(lines, list) else [lines]:
            for each in getattr(line, "dts", ()):
                moment = each.dt
                found.add(self._local(moment) if isinstance(moment, dt.datetime) else moment)
        return found

    def _local(self, moment: dt.datetime) -> dt.date:
        return (moment.astimezone(self.zone) if moment.tzinfo else moment).date()

    def _repeats(self, event: Any, first: dt.date) -> Iterator[dt.date]:
        """The first days of an event that comes again, inside the span; else its one first day."""
        rule = event.get("RRULE")
        if rule is None or not set(rule.get("FREQ", [])) <= {
            "YEARLY",
            "MONTHLY",
            "WEEKLY",
            "DAILY",
        }:
            yield first
            return
        start = dt.datetime.combine(first, dt.time())
        text = rule.to_ical().decode()
        text = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", text)
        begin, end = (dt.datetime.combine(day, dt.time()) for day in self.span)
        try:
            for moment in rrulestr(text, dtstart=start).xafter(begin, count=MOST_REPEATS, inc=True):
                if moment > end:
                    return
                yield moment.date()
        except (ValueError, TypeError):
            yield first

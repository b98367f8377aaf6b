"""Reading a school calendar out of a file: CSV, ICS, or OneRoster's academicSessions.

What cannot be read is said by row, column, what was expected and what was there. Nothing is written
here: a person sees the rows first.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # comes with icalendar

from roadmap.yeardays import Closed, YearDays
from roles.schooltime import ONE_DAY, Span

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_REPEATS = 60
LABEL = 80
A_DATE = "a date such as 2026-11-25 or 11/25/2026"
FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%Y%m%d")
WEEKDAY = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.I)

HEADERS = {
    "label": {"name", "label", "title", "event", "closure", "holiday", "description", "summary"},
    "first": {"first day", "first", "start", "start date", "from", "date", "begin", "day"},
    "last": {"last day", "last", "end", "end date", "to", "until"},
    "kind": {"kind", "type", "category"},
}
ONE_ROSTER = ("sourcedId", "title", "type", "startDate", "endDate")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")


class Unreadable(ValueError):
    """The file as a whole is none of the three; its words say what to do."""


class Kind(StrEnum):
    """What a row of the file is taken for."""

    CLOSURE = "closure"
    FIRST = "first"
    LAST = "last"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Row:
    """One line or event of the file. `kind` is a proposal, `note` what is to be known about it."""

    number: int
    label: str
    first: dt.date
    last: dt.date
    kind: Kind
    note: str = ""


@dataclass(frozen=True)
class Trouble:
    """One cell that cannot be read."""

    number: int
    column: str
    expected: str
    got: str


@dataclass
class Found:
    """What a file says about one school year. `elsewhere`: rows of other years, left out."""

    format: str
    encoding: str
    rows: list[Row] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    elsewhere: int = 0


def read(data: bytes, *, span: Span, zone: ZoneInfo) -> Found:
    """The rows of the file that lie in a school year's span. Raises Unreadable."""
    if not data.strip():
        raise Unreadable("The file is empty.")
    if len(data) > MOST_BYTES:
        raise Unreadable("The file is larger than 2 MB. A school calendar is much smaller.")
    if data.startswith(b"PK"):
        raise Unreadable(
            "This is a ZIP or a spreadsheet. Save the sheet as CSV, or take academicSessions.csv "
            "out of the ZIP."
        )
    text, encoding = _text(data)
    if "BEGIN:VCALENDAR" in text[:2000].upper():
        return _Ics(span, zone, encoding).read(text)
    return _table(text, span, encoding)


def merged(days: YearDays, rows: Sequence[Row], *, replace: bool = False) -> YearDays:
    """The days with what the rows say: closures join those there, or take their place."""
    firsts = [row.first for row in rows if row.kind == Kind.FIRST]
    lasts = [row.last for row in rows if row.kind == Kind.LAST]
    closures = {} if replace else {closed.span: closed for closed in days.closures}
    for row in rows:
        if row.kind == Kind.CLOSURE:
            had = {closed.span: closed for closed in days.closures}.get((row.first, row.last))
            closures.setdefault((row.first, row.last), had or _closed(row))
    return YearDays(
        first=min(firsts, default=days.first),
        last=max(lasts, default=days.last),
        closures=tuple(sorted(closures.values())),
        own=days.own,
    )


def _closed(row: Row) -> Closed:
    return Closed(row.first, row.last, row.label)


def _text(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _decoded(data, "cp1252"), "Windows-1252"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as trouble:
        raise Unreadable("The file is not text. Save it as CSV or ICS and try again.") from trouble


# CSV


def _table(text: str, span: Span, encoding: str) -> Found:
    if "\0" in text:
        raise Unreadable("The file is not text. Save it as CSV or ICS and try again.")
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        lines = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as trouble:
        raise Unreadable(f"The file is no CSV that can be read: {trouble}.") from trouble
    if len(lines) > MOST_ROWS:
        raise Unreadable("The file has more than 5,000 rows. A school calendar is much shorter.")
    header = [cell.strip() for cell in lines[0]]
    if {"sourcedId", "startDate"} <= set(header):
        return _one_roster(header, lines[1:], span, encoding)
    return _csv(header, lines[1:], span, encoding)


def _csv(header: list[str], lines: list[list[str]], span: Span, encoding: str) -> Found:
    places = _places(header)
    missing = [name for name in ("label", "first") if name not in places]
    if missing:
        words = {"label": "name", "first": "first day"}
        raise Unreadable(
            f"Row 1 should name the columns. Expected “{words[missing[0]]}”, got “"
            f"{', '.join(header)[:80]}”."
        )
    found = Found("CSV", encoding)
    for number, line in enumerate(lines, 2):
        if any(cell.strip() for cell in line):
            _csv_line(number, line, places, span, found)
    return found


def _places(header: list[str]) -> dict[str, tuple[int, str]]:
    """Where each of our columns stands, and what the file calls it."""
    places: dict[str, tuple[int, str]] = {}
    for index, cell in enumerate(header):
        plain = " ".join(cell.lower().replace("_", " ").split())
        for name, words in HEADERS.items():
            if plain in words:
                places.setdefault(name, (index, cell))
    return places


def _csv_line(
    number: int, line: list[str], places: dict[str, tuple[int, str]], span: Span, found: Found
) -> None:
    def cell(name: str) -> str:
        index, _ = places.get(name, (-1, ""))
        return line[index].strip() if 0 <= index < len(line) else ""

    label, first_text, last_text = cell("label"), cell("first"), cell("last")
    if not last_text:
        first_text, last_text = _halves(first_text)
    first = _date(first_text, number, places["first"][1], found.troubles)
    name = places.get("last", places["first"])[1]
    last = _date(last_text, number, name, found.troubles) if last_text else first
    kind = _kind_of_cell(cell("kind"), label, number, places, found.troubles)
    if not label:
        found.troubles.append(Trouble(number, places["label"][1], "a name", "nothing"))
    if label and first and last and kind:
        _take(Row(number, label[:LABEL], first, last, kind), name, span, found)


def _halves(text: str) -> tuple[str, str]:
    """First and last day out of one cell: "12/21/2026 - 1/1/2027"."""
    first, _, last = re.sub(r"\s+(?:-|\u2013|to|through)\s+", "\0", text).partition("\0")
    return first, last


def _take(row: Row, column: str, span: Span, found: Found) -> None:
    if row.last < row.first:
        expected = f"{row.first} or later"
        found.troubles.append(Trouble(row.number, column, expected, str(row.last)))
    elif not span[0] <= row.first <= row.last <= span[1]:
        found.elsewhere += 1
    else:
        found.rows.append(row)


def _date(text: str, number: int, column: str, troubles: list[Trouble]) -> dt.date | None:
    plain = WEEKDAY.sub("", text.strip())
    for form in FORMATS:
        try:
            return dt.datetime.strptime(plain, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    troubles.append(Trouble(number, column, A_DATE, text[:60] or "nothing"))
    return None


def _kind_of_cell(
    text: str,
    label: str,
    number: int,
    places: dict[str, tuple[int, str]],
    troubles: list[Trouble],
) -> Kind | None:
    """By the kind column; without one a file made for this holds closures, and perhaps the student
    days by their names.
    """
    plain = text.lower().replace("_", " ")
    if not plain:
        guess = _guess(label)
        return guess if guess in (Kind.FIRST, Kind.LAST) else Kind.CLOSURE
    if "first" in plain:
        return Kind.FIRST
    if "last" in plain:
        return Kind.LAST
    if re.search(r"clos|holiday|break|no school|off|recess|vacation", plain):
        return Kind.CLOSURE
    expected = "closure, first student day or last student day"
    troubles.append(Trouble(number, places["kind"][1], expected, text[:60]))
    return None


PART_OF_A_YEAR = re.compile(r"semester|quarter|trimester|\bterm\b|marking period", re.I)
BEGINS = re.compile(r"\bfirst (student )?day\b|\b(school|classes) (begins?|starts?|opens?)\b", re.I)
ENDS = re.compile(r"\blast (student )?day\b|\b(school|classes) ends?\b", re.I)
CLOSES = re.compile(
    r"no (school|class)|holiday|\bbreak\b|\bclosed\b|recess|vacation|day off|thanksgiving|"
    r"labor day|memorial day|presidents|luther king|\bmlk\b|juneteenth|veterans|columbus|"
    r"indigenous|christmas|new year|good friday|independence day",
    re.I,
)


def _guess(label: str) -> Kind:
    """What an event is by its name."""
    if not PART_OF_A_YEAR.search(label):
        if BEGINS.search(label):
            return Kind.FIRST
        if ENDS.search(label):
            return Kind.LAST
    return Kind.CLOSURE if CLOSES.search(label) else Kind.NOTHING


# OneRoster


def _one_roster(header: list[str], lines: list[list[str]], span: Span, encoding: str) -> Found:
    missing = [name for name in ONE_ROSTER if name not in header]
    if missing:
        raise Unreadable(
            f"Row 1 should hold OneRoster's columns. Expected “{missing[0]}”, got “"
            f"{', '.join(header)[:80]}”."
        )
    found = Found("OneRoster academicSessions", encoding)
    sessions = []
    for number, line in enumerate(lines, 2):
        session = dict(zip(header, (cell.strip() for cell in line), strict=False))
        if not any(session.values()) or session.get("status") == "tobedeleted":
            continue
        if row := _session(number, session, span, found):
            sessions.append((session["type"], row))
    years = [row for kind, row in sessions if kind == "schoolYear"]
    _bounds(years or [row for _, row in sessions], bool(years), found)
    return found


def _session(number: int, session: dict[str, str], span: Span, found: Found) -> Row | None:
    first = _date(session.get("startDate", ""), number, "startDate", found.troubles)
    last = _date(session.get("endDate", ""), number, "endDate", found.troubles)
    kind = session.get("type", "")
    if kind not in SESSION_TYPES:
        expected = "gradingPeriod, semester, schoolYear or term"
        found.troubles.append(Trouble(number, "type", expected, kind[:60] or "nothing"))
        return None
    if not first or not last:
        return None
    if last < first:
        found.troubles.append(Trouble(number, "endDate", f"{first} or later", str(last)))
        return None
    ends = session.get("schoolYear", "")
    if not (span[0] <= first <= last <= span[1]) or ends not in ("", str(span[1].year)):
        found.elsewhere += 1
        return None
    return Row(number, session.get("title", "") or kind, first, last, Kind.NOTHING)


def _bounds(rows: list[Row], whole: bool, found: Found) -> None:  # noqa: FBT001 -- named below
    """The student days out of the sessions: of the year itself, else around its terms."""
    if not rows:
        return
    begin, end = min(rows, key=lambda row: row.first), max(rows, key=lambda row: row.last)
    of = "the school year" if whole else "the first of the terms"
    note = f"The startDate of {of}, “{begin.label}”."
    found.rows.append(
        Row(begin.number, "First student day", begin.first, begin.first, Kind.FIRST, note)
    )
    of = "the school year" if whole else "the last of the terms"
    note = (
        f"The endDate of {of}, “{end.label}”, taken as the last day itself. Some systems write the "
        "day after: check it."
    )
    found.rows.append(Row(end.number, "Last student day", end.last, end.last, Kind.LAST, note))


# ICS


class _Ics:
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
        kind = _guess(label) if whole else Kind.NOTHING
        note = "" if whole else "It has a time of day."
        for day in self._repeats(event, first):
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

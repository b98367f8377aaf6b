"""Reading a school calendar out of a file: CSV, ICS, or OneRoster's academicSessions.

What cannot be read is said by row, column, what was expected and what was there. Nothing is written
here: a person sees the rows first.
"""

from __future__ import annotations

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

from roadmap.calendar_files.found import MOST_ROWS, Found, Unreadable
from roadmap.calendar_files.ics import Events
from roadmap.calendar_files.one_roster import academic_sessions
from roadmap.calendar_files.table import plain_table
from roles.schooltime import Span

MOST_BYTES = 2_000_000


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
        return Events(span, zone, encoding).read(text)
    return _table(text, span, encoding)


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
        return academic_sessions(header, lines[1:], span, encoding)
    return plain_table(header, lines[1:], span, encoding)

"""The student days out of OneRoster's academicSessions."""

from __future__ import annotations

from roadmap.calendar_files.dates import date_in
from roadmap.calendar_files.found import Found, Kind, Row, Trouble, Unreadable
from roles.schooltime import Span

ONE_ROSTER = ("sourcedId", "title", "type", "startDate", "endDate")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")


def academic_sessions(
    header: list[str], lines: list[list[str]], span: Span, encoding: str
) -> Found:
    """Two rows at most, of the span. Raises Unreadable where a column is missing."""
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
    first = date_in(session.get("startDate", ""), number, "startDate", found.troubles)
    last = date_in(session.get("endDate", ""), number, "endDate", found.troubles)
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

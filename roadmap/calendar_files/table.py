"""The rows of a plain table (CSV), whatever it calls its columns."""

from __future__ import annotations

import re

from roadmap.calendar_files.dates import date_in
from roadmap.calendar_files.found import LABEL, Found, Kind, Row, Trouble, Unreadable
from roadmap.calendar_files.naming import kind_by_name
from roles.schooltime import Span

HEADERS = {
    "label": {"name", "label", "title", "event", "closure", "holiday", "description", "summary"},
    "first": {"first day", "first", "start", "start date", "from", "date", "begin", "day"},
    "last": {"last day", "last", "end", "end date", "to", "until"},
    "kind": {"kind", "type", "category"},
}


def plain_table(header: list[str], lines: list[list[str]], span: Span, encoding: str) -> Found:
    """The rows of the span. Raises Unreadable where the first row names no day or no name."""
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
            _line(number, line, places, span, found)
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


def _line(
    number: int, line: list[str], places: dict[str, tuple[int, str]], span: Span, found: Found
) -> None:
    def cell(name: str) -> str:
        index, _ = places.get(name, (-1, ""))
        return line[index].strip() if 0 <= index < len(line) else ""

    label, first_text, last_text = cell("label"), cell("first"), cell("last")
    if not last_text:
        first_text, last_text = _halves(first_text)
    first = date_in(first_text, number, places["first"][1], found.troubles)
    name = places.get("last", places["first"])[1]
    last = date_in(last_text, number, name, found.troubles) if last_text else first
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
        guess = kind_by_name(label)
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

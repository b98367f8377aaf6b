"""Hours and pace as files. Every text goes in as text, whatever it begins with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from roadmap.learning_reports.standings import PersonRow
from roadmap.models import LearningLevel

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a calculation
COLUMNS = (
    ("Person", 28), ("E-mail", 32), ("Positions", 44), ("Levels", 24), ("Hours planned", 14),
    ("Hours expected by now", 22), ("Hours attended", 15), ("Sessions attended", 18),
    ("Sessions expected by now", 24), ("Coaching hours", 15), ("Coaching talks", 15),
    ("On pace", 10),
)  # fmt: skip
HEAD = tuple(name for name, _ in COLUMNS)
Value = str | int | float


def csv_of(rows: Iterable[PersonRow]) -> str:
    """With a mark in front, so that spreadsheets read it as UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEAD)
    writer.writerows([_plain(value) for value in _values(row)] for row in rows)
    return "\ufeff" + file.getvalue()


def workbook(rows: Iterable[PersonRow]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Hours and pace")
    sheet.freeze_panes = "A2"
    for n, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    for row in (HEAD, *(_values(each) for each in rows)):
        cells = []
        for each in row:
            value = each
            if isinstance(value, str):
                value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell = WriteOnlyCell(sheet, value)
            if isinstance(value, str):
                cell.data_type = "s"  # not "f", as it would be after "="
                cell.quotePrefix = value.startswith(FORMULA)
            if row is HEAD:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _values(row: PersonRow) -> tuple[Value, ...]:
    labels = dict(LearningLevel.choices)
    return (
        str(row.person),
        row.person.email,
        "; ".join(str(position) for position in row.positions),
        ", ".join(sorted(labels[level] for level in row.levels)),
        _hours(row.planned),
        _hours(row.expected),
        _hours(row.attended),
        row.sessions,
        row.expected_sessions,
        _hours(row.coaching),
        row.talks,
        "yes" if row.is_on_pace else "no",
    )


def _hours(minutes: int) -> float:
    return round(minutes / 60, 2)


def _plain(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

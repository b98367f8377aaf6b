"""The self-assessment as tables: a workbook of several sheets, or one sheet as CSV.

Only how they are written; what stands in them is in `sheet_rows`. No Django here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook

from roadmap import spreadsheets
from roadmap.spreadsheets import Column, Value
from roles import table_files


@dataclass(frozen=True)
class Sheet:
    """One table: its name, its columns, and rows with a value for each of them."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """A workbook with a frozen head on each sheet; texts stay texts, whatever they begin with."""
    book = Workbook(write_only=True)
    for each in sheets:
        heads = [(column.name, column.width) for column in each.columns]
        table_files.add_sheet(book, each.title, heads, each.rows)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte-order mark; a text that a spreadsheet would run has a quote before it,
    names of columns too, since they come from people.
    """
    return spreadsheets.as_csv(sheet.columns, sheet.rows)

"""The self-assessment as tables: a workbook of several sheets, or one sheet as CSV.

Only how they are written; what stands in them is in `sheet_rows`. No Django here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from checklists.workbook import text_cell
from roadmap import spreadsheets
from roadmap.spreadsheets import Column, Value


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
        sheet = book.create_sheet(each.title)
        sheet.freeze_panes = "A2"
        for n, column in enumerate(each.columns, 1):
            sheet.column_dimensions[get_column_letter(n)].width = column.width
        sheet.append([text_cell(sheet, column.name, bold=True) for column in each.columns])
        for row in each.rows:
            sheet.append([text_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte-order mark; a text that a spreadsheet would run has a quote before it,
    names of columns too, since they come from people.
    """
    guarded = [Column(f"'{c.name}" if _runs(c.name) else c.name, c.says) for c in sheet.columns]
    return spreadsheets.as_csv(guarded, sheet.rows)


def _runs(text: str) -> bool:
    return text.startswith(spreadsheets.FORMULA)

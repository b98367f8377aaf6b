"""Tables as files: CSV and XLSX, written row by row, so that nothing calculates.

Only how they are written; what stands in them is said by `roles.tables`. No Django here, and never
more than one row in memory.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a calculation
LONGEST = 32_767  # characters in one cell, says the format
DAY, MOMENT = "mmm d, yyyy", "mmm d, yyyy h:mm AM/PM"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOLD = Font(bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
TOP = Alignment(vertical="top")

Value = str | int | float | dt.date | dt.datetime | None
Head = tuple[str, int]  # what stands over a column, and how wide it is drawn


def write(
    kind: str, file: IO[bytes], title: str, heads: Sequence[Head], rows: Iterable[Sequence[Value]]
) -> int:
    """Write a table as `kind` of TYPES, with a head; returns how many rows it has."""
    if kind == "csv":
        return write_csv(file, [name for name, _ in heads], rows)
    book = Workbook(write_only=True)
    try:
        written = add_sheet(book, title, heads, rows)
    except BaseException:
        for sheet in book.worksheets:  # else what was written so far stays on the disk
            sheet.close()
            sheet._writer.cleanup()
        raise
    book.save(file)
    return written


def write_csv(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """UTF-8 with a byte-order mark, as spreadsheets open it. Texts stay texts, figures are bare,
    days are written so that they sort.
    """
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([plain(name) for name in heads])
    written = 0
    for row in rows:
        writer.writerow([plain(value) for value in row])
        written += 1
    text.detach()
    return written


def plain(value: Value) -> Value:
    """A value for CSV, with a quote before what a spreadsheet would run."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return round(value, 3)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def add_sheet(
    book: Workbook, title: str, heads: Sequence[Head], rows: Iterable[Sequence[Value]]
) -> int:
    """One more sheet of a write-only workbook, with a frozen head; how many rows it has."""
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for n, (_, width) in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    sheet.append([text_cell(sheet, name, bold=True) for name, _ in heads])
    written = 0
    for row in rows:
        sheet.append([text_cell(sheet, value) for value in row])
        written += 1
    return written


def text_cell(sheet: WriteOnlyWorksheet, value: Value, *, bold: bool = False) -> WriteOnlyCell:
    """A text stays a text, whatever it begins with; characters no cell can hold are dropped."""
    if isinstance(value, float):
        value = round(value, 3)
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # not "f", as it would be after "="
        cell.quotePrefix = value.startswith(FORMULA)
        cell.alignment = WRAPPED
    elif isinstance(value, dt.date):
        cell.number_format = MOMENT if isinstance(value, dt.datetime) else DAY
        cell.alignment = TOP
    if bold:
        cell.font = BOLD
    return cell

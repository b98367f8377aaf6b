"""Milestones as tables: CSV and XLSX, written so that nothing calculates, read with care.

Only what a file says; what it means is in `sheet_rows`. No Django here.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from openpyxl import load_workbook

from roles import table_files
from roles.table_files import FORMULA, Value

__all__ = ["FORMULA", "Value"]  # for those who write rows of such tables

MOST_ROWS, MOST_COLUMNS, MOST_UNPACKED, MOST_SWELLING = 1000, 60, 30_000_000, 100


def key_of(name: str) -> str:
    """The name of a column however it is spaced and capitalized."""
    return "_".join(name.replace("_", " ").lower().split())


@dataclass(frozen=True)
class Column:
    """A column: its name in files, what stands in it, and how wide it is drawn."""

    name: str
    says: str
    width: int = 14
    needed: bool = False

    @property
    def key(self) -> str:
        return key_of(self.name)


PLAN = (
    Column("Key", "Short name of the line, such as M07. Empty: a new one.", 8),
    Column("Phase", "The stretch of the year it belongs to.", 34, needed=True),
    Column("Title", "What will be done.", 50, needed=True),
    Column("Why", "Why it matters.", 50),
    Column("Proof", "What will show that it is done.", 34),
    Column("Supports", "Indicators, with commas: 6b.1, 6c.2.", 16),
    Column("Owner role", "Key or title of the role that usually owns it.", 22),
    Column("Counted from", "First student day, Last student day, or a day of your own.", 20),
    Column("Unit", "weeks or school days. Empty: weeks.", 12),
    Column("Starts", "How many after that day it starts, below zero before it.", 8),
    Column("Due", "How many after that day it is due, below zero before it.", 8),
    Column("After", "Keys of lines best done first, with commas.", 14),
    Column("Repeats", "In words, if it comes again.", 24),
)
OF_A_TEMPLATE = (
    *PLAN,
    Column("Approaches", "Which ways of getting tutoring it fits. Empty: all.", 30),
)
OF_A_ROADMAP = (
    *PLAN,
    Column("Start date", "The day it starts.", 12),
    Column("Due date", "The day it is due, as 2026-11-05 or 11/5/2026.", 12),
    Column("State", "How it stands. Left aside when the file comes back.", 14),
    Column("Owner", "The position that owns it. Left aside when the file comes back.", 34),
    Column("School", "Of one school only. Left aside when the file comes back.", 20),
    Column("Done on", "The day its proof is of. Left aside when the file comes back.", 12),
)
KNOWN = {column.key: column for column in (*OF_A_TEMPLATE, *OF_A_ROADMAP)}


class Unreadable(ValueError):
    """A sentence for the person: why the file cannot be read and what would do."""


@dataclass(frozen=True)
class Table:
    """What a file says: for each row that is not empty, its number in the file and its cells by
    the key of their column. `read_as` and `notice` are for the person; `unknown` are columns that
    mean nothing here.
    """

    rows: tuple[tuple[int, dict[str, str]], ...]
    columns: tuple[str, ...]
    read_as: str
    notice: str = ""
    unknown: tuple[str, ...] = ()


def as_csv(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with a byte-order mark, as spreadsheets open it. Texts stay texts; figures are bare."""
    file = io.BytesIO()
    table_files.write_csv(file, [column.name for column in columns], rows)
    return file.getvalue()


def as_xlsx(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet with a frozen head; texts stay texts, whatever they begin with."""
    file = io.BytesIO()
    table_files.write("xlsx", file, title, [(each.name, each.width) for each in columns], rows)
    return file.getvalue()


def read(file: IO[bytes], name: str) -> Table:
    """The first sheet of a workbook, or a CSV file. Raises Unreadable."""
    file.seek(0)
    if name.lower().endswith(".xlsx"):
        return _read_xlsx(file)
    return _read_csv(file.read())


def _read_csv(data: bytes) -> Table:
    text, read_as, notice = _decoded(data)
    if "\0" in text:
        raise Unreadable("This is not a table: it holds characters that no text has.")
    head = text.splitlines()[0] if text else ""
    delimiter = max(",;\t", key=head.count)
    try:
        lines = list(_some(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise Unreadable("The file cannot be read as CSV. Save it anew, or as XLSX.") from error
    return _table(lines, f"CSV, {read_as}", notice)


def _decoded(data: bytes) -> tuple[str, str, str]:
    """The text, the name of its encoding, and a notice where that was guessed."""
    for mark, encoding, words in (
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 with a byte-order mark"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), words, ""
    try:
        return data.decode(), "UTF-8", ""
    except UnicodeDecodeError:
        notice = "The encoding is a guess. Look at names with accents before you go on."
        return data.decode("cp1252", errors="replace"), "Windows text (cp1252)", notice


def _read_xlsx(file: IO[bytes]) -> Table:
    _look_inside(file)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        lines = list(_some([_text(cell) for cell in row] for row in rows))
    except Unreadable:
        raise
    except Exception as error:  # a damaged part makes openpyxl raise nearly anything
        raise Unreadable("The workbook is damaged. Save it anew, or as CSV.") from error
    return _table(lines, f"Excel workbook, sheet “{sheet.title}”", "")


def _look_inside(file: IO[bytes]) -> None:
    """Refuse what unpacks to far more than its size, and what names things outside itself."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            whole = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if whole > MOST_UNPACKED or (whole > 1_000_000 and whole / packed > MOST_SWELLING):
                raise Unreadable("This workbook unpacks to far more than its size: it is refused.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(2000):
                            raise Unreadable("This workbook names things outside itself: refused.")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("This is not an Excel workbook, or it is damaged.") from error
    file.seek(0)


def _some(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise Unreadable(f"The table has more than {MOST_ROWS:,} rows. Send it in parts.")
        yield row


def _text(value: Any) -> str:
    """A cell as its text: whole figures without a point, days as 2026-11-05, formulas as such."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(lines: Sequence[Sequence[str]], read_as: str, notice: str) -> Table:
    head = [key_of(name.lstrip("\ufeff")) for name in lines[0][:MOST_COLUMNS]] if lines else []
    missing = [c.name for c in OF_A_TEMPLATE if c.needed and c.key not in head]
    if missing:
        found = ", ".join(name for name in lines[0] if name)[:200] if lines else ""
        raise Unreadable(
            f"Row 1 names the columns. Expected among them: {', '.join(missing)}."
            f" Got: {found or 'nothing'}."
        )
    twice = sorted({KNOWN[key].name for key in head if key in KNOWN and head.count(key) > 1})
    if twice:
        raise Unreadable(f"Row 1 names a column twice: {', '.join(twice)}.")
    unknown = tuple(n for n, key in zip(lines[0], head, strict=False) if key and key not in KNOWN)
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = {
            key: _unquoted(cell.strip())
            for key, cell in zip(head, line, strict=False)
            if key in KNOWN and cell.strip()
        }
        if cells:
            rows.append((number, cells))
    columns = tuple(key for key in head if key in KNOWN)
    return Table(tuple(rows), columns, read_as, notice, unknown)


def _unquoted(cell: str) -> str:
    """Without the quote that we put before what a spreadsheet would run."""
    is_ours = cell.startswith("'") and cell[1:].startswith(FORMULA)
    return cell[1:].strip() if is_ours else cell

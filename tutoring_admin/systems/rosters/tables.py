"""CSV out of a stream that nobody trusts: one row at a time, in bounded memory. No Django here."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from typing import IO

MOST_IN_A_LINE = 1_000_000  # characters
MOST_LINES_IN_A_ROW = 200
MOST_COLUMNS = 300
MOST_CELL = 100_000  # characters
_NO_CSV = (
    "{file}, line {line}: this cannot be read as CSV. Look for a quotation mark that is not closed."
)
CHUNK = 1 << 18
NOT_UTF8 = "{file} is not UTF-8 and was read as Windows text. Check names with accents."
UTF16 = "{file} is UTF-16 and was read as such. OneRoster asks for UTF-8."


class Unreadable(ValueError):
    """A sentence for the person: why this file is refused, and what would do."""


Row = tuple[int, list[str]]


def encoding_of(stream: IO[bytes], file: str) -> tuple[str, str]:
    """How to decode a stream, and a remark where it is not as it should be. Reads all of it.

    Raises Unreadable for what is no text at all.
    """
    head = stream.read(4)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16", UTF16.format(file=file)
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk, is_utf8 = head, True
    while chunk:
        if b"\0" in chunk:
            raise Unreadable(f"{file} is not a text file. Export it as CSV in UTF-8.")
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        chunk = stream.read(CHUNK)
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    return ("utf-8-sig", "") if is_utf8 else ("cp1252", NOT_UTF8.format(file=file))


def rows_of(stream: IO[bytes], encoding: str, file: str, delimiter: str = ",") -> Iterator[Row]:
    """Line in the file and cells of each row that is not blank; the header is the first.

    Raises Unreadable where a line, a cell or a row is longer than any roster's.
    """
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    lines = _Lines(text, file)
    rows = csv.reader(lines, delimiter=delimiter, strict=False)
    try:
        first = 1
        for cells in rows:
            at, first = first, lines.number + 1
            lines.row_is_done()
            if max(map(len, cells), default=0) > MOST_CELL:
                raise Unreadable(_NO_CSV.format(file=file, line=at))
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(f"{file}, line {at}: more than {MOST_COLUMNS} columns.")
            if any(cell.strip() for cell in cells):
                yield at, cells
    except csv.Error as error:
        raise Unreadable(_NO_CSV.format(file=file, line=lines.number)) from error
    finally:
        text.detach()


class _Lines:
    """Lines of a text, none longer than it may be, however few of them there are."""

    def __init__(self, text: io.TextIOWrapper, file: str) -> None:
        self._text, self._file = text, file
        self.number = self._in_row = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_IN_A_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self._in_row += 1
        if len(line) >= MOST_IN_A_LINE or self._in_row > MOST_LINES_IN_A_ROW:
            raise Unreadable(f"{self._file}, line {self.number}: a row longer than any roster has.")
        return line.replace("\0", "")

    def row_is_done(self) -> None:
        self._in_row = 0


class Header:
    """Which column is where, by name: in any order, any case, with more columns beside them."""

    def __init__(self, cells: list[str], file: str) -> None:
        self.file, self.width = file, len(cells)
        names = [cell.strip().casefold() for cell in cells]
        self._at = {name: at for at, name in reversed(list(enumerate(names)))}

    def needs(self, *columns: str) -> None:
        """Raises Unreadable, naming the columns that are not there."""
        missing = [column for column in columns if column.casefold() not in self._at]
        if missing:
            raise Unreadable(f"{self.file} has no column {', '.join(missing)}.")

    def picker(self, column: str) -> Callable[[list[str]], str]:
        """How to take one cell out of a row; "" where the file has no such column."""
        at = self._at.get(column.casefold())
        if at is None:
            return lambda _cells: ""
        return lambda cells: cells[at].strip() if at < len(cells) else ""

    def fits(self, cells: list[str]) -> bool:
        """Whether a row has as many cells as the header, blank ones at its end aside."""
        if len(cells) == self.width:
            return True
        return len(cells) > self.width and not any(cells[self.width :])

"""A packet as a workbook: figures and tables as they were frozen. Nothing in it calculates."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from roles.table_files import text_cell
from tutoring_admin.packets import content as shape
from tutoring_admin.packets.content import Cell, Content
from tutoring_admin.packets.showing import before_words

WIDEST, NARROWEST = 60, 10
LONGEST_NAME = 31  # of a sheet, says the format
NOT_IN_NAMES = re.compile(r"[\\/*?:\[\]']")


def of_packet(content: Content, sha256: str) -> bytes:
    """The bytes of an .xlsx file: a sheet of sentences, one of figures, one for each table."""
    book = Workbook(write_only=True)
    _sheet(book, "About", ("What", ""), _about(content, sha256))
    _sheet(book, "Figures", FIGURES, _figures(content))
    names = {"about", "figures"}
    for part in shape.sections_of(content):
        for table in part["tables"]:
            rows = [*table["rows"], *([[table["note"]]] if table["note"] else [])]
            _sheet(book, _free(table["title"], names), table["columns"], rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FIGURES = ("Figure", "As told", "Number", "Of", "Before", "Since then", "About")


def _about(content: Content, sha256: str) -> Iterable[tuple[Cell, ...]]:
    yield ("District", content["district"])
    yield ("Packet", content["title"])
    yield ("School year", content["year"])
    yield ("As of", content["as_of"])
    yield ("Compared with", before_words(content["before"]) or "nothing")
    yield ("SHA-256", sha256)
    for part in shape.sections_of(content):
        for line in part["says"]:
            yield (part["title"], line)


def _figures(content: Content) -> Iterable[tuple[Cell, ...]]:
    before = content["before"]
    lines = {line["key"]: line for line in before["lines"]} if before else {}
    for part in shape.figures_of(content):
        line = lines.get(part["key"])
        yield (
            part["label"],
            shape.shown(part),
            part["value"],
            part["of"],
            line["was"] if line else None,
            shape.change_words(line) if line else None,
            part["says"],
        )


def _sheet(
    book: Workbook, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    kept = [list(row) for row in rows]
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for n, column in enumerate(columns):
        longest = max((len(str(row[n])) for row in kept if n < len(row)), default=0)
        width = min(max(longest, len(column), NARROWEST) + 2, WIDEST)
        sheet.column_dimensions[get_column_letter(n + 1)].width = width
    sheet.append([text_cell(sheet, column, bold=True) for column in columns])
    for row in kept:
        sheet.append([text_cell(sheet, value) for value in row])


def _free(title: str, taken: set[str]) -> str:
    """A name for a sheet that the book does not have yet."""
    plain = NOT_IN_NAMES.sub(" ", title)[:LONGEST_NAME].strip()
    name, n = plain, 2
    while name.lower() in taken:
        end = f" {n}"
        name, n = plain[: LONGEST_NAME - len(end)] + end, n + 1
    taken.add(name.lower())
    return name

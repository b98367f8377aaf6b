"""Entries out of CSV: one row each, the first row names the columns."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from selfassessment.standards.entries import KINDS, Entry, Group, Said
from selfassessment.standards.wrong import Unreadable, Wrong

COLUMNS = (
    "kind", "code", "parent", "title", "question", "why", "anchor_1", "anchor_2", "anchor_3",
    "evidence",
)  # fmt: skip
SELDOM = ("anchor_0", "editions", "auto_check")
NEEDED = ("kind", "code", "title")
MOST_ROWS, MOST_COLUMNS = 1000, 60
WORDS = (
    "code", "parent", "title", "question", "why",
    "anchor_0", "anchor_1", "anchor_2", "anchor_3",
)  # fmt: skip
MONTHS = re.compile(r"(\d{1,9}) months?")
KEY = re.compile(r"key (\S+)")
NO_HEADER = (
    "Row 1 names the columns: kind, code, parent, title, question, why, anchor_1, anchor_2,"
    " anchor_3, evidence."
)


def entries_of(text: str) -> tuple[list[Entry], list[Wrong]]:
    """All rows that say something, and what is wrong with the file. Raises Unreadable."""
    rows = _rows(text)
    head_line, head = next(rows, (1, []))
    if len(head) > MOST_COLUMNS:
        raise Unreadable(f"Row 1 has {len(head):,} columns. {NO_HEADER}", head_line)
    columns = [_key(name) for name in head]
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Unreadable(f"{NO_HEADER} Missing: {', '.join(missing)}.", head_line)
    reader = _Reader(columns)
    reader.look_at_columns(head_line, head)
    found = [entry for line, row in rows if (entry := reader.entry(line, row))]
    return found, reader.wrong


def _key(name: str) -> str:
    return "_".join(name.replace("_", " ").lower().split())


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line on which it begins."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins, number = 1, 0
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                f"The row that begins here cannot be read: {_why(error)}", begins
            ) from error
        if any(cell.strip() for cell in row):
            number += 1
            if number > MOST_ROWS:
                raise Unreadable(f"The table has more than {MOST_ROWS:,} rows.", begins)
            yield begins, row


def _why(error: csv.Error) -> str:
    said = str(error)
    if "field larger" in said:
        return "a cell has more than 100,000 characters. A quotation mark may be missing."
    if "new-line" in said:
        return "a line break stands in the middle of a cell without quotation marks."
    return "a quotation mark is opened and not closed, or closed in the middle of a cell."


class _Reader:
    def __init__(self, columns: list[str]) -> None:
        self.columns = columns
        self.wrong: list[Wrong] = []

    def look_at_columns(self, line: int, head: list[str]) -> None:
        known = (*COLUMNS, *SELDOM)
        for name, key in zip(head, self.columns, strict=True):
            if key and key not in known:
                near = get_close_matches(key[:40], known, 1)
                meant = f" Is {near[0]} meant?" if near else ""
                says = f"This column is not known. Take it out, or correct its name.{meant}"
                self.wrong.append(Wrong(line, name.strip()[:40], says))
        for key in sorted({key for key in self.columns if key and self.columns.count(key) > 1}):
            self.wrong.append(Wrong(line, key[:40], "This column is there twice."))

    def entry(self, line: int, row: list[str]) -> Entry | None:
        if len(row) > len(self.columns) and any(cell.strip() for cell in row[len(self.columns) :]):
            says = (
                f"The row has {len(row)} cells, more than the {len(self.columns)} columns. Put"
                " quotation marks around a cell that holds commas."
            )
            self.wrong.append(Wrong(line, "", says))
            return None
        cells = {
            key: Said(cell, line)
            for key, cell in zip(self.columns, row, strict=False)
            if cell.strip()
        }
        said = cells.get("kind", Said("", line)).text.strip()
        kind = said.lower()
        if kind not in KINDS:
            says = f"Expected element, standard or indicator. Got: {said[:40] or 'nothing'}."
            self.wrong.append(Wrong(line, "kind", says))
            return None
        return Entry(
            kind=kind,
            line=line,
            words={key: cells[key] for key in WORDS if key in cells},
            evidence=tuple(self._evidence(cells.get("evidence"))),
            checks=tuple(self._checks(cells.get("auto_check"))),
            editions=tuple(_each(cells.get("editions"))),
        )

    def _evidence(self, cell: Said | None) -> Iterator[Group]:
        """`Minutes | required | 24 months; Schedule` is two sorts of evidence."""
        for part in _each(cell):
            label, *marks = (each.strip() for each in part.text.split("|"))
            found: dict[str, Said] = {"label": Said(label, part.line)}
            for mark in marks:
                months, key = MONTHS.fullmatch(mark), KEY.fullmatch(mark)
                if mark == "required":
                    found["required"] = Said("true", part.line)
                elif mark == "practised":
                    found["axis"] = Said(mark, part.line)
                elif months:
                    found["max_age_months"] = Said(months[1], part.line)
                elif key:
                    found["key"] = Said(key[1], part.line)
                else:
                    says = (
                        "After a | stands required, practised, a number of months as in 24 months,"
                        f" or a key as in key minutes. Got: {mark[:40] or 'nothing'}."
                    )
                    self.wrong.append(Wrong(part.line, "evidence", says))
            yield found

    def _checks(self, cell: Said | None) -> Iterator[Group]:
        if cell is None:
            return
        try:
            found = json.loads(cell.text, parse_int=str, parse_float=str, parse_constant=str)
            json.dumps(found, ensure_ascii=False).encode()  # half a character cannot be shown
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            says = "Leave this column empty, or as an export of ours writes it: a list in JSON."
            self.wrong.append(Wrong(cell.line, "auto_check", says))
            return
        for each in found:
            yield {str(key): _said(value, cell.line) for key, value in each.items()}


def _each(cell: Said | None) -> Iterator[Said]:
    for part in (cell.text if cell else "").split(";"):
        if cell and part.strip():
            yield Said(part.strip(), cell.line)


def _said(value: Any, line: int) -> Said | tuple[Said, ...]:
    if isinstance(value, list):
        return tuple(Said(_text(each), line) for each in value)
    return Said(_text(value), line)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value)[:80] if isinstance(value, Mapping | list) else str(value)

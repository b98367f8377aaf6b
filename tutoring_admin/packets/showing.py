"""A packet's content in words, the same for the page, the print, the PDF and the guest page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutoring_admin.packets import content as shape
from tutoring_admin.packets.content import Content

SHORT = len("Sep 30, 2026")


@dataclass(frozen=True)
class Cell:
    words: str
    is_number: bool

    @property
    def css(self) -> str:
        """Numbers stand at the right; what is short, as a date is, is not broken."""
        if self.is_number:
            return "num"
        return "nw" if len(self.words) <= SHORT else ""


@dataclass(frozen=True)
class Figure:
    """One figure, and what it was in the packet before; `was` is empty where there is none."""

    key: str
    label: str
    shown: str
    number: str
    of: str
    says: str
    was: str
    change: str


@dataclass(frozen=True)
class Table:
    key: str
    title: str
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    says: tuple[str, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Shown:
    """A packet as it is read. `before` names the one it is compared with, or is empty."""

    title: str
    kind: str
    district: str
    year: str
    as_of: dt.date
    with_names: bool
    sections: tuple[Section, ...]
    appendix: tuple[Section, ...]
    before: str


def shown_of(content: Content) -> Shown:
    """Reads nothing but the content."""
    before = content["before"]
    lines = {line["key"]: line for line in before["lines"]} if before else {}
    return Shown(
        title=content["title"],
        kind=content["kind"],
        district=content["district"],
        year=content["year"],
        as_of=dt.date.fromisoformat(content["as_of"]),
        with_names=content["with_names"],
        sections=tuple(_section(part, lines) for part in content["sections"]),
        appendix=tuple(_section(part, lines) for part in content["appendix"]),
        before=before_words(before),
    )


def before_words(before: Mapping[str, Any] | None) -> str:
    if not before:
        return ""
    return f"number {before['number']} of {shape.day(dt.date.fromisoformat(before['as_of']))}"


def _section(part: Mapping[str, Any], lines: Mapping[str, Any]) -> Section:
    return Section(
        key=part["key"],
        title=part["title"],
        says=tuple(part["says"]),
        figures=tuple(_figure(each, lines.get(each["key"])) for each in part["figures"]),
        tables=tuple(_table(each) for each in part["tables"]),
    )


def _figure(part: Mapping[str, Any], line: Mapping[str, Any] | None) -> Figure:
    number, _, of = shape.shown(part).partition(" of ")
    return Figure(
        key=part["key"],
        label=part["label"],
        shown=shape.shown(part),
        number=number,
        of=of,
        says=part["says"],
        was=line["was"] if line else "",
        change=shape.change_words(line) if line else "",
    )


def _table(part: Mapping[str, Any]) -> Table:
    rows = part["rows"]
    numeric = [any(isinstance(row[n], int) for row in rows) for n in range(len(part["columns"]))]
    return Table(
        key=part["key"],
        title=part["title"],
        columns=tuple(
            Cell(name, is_number) for name, is_number in zip(part["columns"], numeric, strict=True)
        ),
        rows=tuple(
            tuple(
                Cell(shape.cell(value), is_number)
                for value, is_number in zip(row, numeric, strict=True)
            )
            for row in rows
        ),
        note=part["note"],
    )

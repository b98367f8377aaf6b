"""The form of a packet's content: plain JSON out of a few kinds of parts, and its digest.

A packet is `{"form", "kind", "district", "title", "number", "year", "as_of", "with_names",
"sections", "appendix", "before"}`. Sections hold sentences, figures and tables, see `section`.
Everything that is read later stands in here; nothing is looked up again. No Django here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

FORM = 1
MOST = 40  # rows of one list
NOT_TOLD = "not told"
FEWER = "fewer than 3"
NOTHING = "\u2013"  # an en dash: there is nothing to say

Content = dict[str, Any]
Part = dict[str, Any]
Cell = str | int | None


def day(date: dt.date) -> str:
    """Nov 5, 2026."""
    return f"{date:%b} {date.day}, {date.year}"


def figure(
    key: str,
    label: str,
    value: int | None,
    of: int | None = None,
    *,
    unit: str = "",
    says: str = "",
) -> Part:
    """One number. `value` is None where it may not be told or is not there; `says` is why, or what
    it is about.
    """
    return {"key": key, "label": label, "value": value, "of": of, "unit": unit, "says": says}


def table(
    key: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], note: str = ""
) -> Part:
    """Rows of texts and whole numbers; None is a cell with nothing in it."""
    return {
        "key": key,
        "title": title,
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "note": note,
    }


def section(
    key: str,
    title: str,
    says: Iterable[str] = (),
    *,
    figures: Iterable[Part] = (),
    tables: Iterable[Part] = (),
) -> Part:
    return {
        "key": key,
        "title": title,
        "says": [line for line in says if line],
        "figures": list(figures),
        "tables": list(tables),
    }


def listed(
    key: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    none: str = "",
    note: str = "",
    most: int = MOST,
) -> Part:
    """A section with one table: so many rows at most, and how many there are besides; the sentence
    `none` where there are no rows. Longer ones could not be set as pages in time.
    """
    more = len(rows) - most
    says = [none] if not rows else [f"{more:,} more are not listed here."] if more > 0 else []
    tables = [table(key, title, columns, rows[:most], note)] if rows else []
    return section(key, title, says, tables=tables)


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical JSON, in hex: keys in order, no space, as UTF-8."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def sections_of(content: Mapping[str, Any]) -> list[Part]:
    return [*content["sections"], *content["appendix"]]


def figures_of(content: Mapping[str, Any]) -> Iterator[Part]:
    for part in sections_of(content):
        yield from part["figures"]


def shown(part: Mapping[str, Any]) -> str:
    """A figure as every output prints it: "42 of 50", "78%", "not told"."""
    if part["value"] is None:
        return NOT_TOLD
    number = f"{part['value']:,}{part['unit']}"
    return number if part["of"] is None else f"{number} of {part['of']:,}"


def cell(value: Cell) -> str:
    """A cell of a table as every output prints it."""
    if value is None:
        return NOTHING
    return f"{value:,}" if isinstance(value, int) else value


def since(older: Mapping[str, Any], newer: Mapping[str, Any]) -> Part:
    """What each figure of the newer one was in the older: {"number", "as_of", "lines": [{"key",
    "label", "was", "now", "change", "unit"}]}. `change` is None where the two cannot be set
    against each other: one of them is not told, or not there.
    """
    before = {part["key"]: part for part in figures_of(older)}
    return {
        "number": older["number"],
        "as_of": older["as_of"],
        "lines": [_line(before.get(part["key"]), part) for part in figures_of(newer)],
    }


def _line(was: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Part:
    comparable = was is not None and None not in (was["value"], now["value"])
    return {
        "key": now["key"],
        "label": now["label"],
        "was": shown(was) if was else "",
        "now": shown(now),
        "change": now["value"] - was["value"] if was and comparable else None,
        "unit": now["unit"],
    }


def change_words(line: Mapping[str, Any]) -> str:
    """ "2 more", "3 points fewer", "unchanged", or "" where nothing can be said."""
    if not line["was"]:
        return "new in this packet"
    change = line["change"]
    if change is None:
        return ""
    if change == 0:
        return "unchanged" if line["was"] == line["now"] else "the same number"
    points = (" point" if abs(change) == 1 else " points") if line["unit"] == "%" else ""
    return f"{abs(change):,}{points} {'more' if change > 0 else 'fewer'}"

"""Standards as files that can be read in again: YAML and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import yaml

from selfassessment.standards.checking import EDITIONS, Content
from selfassessment.standards.csv_reading import COLUMNS, SELDOM
from selfassessment.standards.evidence_sorts import slug

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Always written out: aliases are not read."""
        return True


def as_yaml(content: Content, about: str = "") -> str:
    """YAML in the shape of the library's file; `about` stands above it as comments."""
    lines = "".join(f"# {line}\n" for line in about.splitlines())
    said = {
        "elements": [_short(each) for each in content["elements"]],
        "standards": [_short(each) for each in content["standards"]],
        "indicators": [_indicator(each) for each in content["indicators"]],
    }
    kept = {key: value for key, value in said.items() if value}
    return lines + yaml.dump(kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def as_csv(content: Content) -> bytes:
    """CSV with a byte-order mark, as spreadsheets open it; no cell calculates."""
    rows = list(_rows(content))
    columns = [*COLUMNS, *(key for key in SELDOM if any(row.get(key) for row in rows))]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_plain(row.get(key, "")) for key in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _short(raw: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {key: value for key, value in raw.items() if value not in ("", [], {})}


def _indicator(raw: dict[str, Any]) -> dict[str, Any]:
    anchors = {int(value): words for value, words in raw["anchors"].items()}
    said = {**raw, "anchors": anchors}
    if raw["editions"] == [*EDITIONS]:
        del said["editions"]
    return _short(said)


def _rows(content: Content) -> Iterator[dict[str, str]]:
    for each in content["elements"]:
        yield {"kind": "element", **each}
    for each in content["standards"]:
        yield {"kind": "standard", **each}
    for each in content["indicators"]:
        both = each["editions"] == [*EDITIONS]
        yield {
            "kind": "indicator",
            "code": each["code"],
            "parent": each["standard"],
            "title": each["title"],
            "question": each["plain_question"],
            "why": each["why"],
            **{f"anchor_{value}": words for value, words in each["anchors"].items()},
            "evidence": "; ".join(_evidence(sort) for sort in each["evidence_types"]),
            "editions": "" if both else "; ".join(each["editions"]),
            "auto_check": json.dumps(each["auto_check"]) if each["auto_check"] else "",
        }


def _evidence(sort: dict[str, Any]) -> str:
    marks = [sort["label"]]
    if sort["required"]:
        marks.append("required")
    if sort["max_age_months"] != 12:
        marks.append(f"{sort['max_age_months']} months")
    if sort.get("axis"):
        marks.append(sort["axis"])
    if sort["key"] != slug(sort["label"]):
        marks.append(f"key {sort['key']}")
    return " | ".join(marks)


def _plain(cell: str) -> str:
    """Words never begin like a formula (see `checking`); this holds for what slips through."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

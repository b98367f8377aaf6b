"""What a version of standards changes against the one before, word by word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from roles.changes import Piece, compare_words
from selfassessment.standards.checking import Content

LISTS = {"elements": "Element", "standards": "Standard", "indicators": "Indicator"}
LABELS = {
    "title": "Title",
    "parent": "Stands under",
    "standard": "Stands under",
    "plain_question": "Question",
    "why": "Why it matters",
}


@dataclass(frozen=True)
class Row:
    """An element, standard or indicator that comes, goes or says something else.

    `words`: what changed in it, under the words of the page; none where all of it came or went.
    """

    kind: str
    code: str
    title: str
    words: tuple[tuple[str, tuple[Piece, ...]], ...] = ()


@dataclass(frozen=True)
class Changes:
    """`same` counts what stays as it is."""

    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    gone: tuple[Row, ...] = ()
    same: int = 0

    @property
    def number(self) -> int:
        return len(self.added) + len(self.changed) + len(self.gone)


def compare(old: Content | None, new: Content) -> Changes:
    """Entries are matched by kind and code; without an old version everything is added."""
    before, after = _by_code(old) if old else {}, _by_code(new)
    changed = [
        Row(key[0], key[1], raw["title"], words)
        for key, raw in after.items()
        if key in before and (words := _words(before[key], raw))
    ]
    return Changes(
        added=tuple(_whole(key, raw) for key, raw in after.items() if key not in before),
        changed=tuple(changed),
        gone=tuple(_whole(key, raw) for key, raw in before.items() if key not in after),
        same=sum(key in before for key in after) - len(changed),
    )


Key = tuple[str, str]


def _by_code(content: Content) -> dict[Key, Mapping[str, Any]]:
    return {(kind, raw["code"]): raw for key, kind in LISTS.items() for raw in content[key]}


def _whole(key: Key, raw: Mapping[str, Any]) -> Row:
    return Row(key[0], key[1], raw["title"])


def _words(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Any, ...]:
    before, after = _said(old), _said(new)
    return tuple(
        (label, compare_words(before.get(label, ""), after.get(label, "")))
        for label in {**after, **before}
        if before.get(label, "") != after.get(label, "")
    )


def _said(raw: Mapping[str, Any]) -> dict[str, str]:
    """All that it says, in words under the words of the page."""
    found = {label: raw[key] for key, label in LABELS.items() if key in raw}
    found |= {f"Point {value}": words for value, words in raw.get("anchors", {}).items()}
    found["Evidence"] = "; ".join(evidence_words(each) for each in raw.get("evidence_types", ()))
    found["Editions"] = ", ".join(raw.get("editions", ()))
    found["Looked up"] = "; ".join(_check(each) for each in raw.get("auto_check", ()))
    return found


def evidence_words(sort: Mapping[str, Any]) -> str:
    """A sort of evidence in one phrase: "Minutes, required, counts for 24 months"."""
    required = ", required" if sort["required"] else ""
    months = sort["max_age_months"]
    plural = "" if months == 1 else "s"
    practised = ", of what is practised" if sort.get("axis") else ""
    return f"{sort['label']}{required}{practised}, counts for {months} month{plural}"


def _check(check: Mapping[str, Any]) -> str:
    more = ", ".join(str(value) for key, value in check.items() if key != "says")
    return f"{check['says']} ({more})"

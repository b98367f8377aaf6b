"""Two contents of a job description side by side, part by part, under the words of the screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from roles.changes import Line, Piece, compare_lists, compare_words

LABELS = {
    "title": "Title",
    "summary": "Purpose",
    "program": "Program in brief",
    "reports_to": "Reports to",
    "location": "Location",
    "time_share": "Time",
    "funding_source": "Paid from",
    "funding_ends_on": "Funding ends on",
    "caseload": "Coaching caseload",
    "observation_rhythm": "Observation rhythm",
    "lines": "Responsibilities",
    "required": "Required qualifications",
    "preferred": "Preferred qualifications",
    "performance_review": "How performance is reviewed",
}
ONE = {
    "lines": "responsibility",
    "required": "required qualification",
    "preferred": "preferred qualification",
}


@dataclass(frozen=True)
class Part:
    """One field, with `pieces`, or one list, with `lines`."""

    name: str
    pieces: tuple[Piece, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def is_changed(self) -> bool:
        return bool(self.changed_lines) or any(piece.kind != "same" for piece in self.pieces)

    @property
    def changed_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_changed)


@dataclass(frozen=True)
class Comparison:
    """All parts that either text has, in the order of the document."""

    parts: tuple[Part, ...]

    @property
    def changed(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.is_changed)

    @property
    def count(self) -> int:
        """How many fields and lines changed."""
        return sum(len(part.changed_lines) or 1 for part in self.changed)

    @property
    def in_words(self) -> str:
        """The parts that changed: "purpose, time and 2 responsibilities"; "" if none did."""
        named = [_named(part) for part in self.changed]
        return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def _named(part: Part) -> str:
    label = part.label.lower()
    count = len(part.changed_lines)
    if not count:
        return label
    return f"{count} {label if count > 1 else ONE[part.name]}"


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """Compare two contents as `roles.contents.content_of` gives them."""
    parts = (_part(name, old[name], new[name]) for name in LABELS)
    return Comparison(tuple(part for part in parts if part.pieces or part.lines))


def _part(name: str, old: Any, new: Any) -> Part:
    if isinstance(new, list):
        return Part(name, lines=compare_lists(_keyed(old), _keyed(new)))
    told = _day if name == "funding_ends_on" else str
    return Part(name, pieces=compare_words(told(old or ""), told(new or "")))


def _keyed(lines: Iterable[Any]) -> list[tuple[str, str]]:
    """Responsibilities are [key, text]; qualifications are texts alone."""
    return [("", line) if isinstance(line, str) else (line[0], line[1]) for line in lines]


def _day(value: str) -> str:
    if not value:
        return ""
    day = dt.date.fromisoformat(value)
    return f"{day:%b} {day.day}, {day.year}"

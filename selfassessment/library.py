"""The indicators as shipped: versioned content, frozen per edition, read from YAML.

Ratings and evidence keep an indicator's code, and a round the edition it was taken with, so a
later edition never changes what an earlier round said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

EDITION = "2026.1"
FOLDER = Path(__file__).with_name("library")


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the scale; `anchor` is what it looks like for one indicator."""

    value: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A sort of evidence that an indicator asks for.

    `milestones` are library keys: such a milestone, once done, is evidence of this sort.
    `absent` is the sentence for when nothing is there.
    """

    key: str
    label: str
    required: bool
    max_age_months: int
    milestones: tuple[str, ...] = ()
    absent: str = "Nothing is on file."

    def good_until(self, dated_on: dt.date) -> dt.date:
        """The last day on which evidence of this date counts as current."""
        return dated_on + dt.timedelta(days=self.max_age_months * 365 // 12)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One coded statement.

    `role_keys` are the leadership roles its rule looks at; `leaders` those whose published job
    descriptions stand one by one in its evidence.
    """

    code: str
    standard: str
    title: str
    question: str
    why: str
    rule: str
    role_keys: tuple[str, ...]
    leaders: tuple[str, ...]
    evidence_types: tuple[EvidenceType, ...]
    points: tuple[Point, ...]
    optional: bool

    def sort(self, key: str) -> EvidenceType:
        """An evidence type by its key. Raises StopIteration for one it does not ask for."""
        return next(each for each in self.evidence_types if each.key == key)

    @property
    def anchor_id(self) -> str:
        """The code as part of an HTML id: 6b.1 is "6b-1"."""
        return self.code.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Library:
    """One edition: the scale, and the indicators in their order."""

    version: str
    scale: tuple[Point, ...]
    indicators: tuple[Indicator, ...]

    @property
    def core(self) -> tuple[Indicator, ...]:
        """Those a round takes; the rest are optional and off."""
        return tuple(each for each in self.indicators if not each.optional)

    @property
    def optional(self) -> tuple[Indicator, ...]:
        return tuple(each for each in self.indicators if each.optional)

    def find(self, code: str) -> Indicator | None:
        """A core or optional indicator by code; None if this edition has no such code."""
        return next((each for each in self.indicators if each.code == code), None)


def titles() -> dict[str, str]:
    """Titles by code, of the newest edition."""
    return {each.code: each.title for each in library().indicators}


@cache
def library(edition: str = EDITION) -> Library:
    """Read one edition. Raises FileNotFoundError for an edition that was never shipped."""
    raw = yaml.safe_load((FOLDER / f"{edition}.yaml").read_text(encoding="utf-8"))
    scale = tuple(Point(**point) for point in raw["scale"])
    return Library(
        version=raw["version"],
        scale=scale,
        indicators=tuple(_indicator(each, scale) for each in raw["indicators"]),
    )


def _indicator(raw: Mapping[str, Any], scale: tuple[Point, ...]) -> Indicator:
    anchors: Mapping[int, str] = raw.get("anchors", {})
    return Indicator(
        code=raw["code"],
        standard=raw["standard"],
        title=raw["title"],
        question=raw["plain_question"],
        why=raw.get("why", ""),
        rule=raw["satisfied_by"]["rule"],
        role_keys=tuple(raw["satisfied_by"]["positions"]),
        leaders=tuple(raw["satisfied_by"].get("leaders", ())),
        evidence_types=tuple(_sort(each) for each in raw["evidence_types"]),
        points=tuple(
            Point(point.value, point.label, anchors.get(point.value, point.anchor))
            for point in scale
        ),
        optional=raw.get("optional_module", False),
    )


def _sort(raw: Mapping[str, Any]) -> EvidenceType:
    return EvidenceType(**{**raw, "milestones": tuple(raw.get("milestones", ()))})

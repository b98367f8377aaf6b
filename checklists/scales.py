"""The scales items are rated on, and the bands of a result: pure data from the content library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LIBRARY = Path(__file__).parent / "library" / "2026.1.yaml"


@dataclass(frozen=True, slots=True)
class Point:
    """One answer of a scale, with the anchor that says when it is the right one."""

    value: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Answers from 0 to `max`; `allow_na` lets a rater say that an item does not apply."""

    key: str
    label: str
    max: int
    allow_na: bool
    points: tuple[Point, ...]

    @property
    def best_first(self) -> tuple[Point, ...]:
        return tuple(reversed(self.points))

    def label_of(self, value: int) -> str:
        return next(point.label for point in self.points if point.value == value)

    def holds(self, value: int) -> bool:
        return any(point.value == value for point in self.points)


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of scores that begins at `min` percent."""

    key: str
    label: str
    min: int


@lru_cache(maxsize=1)
def library() -> dict[str, Any]:
    """The shipped content as plain data: version, scales, bands, checklists."""
    content: dict[str, Any] = yaml.safe_load(LIBRARY.read_text(encoding="utf-8"))
    return content


def scale_from(key: str, words: Mapping[str, Any]) -> Scale:
    """A scale out of plain data: its label, `allow_na`, and its points from 0 upwards."""
    points = tuple(Point(**point) for point in words["points"])
    return Scale(key, words["label"], points[-1].value, words["allow_na"], points)


SCALES: dict[str, Scale] = {raw["key"]: scale_from(raw["key"], raw) for raw in library()["scales"]}
BANDS: tuple[Band, ...] = tuple(Band(**raw) for raw in library()["bands"])

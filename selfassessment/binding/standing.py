"""What the records said of each indicator, read back from its frozen form. Knows no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from selfassessment.checks import Axis, Result
from selfassessment.evidence import Item

DATES = ("dated_on", "good_until")
WORDS = {Result.PASSED: "Yes", Result.FAILED: "Not yet", Result.UNKNOWN: "Not in the records"}
AXES = {Axis.DOCUMENTED: "Documented", Axis.PRACTISED: "Practised"}


@dataclass(frozen=True, slots=True)
class FrozenCheck:
    """One check as it came out: its point of the scale, its axis and its outcome in words."""

    rung: int
    axis: str
    outcome: str
    says: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The hint for one indicator on two axes, 0 to 3 or None, with its checks and evidence."""

    hint: int | None = None
    documented: int | None = None
    practised: int | None = None
    checks: tuple[FrozenCheck, ...] = ()
    items: tuple[Item, ...] = ()


def standing_of(content: Mapping[str, Any], code: str) -> Standing:
    """One indicator of what `freezing.frozen` made; an empty one where it has no such code.

    What a later release adds to checks or items is left aside, what it takes away has its default.
    """
    told: Mapping[str, Any] = content.get(code, {})
    return Standing(
        hint=told.get("hint"),
        documented=told.get("documented"),
        practised=told.get("practised"),
        checks=tuple(_check(each) for each in told.get("checks", ())),
        items=items_of(told.get("evidence", ())),
    )


def items_of(told: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    known = {field.name for field in fields(Item)}
    return tuple(
        Item(**{key: _value(key, value) for key, value in each.items() if key in known})
        for each in told
    )


def _value(key: str, value: Any) -> Any:
    return dt.date.fromisoformat(value) if key in DATES and isinstance(value, str) else value


def _check(told: Mapping[str, Any]) -> FrozenCheck:
    axis, result = told.get("axis", Axis.DOCUMENTED), told["result"]
    return FrozenCheck(
        rung=told["rung"],
        axis=AXES.get(axis, str(axis)),
        outcome=WORDS.get(result, str(result)),
        says=told["says"],
        found=told.get("found", ""),
    )

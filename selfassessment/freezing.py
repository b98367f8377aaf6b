"""Evidence and checks as plain JSON, to keep as they were, and the digest that signatures name."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from selfassessment.evidence import evidence
from selfassessment.facts import Facts
from selfassessment.library import Indicator
from selfassessment.readiness import hint


def frozen(facts: Facts, indicators: Iterable[Indicator]) -> dict[str, Any]:
    """What the records say of each indicator: {"6b.1": {"hint", "documented", "practised",
    "checks", "evidence"}}. The figures are 0 to 3 or None; checks and evidence are lists of
    mappings with the fields of Check and Item, dates in ISO form.
    """
    return {each.code: _told(each, facts) for each in indicators}


def digest(content: dict[str, Any]) -> str:
    """The SHA-256 of the canonical JSON, in hex: keys in order, no space, as UTF-8."""
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _told(indicator: Indicator, facts: Facts) -> dict[str, Any]:
    found = hint(indicator, facts)
    return {
        "hint": found.value if found else None,
        "documented": found.documented if found else None,
        "practised": found.practised if found else None,
        "checks": [_plain(asdict(each)) for each in found.checks] if found else [],
        "evidence": [_plain(asdict(each)) for each in evidence(indicator, facts)],
    }


def _plain(value: Any) -> Any:
    """The same with lists for tuples and dates as text, so that it comes back from JSON alike."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value

"""The sorts of evidence that an indicator asks for."""

from __future__ import annotations

import re
from typing import Any

from selfassessment.standards.desk import AXES, LONGEST, Desk, one, whole
from selfassessment.standards.entries import Entry, Group, Said, tidy

MOST_EVIDENCE = 12
EVIDENCE_KEY = re.compile(r"[a-z0-9_]{1,40}")
YES, NO = {"true", "yes", "on", "1"}, {"", "false", "no", "off", "0"}


def slug(label: str) -> str:
    """The key of a sort of evidence that was given none."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40].strip("_")


def evidence_of(entry: Entry, desk: Desk) -> list[dict[str, Any]]:
    if len(entry.evidence) > MOST_EVIDENCE:
        says = f"{len(entry.evidence)} sorts of evidence; at most {MOST_EVIDENCE} are asked for."
        desk.complain(entry.line, "evidence", says)
    found = [
        _sort(desk, each, entry.line, n)
        for n, each in enumerate(entry.evidence[: MOST_EVIDENCE + 1], 1)
    ]
    keys = [each["key"] for each in found]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        says = f"Two sorts of evidence have the same name or key: {key}."
        desk.complain(entry.line, "evidence", says)
    return found


def _sort(desk: Desk, group: Group, line: int, number: int) -> dict[str, Any]:
    said = one(group, "label", line)
    label = desk.sound(said, "evidence", LONGEST["label"])
    if not label:
        desk.complain(said.line, "evidence", "A sort of evidence needs a name: its label.")
    if ";" in label or "|" in label:
        desk.complain(said.line, "evidence", "A label has no ; and no | in it.")
    given = one(group, "key", line)
    key = tidy(given.text) or slug(label) or f"evidence_{number}"
    if not EVIDENCE_KEY.fullmatch(key):
        says = "A key has small letters a to z, figures and _, 40 at most."
        desk.complain(given.line, "evidence", says)
    return {
        "key": key,
        "label": label,
        "required": _yes(desk, one(group, "required", line)),
        "max_age_months": _months(desk, one(group, "max_age_months", line)),
        **_axis(desk, group, line),
    }


def _axis(desk: Desk, group: Group, line: int) -> dict[str, str]:
    """What such evidence speaks of; "documented", as most does, is not written down."""
    if not one(group, "axis", line).text.strip():
        return {}
    axis = desk.among(group, "axis", AXES, line)
    return {"axis": axis} if axis == "practised" else {}


def _yes(desk: Desk, said: Said) -> bool:
    word = tidy(said.text).lower()
    if word not in YES | NO:
        says = f"Expected true or false. Got: {word[:40]}."
        desk.complain(said.line, "required", says)
    return word in YES


def _months(desk: Desk, said: Said) -> int:
    if not said.text.strip():
        return 12
    months = whole(said.text)
    if months is None or not 1 <= months <= 120:
        says = f"Expected months, 1 to 120. Got: {tidy(said.text)[:40]}."
        desk.complain(said.line, "max_age_months", says)
        return 12
    return months

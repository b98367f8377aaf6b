"""What of the records an indicator has looked up: its checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from selfassessment.standards.desk import AXES, LONGEST, Desk, one, several, whole
from selfassessment.standards.entries import Entry, Group, Said, tidy

MOST_CHECKS = 12
MORE_OF_A_CHECK = ("enough", "roles", "kind", "external", "external_roles")
PERCENT = re.compile(r"(\d{1,3})%")


def checks_of(entry: Entry, keys: set[str], desk: Desk) -> Iterator[dict[str, Any]]:
    if len(entry.checks) > MOST_CHECKS:
        says = f"{len(entry.checks)} checks; at most {MOST_CHECKS} are looked up."
        desk.complain(entry.line, "auto_check", says)
    for group in entry.checks[: MOST_CHECKS + 1]:
        yield _one_check(desk, group, entry, keys)


def _one_check(desk: Desk, group: Group, entry: Entry, keys: set[str]) -> dict[str, Any]:
    says = one(group, "says", entry.line)
    found = {
        "measure": desk.among(group, "measure", desk.known.measures, entry.line),
        "axis": desk.among(group, "axis", AXES, entry.line),
        "rung": int(desk.among(group, "rung", "123", entry.line) or 1),
        "says": desk.sound(says, "says", LONGEST["says"]),
    }
    if not found["says"]:
        desk.complain(says.line, "says", "Say in a sentence what is looked up.")
    for key in sorted(group.keys() - {*found, *MORE_OF_A_CHECK}):
        line = one(group, key, entry.line).line
        desk.complain(line, key[:40], "This key of auto_check is not known.")
    more = {
        "enough": _enough(desk, one(group, "enough", entry.line)),
        "roles": _roles(desk, group.get("roles", entry.roles), entry.line),
        "kind": _kind(desk, one(group, "kind", entry.line), keys),
        "external": [_kind(desk, each, keys) for each in several(group, "external")],
        "external_roles": _roles(desk, several(group, "external_roles"), entry.line),
    }
    return {**found, **{key: value for key, value in more.items() if value not in ("", [])}}


def _kind(desk: Desk, said: Said, keys: set[str]) -> str:
    kind = tidy(said.text)
    if kind and kind not in keys:
        says = f"No sort of evidence of this indicator has the key {kind[:40]}."
        desk.complain(said.line, "kind", says)
    return kind


def _enough(desk: Desk, said: Said) -> str | int:
    word = tidy(said.text)
    percent, number = PERCENT.fullmatch(word), whole(word)
    if percent and 1 <= int(percent[1]) <= 100:
        return word
    if number is not None and 1 <= number <= 10_000:
        return number
    if word and word not in ("all", "any"):
        says = f"Expected all, any, a percent as in 80%, or a count. Got: {word[:40]}."
        desk.complain(said.line, "enough", says)
    return word


def _roles(desk: Desk, said: Said | tuple[Said, ...], line: int) -> list[str]:
    found = []
    for each in said if isinstance(said, tuple) else (said,):
        role = tidy(each.text)
        if role and role not in desk.known.roles:
            desk.complain(each.line or line, "roles", f"No role has the key {role[:40]}.")
        if role:
            found.append(role)
    return list(dict.fromkeys(found))

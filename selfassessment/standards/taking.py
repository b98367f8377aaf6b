"""Imported indicators in the form of the library's file, as a round takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_library_form(
    content: Mapping[str, Any], *, name: str, number: int, known: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The indicators of `content`, each with all keys that one in the library's file has, and
    `imported`: the name and version they come from. `known`: titles of the shipped standards.
    """
    titles = {**known, **{each["code"]: each["title"] for each in content["standards"]}}
    return [
        {
            "code": raw["code"],
            "standard": f"{raw['standard']} {titles.get(raw['standard'], '')}".strip(),
            "in_section_3_1": False,
            "editions": list(raw.get("editions", ("lea", "organization"))),
            "title": raw["title"],
            "plain_question": raw["plain_question"],
            "why": raw.get("why", ""),
            "anchors": {int(value): words for value, words in raw.get("anchors", {}).items()},
            "satisfied_by": {"positions": [], "rule": ""},
            "evidence_types": [dict(each) for each in raw.get("evidence_types", ())],
            "auto_check": list(raw.get("auto_check", ())),
            "imported": f"{name}, version {number}",
        }
        for raw in content["indicators"]
    ]

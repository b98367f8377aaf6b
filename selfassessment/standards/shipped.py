"""The shipped library in the form in which standards go out and come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfassessment import library
from selfassessment.standards.checking import Content

OF_EVIDENCE = ("key", "label", "required", "max_age_months", "axis")


def shipped() -> Content:
    """The newest edition, to read or to begin a set of one's own from. Notes that only our own
    rules read are left out.
    """
    return {
        "elements": [{**each, "why": ""} for each in library.elements()],
        "standards": [
            {"code": each["code"], "title": each["title"], "parent": each["element"], "why": ""}
            for each in library.standards()
        ],
        "indicators": [_indicator(each) for each in library.raw()],
    }


def titles() -> dict[str, str]:
    """Titles of shipped elements and standards by code."""
    return {each["code"]: each["title"] for each in (*library.elements(), *library.standards())}


def _indicator(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": raw["code"],
        "standard": raw["standard"].partition(" ")[0],
        "title": raw["title"],
        "plain_question": raw["plain_question"],
        "why": raw.get("why", ""),
        "anchors": {str(value): words for value, words in raw.get("anchors", {}).items()},
        "evidence_types": [
            {key: each[key] for key in OF_EVIDENCE if key in each} for each in raw["evidence_types"]
        ],
        "editions": list(raw["editions"]),
        "auto_check": [
            {"roles": raw["satisfied_by"]["positions"], **each}
            for each in raw["auto_check"]
            if isinstance(each, Mapping)
        ],
    }

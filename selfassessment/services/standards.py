"""Further standards of a district or state: what is in force, taking in a version, retiring it."""

from __future__ import annotations

from typing import Any

from roles.models import District
from selfassessment.library import library
from selfassessment.models import ImportedStandards
from selfassessment.standards.taking import in_library_form


def offered(district: District) -> list[dict[str, Any]]:
    """All imported indicators that a new round can take, in the form of the library's file.

    Sorted by the name of their set; one query. `imported` names set and version.
    """
    sets = ImportedStandards.objects.filter(district=district).in_force()
    return [
        raw
        for each in sets
        for raw in in_library_form(
            each.content, name=each.name, number=each.number, known=shipped_standards()
        )
    ]


def shipped_standards() -> dict[str, str]:
    """Titles of the shipped standards by code: {"6b": "Leader Role Clarity"}."""
    pairs = (each.standard.partition(" ") for each in library().indicators)
    return {code: title for code, _, title in pairs}

"""What other systems call a district or a school: pairs of a system and its number."""

from __future__ import annotations

from roles.access import Reach
from roles.models import RosterEntry, RosterKind

SOURCED_ID = {"oneroster": "OneRoster sourcedId", "list": "District list"}
NCES_DIGITS = {"district": 7, "school": 12}


def pairs_of(entry: RosterEntry) -> list[tuple[str, str]]:
    """What other systems call it, each with the name of the system."""
    found = [(SOURCED_ID.get(entry.source, entry.source), entry.key)]
    number = entry.said.get("identifier", "")
    if number and number != entry.key:
        found.append((system_of(number, entry), number))
    return found


def system_of(number: str, entry: RosterEntry) -> str:
    """Whose number it is: the NCES gives seven digits to districts and twelve to schools."""
    kind = "district" if entry.said.get("type") == "district" else "school"
    is_number = entry.kind == RosterKind.ORG and number.isascii() and number.isdigit()
    return "NCES" if is_number and len(number) == NCES_DIGITS[kind] else "District"


def identifiers_of_district(reach: Reach) -> list[tuple[str, str]]:
    """The pairs of the reach's own district, as its roster has them. One query.

    Empty unless the roster holds exactly one district: which of several it is, nobody said.
    """
    orgs = RosterEntry.objects.reachable(reach).filter(kind=RosterKind.ORG, ended_on=None)
    found = list(orgs.filter(said__type="district")[:2])
    return pairs_of(found[0]) if len(found) == 1 else []

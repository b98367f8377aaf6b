"""Who is on the staff, and who is left out before anything is kept. Pure: no Django."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tutoring_admin.systems.rosters.records import LeftOut

STAFF = {
    role.casefold(): role
    for role in (
        "administrator",
        "aide",
        "counselor",
        "districtAdministrator",
        "principal",
        "proctor",
        "siteAdministrator",
        "systemAdministrator",
        "teacher",
    )
}
FAMILY = frozenset({"student", "guardian", "parent", "relative"})
EXTENSION = "ext:"
# Of a role that a vendor made up: better one colleague too few than one student too many.
_LIKE_FAMILY = re.compile(
    r"student|pupil|learner|scholar|guardian|parent|relative|child|mother|father|family|contact"
)
FAMILY_ROWS = "students, guardians, parents and relatives"
ALSO_STUDENTS = "people who are students as well"
NO_ROLE = "people without a staff role"


def spelled(role: str) -> str:
    """A staff role as OneRoster spells it; "" for one that is not known to be a staff role.

    A vendor's own (`ext:deanOfMath`) is kept as it is written, unless it may mean a student or
    somebody of the family.
    """
    plain = role.strip()
    small = plain.casefold()
    if small.startswith(EXTENSION) and len(small) > len(EXTENSION):
        return "" if _LIKE_FAMILY.search(small) else plain
    return STAFF.get(small, "")


def is_family(role: str) -> bool:
    """Whether a role is one of those that are never read."""
    small = role.strip().casefold()
    return small in FAMILY or bool(_LIKE_FAMILY.search(small))


class Sieve:
    """Counts what was dropped, file by file, and says so at the end: numbers, never names."""

    def __init__(self) -> None:
        self._dropped: Counter[tuple[str, str]] = Counter()

    def drop(self, file: str, what: str = FAMILY_ROWS) -> None:
        self._dropped[file, what] += 1

    def told(self) -> Iterator[LeftOut]:
        for (file, what), rows in sorted(self._dropped.items()):
            yield LeftOut(file, what, rows)


def staff_keys(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Of pairs (person's key, role), the people with a staff role."""
    return {person for person, role in pairs if spelled(role)}

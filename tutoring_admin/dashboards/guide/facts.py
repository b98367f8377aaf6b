"""What the guide looks at: plain values, counted once for a district. Knows no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from selfassessment.facts import Role

AGREED_LEVELS = ("executive", "administrative", "site", "coaching")  # whom 6c asks about


@dataclass(frozen=True, slots=True)
class Seat:
    """A position of the central office or a department, and who holds it today."""

    pk: int
    role_key: str
    title: str
    holder: str = ""
    since: dt.date | None = None
    interim: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts out of the records of a district and of one school year of it."""

    schools: int = 0
    schools_led: int = 0  # with somebody in a position of the site level
    areas: int = 0
    areas_led: int = 0  # whose leading role somebody holds
    needs: int = 0
    departments_agreed: int = 0  # who have agreed to something, or delivered it
    data_needs_agreed: int = 0  # of the department in which the data partner sits
    series: int = 0
    protected: int = 0
    meetings_to_come: int = 0  # of protected series
    meetings_held: int = 0
    milestones: int = 0
    owned: int = 0
    done: int = 0
    windows: int = 0
    windows_open: int = 0
    windows_closed: int = 0
    second_rated: int = 0
    rounds: int = 0
    rounds_finished: int = 0
    official: int = 0


@dataclass(frozen=True, slots=True)
class GuideFacts:
    """A district on one day. `roles` by key; `seats` in the order of roles; `learning` holds the
    levels with a line in the plan, `learned` those with a session held.
    """

    roles: Mapping[str, Role] = field(default_factory=dict)
    seats: tuple[Seat, ...] = ()
    figures: Figures = field(default_factory=Figures)
    learning: frozenset[str] = frozenset()
    learned: frozenset[str] = frozenset()
    year: str = ""

    def of(self, keys: Collection[str]) -> list[Role]:
        return [self.roles[key] for key in keys if key in self.roles]

    def seats_of(self, keys: Collection[str]) -> Iterator[Seat]:
        """Central seats of these roles, in the order of the keys."""
        return (seat for key in keys for seat in self.seats if seat.role_key == key)

    def title(self, key: str) -> str:
        """What the district calls a role; its key in words where it has none of that key."""
        role = self.roles.get(key)
        return role.title if role else key.replace("_", " ").capitalize()

    @property
    def seated_levels(self) -> list[str]:
        """The levels in which there is a position, of those that learning is asked of."""
        found = {role.level for role in self.roles.values() if role.positions}
        return [level for level in AGREED_LEVELS if level in found]

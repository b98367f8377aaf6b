"""One simulated district, and who of its people has come to do a thing by a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from roles.answering import stand_ins
from roles.models import Assignment, Position, User
from tutoring_admin.demo.world import World
from tutoring_admin.simulation.luck import Luck


@dataclass
class Life:
    """One district, its people's lots, and today."""

    world: World
    luck: Luck
    today: dt.date

    @property
    def manager(self) -> User:
        return self._holder_of(self.world.at("PROJECT_MANAGER")) or self.world.holder(
            "PROGRAM_LEAD"
        )

    def _holder_of(self, position: Position) -> User | None:
        held = Assignment.objects.filter(position=position).in_force(self.today)
        found = held.select_related("holder").first()
        return found.holder if found else None

    def does(self, thing: str, due_on: dt.date, person: User) -> bool:
        """Whether this person has come to do this thing by today."""
        away = self.luck.leaves.get(person.pk)
        if away and away[0] <= self.today <= away[1]:
            return False
        return self.luck.day(thing, due_on, person.pk) <= self.today

    def owners(self, positions: set[int]) -> dict[int, User]:
        """Who holds each position today, or answers for it."""
        held = Assignment.objects.filter(position__in=positions).in_force(self.today)
        found = {a.position_id: a.holder for a in held.select_related("holder")}
        for position, answering in stand_ins(self.today, positions - set(found)).items():
            for assignment in answering:
                found.setdefault(position, assignment.holder)
        return found

"""Who hears of a thing that is due: its owner, and those to whom it climbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from roles.answering import stand_ins, supervisors
from roles.models import Assignment, Audience, District, MailPreference, Position, User
from roles.notices import Line

HEADS = {
    Audience.PROJECT_MANAGER: "PROJECT_MANAGER",
    Audience.CHAMPION: "EXEC_CHAMPION",
}
"""The roles of the library that stand at the head of the ladder."""


@dataclass(frozen=True)
class Hearer:
    """One person who hears. `position` is what they hold; `answers`: it is for a vacant one."""

    user: User
    position: Position | None = None
    answers: bool = False


class Hearers:
    """Who hears of what on one day, worked out for many positions in a constant number of queries.

    People whose account is closed, and those who turned the district's letters off, hear nothing.
    """

    def __init__(
        self, district: District, day: dt.date, lines: Iterable[Line], *, off: bool = False
    ) -> None:
        found = list(lines)
        self._district, self._day, self._with_off = district, day, off
        self._positions = {line.position_id for line in found if line.position_id is not None}
        self._readers = {line.reader_id for line in found if line.reader_id is not None}

    def of(self, line: Line, audience: str) -> list[Hearer]:
        """Those of an audience for one line, each person once."""
        if audience == Audience.OWNER:
            if line.reader_id is not None:
                reader = self._people.get(line.reader_id)
                return [Hearer(reader)] if reader and self._hears(reader) else []
            return self._owners.get(line.position_id or 0, [])
        if audience == Audience.SUPERVISOR:
            return self._supervisors.get(line.position_id or 0, [])
        return self._heads[audience]

    def _hears(self, user: User) -> bool:
        return user.is_active and (self._with_off or user.pk not in self._off)

    def _once(self, assignments: Iterable[Assignment], *, answers: bool = False) -> list[Hearer]:
        found = {
            held.holder_id: Hearer(held.holder, held.position, answers)
            for held in assignments
            if self._hears(held.holder)
        }
        return list(found.values())

    @cached_property
    def _off(self) -> set[int]:
        off = MailPreference.objects.filter(district=self._district).exclude(off_since=None)
        return set(off.values_list("person", flat=True))

    @cached_property
    def _people(self) -> dict[int, User]:
        return User.objects.in_bulk(self._readers)

    @cached_property
    def _owners(self) -> dict[int, list[Hearer]]:
        return self._holding(self._positions)

    def _holding(self, positions: Collection[int]) -> dict[int, list[Hearer]]:
        """Who holds each of these, or answers for it while nobody does."""
        held = self._assignments().filter(position__in=positions)
        owners = {a.position_id: self._once([a]) for a in held}
        vacant = set(positions) - set(owners)
        for position, answering in stand_ins(self._day, vacant).items():
            owners[position] = self._once(answering, answers=True)
        return owners

    @cached_property
    def _supervisors(self) -> dict[int, list[Hearer]]:
        above = supervisors(self._day, self._positions)
        return {position: self._once(held) for position, held in above.items()}

    @cached_property
    def _heads(self) -> dict[str, list[Hearer]]:
        seats = Position.objects.filter(district=self._district, role__key__in=HEADS.values())
        keys = dict(seats.active(self._day).values_list("pk", "role__key"))
        holding = self._holding(keys)
        heads: dict[str, list[Hearer]] = {}
        for audience, key in HEADS.items():
            found = [h for pk, hearers in holding.items() if keys[pk] == key for h in hearers]
            heads[audience] = list({hearer.user.pk: hearer for hearer in found}.values())
        return heads

    def _assignments(self) -> QuerySet[Assignment]:
        found = Assignment.objects.filter(district=self._district).in_force(self._day)
        return found.select_related(
            "holder", "position__role", "position__school", "position__department"
        )

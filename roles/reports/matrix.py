"""The role matrix of one approach, in four queries, and what is wrong in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from roles.access import Reach
from roles.models import Approach, Involvement, LeadershipRole, Position, WorkArea

Part = Involvement.Part
LETTERS = {Part.LEADS: "L", Part.SHARES: "S", Part.SUPPORTS: "U", Part.INFORMED: "I"}
PROVIDER = "Tutoring provider"


@dataclass(frozen=True)
class Party:
    """A column: a role, or the provider (`pk` None). Seats are those active on the day;
    `vacant_position` is the primary key of the first without a holder.
    """

    pk: int | None
    title: str
    seats: int = 0
    filled: int = 0
    vacant_position: int | None = None

    @property
    def slug(self) -> str:
        return str(self.pk or "provider")

    @property
    def vacant(self) -> int:
        return self.seats - self.filled


@dataclass(frozen=True)
class Cell:
    """What a party does in an area: "leads" and so on, or "" if it is not involved."""

    party: Party
    part: str

    @property
    def letter(self) -> str:
        return LETTERS[Part(self.part)] if self.part else ""

    @property
    def words(self) -> str:
        return str(Part(self.part).label) if self.part else "Not involved"


@dataclass(frozen=True)
class AreaRow:
    area: WorkArea
    cells: Sequence[Cell]

    @property
    def leads(self) -> list[Party]:
        return [cell.party for cell in self.cells if cell.part == Part.LEADS]

    @property
    def others(self) -> list[tuple[str, str]]:
        """("Shares", "Project Manager, Tutor Coach") and so on; parts that nobody has left out."""
        found = []
        for part in (Part.SHARES, Part.SUPPORTS, Part.INFORMED):
            titles = [cell.party.title for cell in self.cells if cell.part == part]
            if titles:
                found.append((str(part.label), ", ".join(titles)))
        return found


@dataclass(frozen=True)
class Matrix:
    approach: Approach
    parties: Sequence[Party]
    rows: Sequence[AreaRow]

    def led_by(self, party: Party) -> list[WorkArea]:
        return [row.area for row in self.rows if party in row.leads]


def matrix(reach: Reach, approach: Approach, day: dt.date) -> Matrix:
    """Areas of work by parties. A role has a column if it has a part under this approach, or is
    proposed by it and has positions.
    """
    areas = WorkArea.objects.reachable(reach)
    involved = Involvement.objects.reachable(reach).filter(approach=approach)
    parts = {(row.area_id, row.role_id): row.part for row in involved}
    roles = {role for _, role in parts}
    parties = [
        party
        for party, role in _roles(reach, day)
        if party.pk in roles or (party.seats and approach in role.approaches)
    ]
    if None in roles or approach != Approach.BUILD_OWN:
        parties.append(Party(None, PROVIDER))
    rows = [
        AreaRow(area, [Cell(party, parts.get((area.pk, party.pk), "")) for party in parties])
        for area in areas
    ]
    return Matrix(approach, parties, rows)


def parties_to_choose(reach: Reach, approach: Approach, area: WorkArea) -> list[Cell]:
    """Everyone who may get a part in an area, with the part they have: the roles of the approach,
    others that have a part, and the provider.
    """
    involved = Involvement.objects.reachable(reach).filter(approach=approach, area=area)
    parts = {row.role_id: row.part for row in involved}
    roles = [
        role
        for role in LeadershipRole.objects.reachable(reach)
        if approach in role.approaches or role.pk in parts
    ]
    parties = [*(Party(role.pk, role.title) for role in roles), Party(None, PROVIDER)]
    return [Cell(party, parts.get(party.pk, "")) for party in parties]


def _roles(reach: Reach, day: dt.date) -> Iterator[tuple[Party, LeadershipRole]]:
    counted = (
        Position.objects.reachable(reach)
        .active(day)
        .with_filled(day)
        .order_by()
        .values("role")
        .annotate(
            seats=Count("pk"),
            full=Count("pk", filter=Q(filled=True)),
            empty=Min("pk", filter=Q(filled=False)),
        )
    )
    by_role = {row["role"]: (row["seats"], row["full"], row["empty"]) for row in counted}
    for role in LeadershipRole.objects.reachable(reach):
        yield Party(role.pk, role.title, *by_role.get(role.pk, (0, 0, None))), role

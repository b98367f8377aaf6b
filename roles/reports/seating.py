"""Who sits where today, as plain rows: for pages that show a whole district at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, Q

from roles.access import Reach
from roles.models import LeadershipRole, Position


class Sitting(NamedTuple):
    """One active position with its holder's name ("" when vacant). Keys are primary keys."""

    position: int
    role: int
    school: int | None
    school_name: str
    department: str
    seat: int
    holder: str
    is_interim: bool
    starts_on: dt.date | None
    opened_on: dt.date
    department_id: int | None = None

    @property
    def place(self) -> str:
        return self.school_name or self.department or "Central office"

    @property
    def state(self) -> str:
        if not self.holder:
            return "vacant"
        return "interim" if self.is_interim else "filled"


def seated_now(reach: Reach, day: dt.date) -> Any:
    """Active positions with the assignment in force, if any, joined as `now`."""
    in_force = Q(assignments__starts_on__lte=day) & (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=day)
    )
    return (
        Position.objects.reachable(reach)
        .active(day)
        .annotate(now=FilteredRelation("assignments", condition=in_force))
    )


def sittings(reach: Reach, day: dt.date, here: Q) -> Iterator[Sitting]:
    """The active positions that `here` names, by role, school and seat. One query."""
    found = (
        seated_now(reach, day)
        .filter(here)
        .values_list(
            "pk",
            "role",
            "school",
            "school__name",
            "department__name",
            "seat",
            "now__holder__first_name",
            "now__holder__last_name",
            "now__holder__email",
            "now__interim",
            "now__starts_on",
            "opened_on",
            "department",
        )
    )
    for pk, role, school, name, department, seat, first, last, mail, interim, *days in found:
        holder = f"{first or ''} {last or ''}".strip() or mail or ""
        yield Sitting(
            pk, role, school, name or "", department or "", seat, holder, bool(interim), *days
        )


@dataclass(frozen=True)
class RoleSeats:
    """A role's positions: how many, how many held, and the first rows, those to fill on top."""

    total: int
    full: int
    rows: Sequence[Sitting]

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


WORST_FIRST = {"vacant": 0, "interim": 1, "filled": 2}


def role_seats(role: LeadershipRole, reach: Reach, day: dt.date, most: int = 25) -> RoleSeats:
    """The active positions of a role within reach. One query."""
    found = list(sittings(reach, day, Q(role=role)))
    rows = sorted(found, key=lambda sitting: WORST_FIRST[sitting.state])[:most]
    return RoleSeats(len(found), sum(sitting.holder != "" for sitting in found), rows)

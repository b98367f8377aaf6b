"""Who sits where today, as plain rows: for pages that show a whole district at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from roles.access import Reach
from roles.models import Position


@dataclass(frozen=True, slots=True)
class Sitting:
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

    @property
    def state(self) -> str:
        if not self.holder:
            return "vacant"
        return "interim" if self.is_interim else "filled"


def sittings(reach: Reach, day: dt.date, here: Q) -> Iterator[Sitting]:
    """The active positions that `here` names, by role, school and seat. One query."""
    in_force = Q(assignments__starts_on__lte=day) & (
        Q(assignments__ends_on=None) | Q(assignments__ends_on__gte=day)
    )
    found = (
        Position.objects.reachable(reach)
        .filter(here)
        .active(day)
        .annotate(now=FilteredRelation("assignments", condition=in_force))
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
        )
    )
    for pk, role, school, name, department, seat, first, last, mail, interim, starts_on in found:
        holder = f"{first or ''} {last or ''}".strip() or mail or ""
        yield Sitting(
            pk, role, school, name or "", department or "", seat, holder, bool(interim), starts_on
        )

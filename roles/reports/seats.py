"""Every active position by how it stands: vacant, without a text, unread, or in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    Q,
    TextChoices,
    Value,
    When,
)
from django.utils import timezone

from roles.access import Reach
from roles.models import JobDescriptionVersion, LeadershipRole, School
from roles.reports.seating import Sitting, seated_now

NO_ROW = 0  # the key of no row: an empty list would leave out the positions, too


class Stand(TextChoices):
    """How a position stands; each has exactly one, the first that holds from below."""

    ORDER = "order", "Filled and read"
    UNREAD = "unread", "Not read yet"
    UNWRITTEN = "unwritten", "Nothing published"
    VACANT = "vacant", "Vacant"


KINDS = {
    Stand.ORDER: "good",
    Stand.UNREAD: "due-soon",
    Stand.UNWRITTEN: "none",
    Stand.VACANT: "vacant",
}


@dataclass(frozen=True, slots=True)
class RoleStands:
    """The active positions of one role, counted by how they stand."""

    role: int
    key: str
    title: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def seats(self) -> int:
        return sum(self.counts.values())

    def at(self, stand: Stand) -> int:
        return self.counts.get(stand.value, 0)


@dataclass(frozen=True, slots=True)
class Seat:
    """One position in the list: who sits there and how it stands."""

    sitting: Sitting
    role_title: str
    stand: Stand

    @property
    def kind(self) -> str:
        """For the status tag."""
        return KINDS[self.stand]


def seats(reach: Reach, day: dt.date) -> Any:
    """Active positions with `stand`; whoever holds one is joined as `now`. One query before."""
    published = JobDescriptionVersion.objects.reachable(reach).published()
    texts = dict(published.order_by().values_list("pk", "job_description__role"))
    lasting = Q(now__acknowledgements__lapses_on=None) | Q(
        now__acknowledgements__lapses_on__gt=timezone.now().date()
    )
    stand = Case(
        When(now__isnull=True, then=Value(Stand.VACANT.value)),
        When(~Q(role__in=[*texts.values()] or [NO_ROW]), then=Value(Stand.UNWRITTEN.value)),
        When(read__isnull=True, then=Value(Stand.UNREAD.value)),
        default=Value(Stand.ORDER.value),
        output_field=CharField(),
    )
    read = FilteredRelation(
        "now__acknowledgements",
        condition=Q(now__acknowledgements__version__in=[*texts] or [NO_ROW]) & lasting,
    )
    return seated_now(reach, day).annotate(read=read).annotate(stand=stand)


def stands_by_role(reach: Reach, day: dt.date) -> Sequence[RoleStands]:
    """All roles that have positions, in the library's order. Two queries."""
    counted = (
        seats(reach, day)
        .order_by()
        .values("role", "role__key", "role__title", "role__order", "stand")
        .annotate(n=Count("pk", distinct=True))
        .order_by("role__order", "role")
    )
    found: dict[int, tuple[str, str, dict[str, int]]] = {}
    for row in counted:
        known = found.setdefault(row["role"], (row["role__key"], row["role__title"], {}))
        known[2][row["stand"]] = row["n"]
    return tuple(RoleStands(pk, *known) for pk, known in found.items())


def chosen(
    reach: Reach,
    day: dt.date,
    role: LeadershipRole | None,
    stand: str,
    school: School | None = None,
) -> Any:
    """The positions of the list, by role, place and seat; nothing chosen is all of them."""
    found = seats(reach, day).order_by("role__order", "role", "school__name", "seat", "pk")
    found = found.filter(role=role) if role else found
    found = found.filter(school=school) if school else found
    return found.filter(stand=stand) if stand in Stand.values else found


def listed(positions: Any) -> list[Seat]:
    """One page of `chosen`. One query."""
    rows = positions.values_list(
        "pk", "role", "school", F("school__name"), F("department__name"), "seat",
        "now__holder__first_name", "now__holder__last_name", "now__holder__email",
        "now__interim", "now__starts_on", "opened_on", "role__title", "stand",
    )  # fmt: skip
    return [_seat(*row) for row in rows]


def _seat(*row: Any) -> Seat:
    pk, role, school, name, department, number, first, last, mail, interim, *rest = row
    since, opened_on, title, stand = rest
    holder = f"{first or ''} {last or ''}".strip() or mail or ""
    sitting = Sitting(
        pk, role, school, name or "", department or "", number, holder, bool(interim), since,
        opened_on,
    )  # fmt: skip
    return Seat(sitting, title, Stand(stand))

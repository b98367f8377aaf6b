"""Who has access: as the pages narrow it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils import timezone

from roles.access import Reach
from roles.models import Assignment, Membership, User
from roles.signed_in import signed_in

SEEN: dict[str, Callable[[dt.datetime], Q]] = {
    "never": lambda _: Q(user__last_login=None),
    "month": lambda now: Q(user__last_login__gte=now - dt.timedelta(days=30)),
    "long": lambda now: Q(user__last_login__lt=now - dt.timedelta(days=90)),
}


@dataclass(frozen=True)
class Row:
    """One access of one person, with what they lead at present; `seen` where they are signed in."""

    membership: Membership
    assignments: list[Assignment]
    seen: dt.datetime | None = None


def chosen(reach: Reach, words: str = "", level: str = "", seen: str = "") -> QuerySet[Membership]:
    """Accesses by name, those of these words and of this access level, and by when the person last
    signed in: "never", within a "month", or not for "long".
    """
    memberships = Membership.objects.reachable(reach)
    for word in words.split():
        memberships = memberships.filter(
            Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(school__name__icontains=word)
        )
    if level:
        memberships = memberships.filter(level=level)
    if seen in SEEN:
        memberships = memberships.filter(SEEN[seen](timezone.now()))
    return memberships.select_related("user", "school").order_by(
        "user__last_name", "user__first_name", "user__email", "pk"
    )


def accesses(person: User, reach: Reach) -> list[Row]:
    """All accesses of one person within reach, with what they lead."""
    held = Membership.objects.reachable(reach).filter(user=person)
    return with_positions(held.select_related("user", "school").order_by("pk"), reach)


def with_positions(memberships: Iterable[Membership], reach: Reach) -> list[Row]:
    rows = list(memberships)
    held: dict[int, list[Assignment]] = defaultdict(list)
    assignments = Assignment.objects.reachable(reach).in_force(reach.district.today())
    for assignment in assignments.filter(holder__in=[row.user_id for row in rows]).select_related(
        "position__role", "position__school", "position__department"
    ):
        held[assignment.holder_id].append(assignment)
    return [Row(membership, held[membership.user_id]) for membership in rows]


def with_last_seen(rows: Iterable[Row]) -> list[Row]:
    """The same, with when each person was last seen, for who looks after them. One query."""
    found = list(rows)
    sessions = signed_in(row.membership.user_id for row in found)
    seen = {session.person: session.seen for session in reversed(sessions)}
    return [replace(row, seen=seen.get(row.membership.user_id)) for row in found]

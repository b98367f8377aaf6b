"""Who has access, and what was done: as the pages narrow them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from roles.access import Reach
from roles.models import Assignment, AuditEvent, Membership


@dataclass(frozen=True)
class Row:
    """One access of one person, with what they lead at present."""

    membership: Membership
    assignments: list[Assignment]


def chosen(reach: Reach, words: str = "", level: str = "") -> QuerySet[Membership]:
    """Accesses by name, those of these words and of this access level."""
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
    return memberships.select_related("user", "school").order_by(
        "user__last_name", "user__first_name", "user__email", "pk"
    )


def with_positions(memberships: Iterable[Membership], reach: Reach) -> list[Row]:
    rows = list(memberships)
    held: dict[int, list[Assignment]] = defaultdict(list)
    assignments = Assignment.objects.reachable(reach).in_force(reach.district.today())
    for assignment in assignments.filter(holder__in=[row.user_id for row in rows]).select_related(
        "position__role", "position__school", "position__department"
    ):
        held[assignment.holder_id].append(assignment)
    return [Row(membership, held[membership.user_id]) for membership in rows]


def events(
    reach: Reach,
    who: str = "",
    verb: str = "",
    since: dt.datetime | None = None,
    others: bool | None = None,  # noqa: FBT001 -- as the form cleans it
) -> QuerySet[AuditEvent]:
    """What was done, the newest first: by people of these words, of this kind, since a moment, and
    with `others` not by the reader.
    """
    found = AuditEvent.objects.reachable(reach)
    for word in who.split():
        found = found.filter(
            Q(actor__first_name__icontains=word)
            | Q(actor__last_name__icontains=word)
            | Q(actor__email__icontains=word)
        )
    if since:
        found = found.filter(at__gte=since)
    if others:
        found = found.exclude(actor=reach.user)
    return found.filter(verb=verb) if verb else found

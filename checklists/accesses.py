"""What people other than the reader may do: for naming observers and for knowing who has read."""

from __future__ import annotations

from collections.abc import Collection

from roles.access import Access
from roles.capabilities import Capability
from roles.models import District, Membership


def accesses_of(district: District, people: Collection[int]) -> dict[int, Access]:
    """What each of these people may do in the district; who has no access is left out."""
    rows = Membership.objects.filter(district=district, user__in=people).select_related("user")
    by_user: dict[int, list[Membership]] = {}
    for row in rows:
        by_user.setdefault(row.user_id, []).append(row)
    return {
        pk: Access.from_memberships(mine[0].user, district, mine)
        for pk, mine in by_user.items()
        if mine[0].user.is_active
    }


def gets_to(access: Access | None, school: int | None) -> bool:
    """Whether this person can open a checklist of a school; of the district if None."""
    if access is None:
        return False
    reach = access.reach(Capability.CHECKLIST_WORK)
    return bool(reach) if school is None else reach.covers(school)

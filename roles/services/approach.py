"""Changing how a district gets its tutoring."""

from __future__ import annotations

from django.db import transaction

from roles.access import Reach
from roles.models import Approach, District
from roles.services import library
from roles.services.audit import record
from roles.services.refusal import Stale


@transaction.atomic
def change_approach(new: Approach, *, seen: str, by: Reach) -> int:
    """Give the district another approach, and those roles the library proposes for it alone.

    Nothing goes: roles, positions, texts and matrix rows of the old approach stay as they are.
    Returns how many roles came. Raises Stale if the approach is not `seen` any more.
    """
    district = District.objects.select_for_update().get(pk=by.district.pk)
    if district.approach != seen:
        raise Stale("Someone else changed the approach after you opened the page.")
    old = Approach(district.approach)
    if old == new:
        return 0
    district.approach = new
    district.save(update_fields=["approach"])
    proposed = {key: said["approaches"] for key, said in library.newest().items()}
    newly = {key for key, fits in proposed.items() if new in fits and old not in fits}
    came = library.adopt(district, only=newly)
    record(by, "approach.changed", district, old=old.label, new=new.label, roles=came)
    return came

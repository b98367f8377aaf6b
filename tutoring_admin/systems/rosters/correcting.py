"""The district's own word about a person of its roster: it outlives every import."""

from __future__ import annotations

from django.db import transaction

from roles.access import Reach
from roles.models import RosterEntry
from roles.services.audit import record
from tutoring_admin.systems.rosters import directory
from tutoring_admin.systems.rosters.words import FIELDS


@transaction.atomic
def correct(entry: RosterEntry, ours: dict[str, str], *, by: Reach) -> bool:
    """Keep these values instead of the roster's; what is left out is the roster's again.

    True if that is something new.
    """
    held = RosterEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if held.ours == ours:
        return False
    changed = [name for name in FIELDS if held.ours.get(name) != ours.get(name)]
    held.ours = ours
    directory.settle(held)
    what = ", ".join(FIELDS[name].lower() for name in changed)
    record(by, "roster.corrected", held, person=held.label, what=what)
    entry.label = held.label
    return True

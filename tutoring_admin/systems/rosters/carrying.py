"""The worker's side of an import: it takes an owed row and does what the row says."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError

from roles.models import OwedStatus, RosterImport
from roles.services.refusal import Refused, Stale
from roles.wall import district_scope
from tutoring_admin.systems.rosters import applying, comparing

_DOES: dict[str, Callable[[RosterImport], None]] = {
    RosterImport.Task.COMPARE: comparing.compare,
    RosterImport.Task.APPLY: applying.apply,
    RosterImport.Task.UNDO: applying.undo,
}


def carry(district_pk: int, roster_pk: int) -> bool:
    """Compare, apply or undo one owed import, each in one transaction. True if this call did it."""
    with district_scope(district_pk):
        roster: RosterImport | None = RosterImport.objects.claim(roster_pk)
    if roster is None:
        return False
    try:
        with district_scope(district_pk):
            _DOES[roster.task](roster)
            return roster.finish()
    except Stale as stale:
        return _compare_again(roster, str(stale))
    except Refused as refused:
        with district_scope(district_pk):
            roster.finish(OwedStatus.FAILED, error=str(refused))
    except DatabaseError as error:
        with district_scope(district_pk):
            roster.try_again(f"The database did not take it: {type(error).__name__}.")
        raise
    return False


def _compare_again(roster: RosterImport, why: str) -> bool:
    """Back to the dry run, as things stand now."""
    with district_scope(roster.district_id):
        roster.task = RosterImport.Task.COMPARE
        roster.save(update_fields=["task"])
        comparing.compare(roster)
        return roster.finish(error=why)

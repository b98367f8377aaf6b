"""Making an import true, undoing it, setting it aside. What a person asks for here is owed.

An import changes the district's roster and the names of schools that are joined to it. Nobody gets
or loses access or a position: what follows from a roster stands on the page of proposals.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from roles.access import Reach
from roles.models import OwedStatus, RosterEntry, RosterImport, RosterKind, School
from roles.models.owed import UNFINISHED
from roles.models.rosters import UNDO_WITHIN
from roles.services.audit import record, record_for
from roles.services.refusal import Refused, Stale
from roles.tasks import ring_on_commit
from roles.tracing import leave_trace
from tutoring_admin.systems.rosters import directory
from tutoring_admin.systems.rosters.comparing import join_whole_tables, newest_applied
from tutoring_admin.systems.rosters.progress import say
from tutoring_admin.systems.rosters.tasks import carry_roster

MANY, MANY_PERCENT = 20, 30
Task = RosterImport.Task
STALE = "Another roster was applied since this one was compared. Here is how it stands now."


def ends_many(roster: RosterImport) -> int:
    """How many people of the staff an import would end, if that is so many that it may be a
    mistake of the export; 0 if not.
    """
    counts = roster.summary.get(RosterKind.PERSON, {})
    ended = counts.get("ended", 0)
    known = ended + sum(counts.get(each, 0) for each in ("same", "changed"))
    return ended if ended > MANY and ended * 100 > known * MANY_PERCENT else 0


def refusal_to_undo(roster: RosterImport) -> str:
    """Why an import cannot be undone, in a sentence; "" if it can."""
    if not roster.applied_at or roster.undone_at:
        return "It is not in force."
    if roster.applied_at < timezone.now() - UNDO_WITHIN:
        return (
            f"It was applied more than {UNDO_WITHIN.days} days ago. Apply a newer roster instead."
        )
    if newest_applied(roster) != roster.pk:
        return "A later roster builds on it. Undo that one first."
    return ""


@transaction.atomic
def ask_to_apply(roster: RosterImport, *, many_end: bool = False, by: Reach) -> bool:
    """Owe the applying. False if it is applied, or on its way. Raises Refused where a person has
    to say first that so many shall end.
    """
    held = _held(roster)
    if held.state != "ready":
        return False
    if (many := ends_many(held)) and not many_end:
        raise Refused(f"{many} people would end. Say that this is right, or check the export.")
    _owe(held, Task.APPLY, by)
    record(by, "roster.apply_asked", held, name=held.name)
    return True


@transaction.atomic
def ask_to_undo(roster: RosterImport, *, by: Reach) -> bool:
    """Owe the undoing. False if it is on its way. Raises Refused, see `refusal_to_undo`."""
    held = _held(roster)
    if held.is_busy:
        return False
    if sentence := refusal_to_undo(held):
        raise Refused(sentence)
    _owe(held, Task.UNDO, by)
    record(by, "roster.undo_asked", held, name=held.name)
    return True


@transaction.atomic
def ask_again(roster: RosterImport, *, by: Reach) -> bool:
    """Put what a worker could not do back into the queue. True if it had failed."""
    if not roster.again():
        return False
    ring_on_commit(carry_roster, roster.district_id, roster.pk)
    record(by, "roster.asked_again", roster, name=roster.name)
    return True


@transaction.atomic
def discard(roster: RosterImport, *, by: Reach) -> bool:
    """Set a dry run aside, and what was read for it. True if this call did it."""
    held = _held(roster)
    if held.applied_at or held.discarded_at:
        return False
    held.lines.all().delete()
    rows = RosterImport.objects.filter(pk=held.pk)
    rows.update(discarded_at=timezone.now(), status=OwedStatus.CANCELLED, lease_until=None)
    record(by, "roster.discarded", held, name=held.name)
    return True


def _held(roster: RosterImport) -> RosterImport:
    held: RosterImport = RosterImport.objects.select_for_update(of=("self",)).get(pk=roster.pk)
    return held


def _owe(held: RosterImport, task: str, by: Reach) -> None:
    held.asked_by = by.user
    held.task, held.status = task, OwedStatus.WAITING
    held.not_before, held.tries, held.last_error = timezone.now(), 0, ""
    held.save(update_fields=["asked_by", "task", "status", "not_before", "tries", "last_error"])
    ring_on_commit(carry_roster, held.district_id, held.pk)


_STEPS = (
    ("What is new", directory.add),
    ("What changed", directory.change),
    ("What ended", directory.end),
)


@transaction.atomic
def apply(roster: RosterImport) -> None:
    """Make it true. Raises Stale if another one came since it was compared."""
    _one_at_a_time(roster)
    if newest_applied(roster) != roster.compared_on:
        raise Stale(STALE)
    join_whole_tables()
    for number, (what, act) in enumerate(_STEPS, start=1):
        say(roster, number, len(_STEPS) + 1, what)
        act(roster)
    say(roster, len(_STEPS) + 1, len(_STEPS) + 1, "Names of schools")
    renamed = _rename_schools(roster, undo=False)
    roster.applied_at = timezone.now()
    roster.undone_at = None
    roster.save(update_fields=["applied_at", "undone_at"])
    _told(roster, "roster.applied", schools_renamed=renamed)


@transaction.atomic
def undo(roster: RosterImport) -> None:
    """Put the roster back as it was before this import. Raises Refused if another one came since.

    What the district corrected meanwhile stays; an entry that was put to use is ended, not gone.
    """
    _one_at_a_time(roster)
    if sentence := refusal_to_undo(roster):
        raise Refused(sentence)
    join_whole_tables()
    renamed = _rename_schools(roster, undo=True)
    directory.put_back(roster)
    roster.undone_at = timezone.now()
    roster.save(update_fields=["undone_at"])
    _told(roster, "roster.undone", schools_renamed=renamed)


def _told(roster: RosterImport, verb: str, **more: Any) -> None:
    if roster.lines.filter(kind=RosterKind.ORG, said__type="district").exists():
        leave_trace(roster.district_id, "districts", roster.district_id)  # its numbers
    counts = {change: roster.count(change) for change in ("added", "changed", "ended")}
    record_for(roster.district, roster.asked_by, verb, roster, name=roster.name, **counts, **more)


def _one_at_a_time(roster: RosterImport) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('roster'), %s)", [roster.district_id])


def _rename_schools(roster: RosterImport, *, undo: bool) -> int:
    """Give joined schools the roster's new name, unless the district calls them otherwise."""
    changed = roster.lines.filter(
        kind=RosterKind.ORG, change__in=["changed", "returned"], entry__school__isnull=False
    ).select_related("entry__school")
    renamed = 0
    for line in changed:
        old, new = (line.before or {}).get("said", {}).get("name"), line.said.get("name")
        if undo:
            old, new = new, old
        school: Any = line.entry.school if line.entry else None
        if not new or school is None or school.name != old or old == new:
            continue
        taken = School.objects.filter(district=roster.district_id, name=new[:120])
        if not taken.exists():
            school.name = new[:120]
            school.save(update_fields=["name"])
            renamed += 1
    return renamed


def has_open_import(district_pk: int) -> bool:
    """Whether a roster is being read, compared or applied."""
    rows = RosterImport.objects.filter(district=district_pk)
    return rows.filter(status__in=UNFINISHED).exists()


def entries_in_force(district_pk: int) -> int:
    """How many people the roster knows."""
    rows = RosterEntry.objects.filter(district=district_pk, kind=RosterKind.PERSON)
    return rows.filter(ended_on=None).count()

"""What becomes of what a pull brought: applied by itself, or left to a person who is told."""

from __future__ import annotations

from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import (
    Membership,
    OwedStatus,
    RosterEntry,
    RosterImport,
    RosterKind,
    RosterPull,
    RosterSource,
    User,
)
from roles.services import notices
from roles.services.audit import record_for
from roles.tasks import ring_on_commit
from tutoring_admin.systems.rosters.rest.news import SOURCE
from tutoring_admin.systems.rosters.tasks import carry_roster

Outcome = RosterPull.Outcome
ACTING = ("added", "changed", "returned", "ended")
MOST_OTHERS = 25  # of 100: beyond that, new and changed rows are not small either
ALWAYS_SMALL = 10  # rows


def decide(pull: RosterPull, source: RosterSource, roster: RosterImport | None) -> bool:
    """End a pull whose dry run is made. True if this call did."""
    if roster is None or roster.state != "ready":
        return _end(pull, Outcome.NOTHING, "Set aside by hand.")
    if not any(roster.count(change) for change in ACTING) and not roster.rejected:
        return _end(pull, Outcome.NOTHING, "Nothing changed.")
    why_not = reason_to_wait(pull, source, roster)
    if why_not:
        if _end(pull, Outcome.WAITS, why_not):
            tell(pull)
            return True
        return False
    if _end(pull, Outcome.APPLIES, "Small changes, applied by themselves."):
        _apply(roster)
        return True
    return False


def reason_to_wait(pull: RosterPull, source: RosterSource, roster: RosterImport) -> str:
    """Why a person must look first, in a sentence; "" if it may be applied by itself."""
    if pull.kind != RosterPull.Kind.NIGHTLY or not source.applies_small:
        return "Waits for a person, as all rosters do here."
    if roster.rejected:
        return f"Waits for a person: {roster.rejected:,} rows cannot be read."
    if pull.counts.get("short"):
        return "Waits for a person: the server gave fewer rows than it spoke of."
    known = _in_force(roster)
    if not known[RosterKind.PERSON]:
        return "Waits for a person: it is the first roster."
    if ended := roster.summary.get(RosterKind.ORG, {}).get("ended", 0):
        return f"Waits for a person: {ended:,} schools or offices would end."
    ended = roster.summary.get(RosterKind.PERSON, {}).get("ended", 0)
    if ended * 100 > known[RosterKind.PERSON] * source.most_ended:
        return f"Waits for a person: {ended:,} people would end, more than {source.most_ended} %."
    others = sum(roster.count(change) for change in ("added", "changed", "returned"))
    if others > max(ALWAYS_SMALL, sum(known.values()) * MOST_OTHERS // 100):
        return f"Waits for a person: {others:,} rows are new or changed, which is many."
    return ""


def tell(pull: RosterPull) -> None:
    """Tell those who look after the systems, with their next letter."""
    for lead in _leads(pull):
        notices.tell(pull.district, lead, SOURCE, f"{SOURCE}:{pull.pk}")


def tell_of_failure(pull: RosterPull) -> None:
    """The first of several nights that fail in a row is news; the page tells of the others."""
    before = RosterPull.objects.filter(
        source=pull.source_id, kind=RosterPull.Kind.NIGHTLY, pk__lt=pull.pk
    ).first()
    if before is None or before.status != OwedStatus.FAILED:
        tell(pull)


def _leads(pull: RosterPull) -> list[User]:
    leads = Membership.objects.filter(district=pull.district_id, level=AccessLevel.DISTRICT_LEAD)
    return [lead.user for lead in leads.select_related("user")]


def _in_force(roster: RosterImport) -> dict[str, int]:
    rows = RosterEntry.objects.filter(
        district=roster.district_id, source=roster.source, ended_on=None
    )
    return {kind: rows.filter(kind=kind).count() for kind in RosterKind.values}


def _end(pull: RosterPull, outcome: str, words: str) -> bool:
    if not pull.finish():
        return False
    RosterPull.objects.filter(pk=pull.pk).update(outcome=outcome, words=words[:500])
    return True


def _apply(roster: RosterImport) -> None:
    ready = RosterImport.objects.filter(
        pk=roster.pk, status=OwedStatus.DONE, task=RosterImport.Task.COMPARE, discarded_at=None
    )
    owed = {
        "task": RosterImport.Task.APPLY,
        "status": OwedStatus.WAITING,
        "tries": 0,
        "last_error": "",
    }
    if ready.update(**owed, not_before=timezone.now()):
        record_for(roster.district, None, "roster.applies_itself", roster, name=roster.name)
        ring_on_commit(carry_roster, roster.district_id, roster.pk)

"""Whether the audit trail is as it was sealed: what `manage.py verify_audit` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from roles.audit_chain import START, digest, seal_hash
from roles.models import AuditEvent, AuditSeal, District
from roles.services.seals import LATE

LET_GO = "audit.let_go"  # the verb of the event that retention leaves
LEAST_KEPT = dt.timedelta(days=3 * 365)


@dataclass
class Verdict:
    """What was found. `problem` says plainly what fits no longer, and is empty where all does."""

    seals: int = 0
    events: int = 0
    let_go: int = 0
    named_no_more: int = 0
    waiting: int = 0
    problem: str = ""
    missing_hashes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.problem


class _Broken(Exception):
    """The first thing that does not fit."""


def verify(district: District, noted: Collection[str] = ()) -> Verdict:
    """Read the whole trail of a district. `noted` are hashes of seals that were written down
    elsewhere, such as in the log: each must still be there. Runs outside the wall.
    """
    verdict, found, known = Verdict(), set(), set()
    let_go_before = _let_go_before(district)
    last: AuditSeal | None = None
    try:
        for seal in AuditSeal.objects.filter(district=district).order_by("number").iterator(50):
            _follows(seal, last)
            _holds(seal, last, let_go_before, verdict)
            known |= {pk for pk, _ in seal.links["events"]}
            found.add(seal.hash)
            verdict.seals += 1
            last = seal
        verdict.waiting = _outside(district, known, last)
    except _Broken as broken:
        verdict.problem = str(broken)
        return verdict
    verdict.missing_hashes = sorted(set(noted) - found)
    if verdict.missing_hashes:
        verdict.problem = (
            f"Seal {verdict.missing_hashes[0]} was noted and is not among the seals:"
            " the chain was written anew."
        )
    return verdict


def _follows(seal: AuditSeal, last: AuditSeal | None) -> None:
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    if seal.number != number:
        raise _Broken(f"Seal {number} is gone: seal {seal.number} comes next.")
    told = seal_hash(seal.number, seal.previous, seal.sealed_at.timestamp(), seal.links)
    if seal.previous != previous or seal.hash != told:
        raise _Broken(f"Seal {seal.number} of {_when(seal.sealed_at)} was changed.")


def _holds(
    seal: AuditSeal, last: AuditSeal | None, let_go_before: dt.datetime | None, verdict: Verdict
) -> None:
    """Raises _Broken at the first event that is not as it was sealed."""
    events = AuditEvent.objects.in_bulk([pk for pk, _ in seal.links["events"]])
    may_lack = let_go_before is not None and seal.sealed_at < let_go_before
    previous = seal.previous
    for pk, sealed in seal.links["events"]:
        event = events.get(pk)
        if event is None and not may_lack:
            raise _Broken(f"Event {pk} is gone. It was sealed on {_when(seal.sealed_at)}.")
        if event is not None:
            _fits(event, digest(previous, event) == sealed, last)
            verdict.named_no_more += bool(event.proof)
        verdict.events += event is not None
        verdict.let_go += event is None
        previous = sealed


def _fits(event: AuditEvent, is_as_sealed: bool, last: AuditSeal | None) -> None:  # noqa: FBT001
    if not is_as_sealed:
        raise _Broken(f"{_name(event)} was changed after it was sealed.")
    if last is not None and event.at < last.sealed_at - 2 * LATE:
        raise _Broken(
            f"{_name(event)} was put in later: it was not there when seal {last.number} was made,"
            f" on {_when(last.sealed_at)}."
        )


def _outside(district: District, known: set[int], last: AuditSeal | None) -> int:
    """How many events wait for their seal. Raises _Broken for one that should have been in one."""
    waiting = 0
    for event in _unknown(district, known):
        if last is not None and event.at < last.sealed_at - 2 * LATE:
            raise _Broken(f"{_name(event)} was put in later: it is in no seal.")
        waiting += 1
    return waiting


def _unknown(district: District, known: set[int]) -> Iterator[AuditEvent]:
    keys = AuditEvent.objects.filter(district=district).order_by("pk").values_list("pk", flat=True)
    strange = [pk for pk in keys.iterator(5000) if pk not in known]
    yield from AuditEvent.objects.filter(pk__in=strange).order_by("pk").iterator(500)


def _let_go_before(district: District) -> dt.datetime | None:
    """Before which day events may be missing, since retention let them go; never a recent one."""
    told = AuditEvent.objects.filter(district=district, verb=LET_GO)
    days = [event.detail.get("before", "") for event in told]
    if not days:
        return None
    day = dt.datetime.fromisoformat(max(days))
    return min(day, timezone.now() - LEAST_KEPT)


def _name(event: AuditEvent) -> str:
    return f"Event {event.pk} ({event.verb}, {_when(event.at)})"


def _when(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%b} {moment.day}, {moment:%Y, %H:%M} UTC"

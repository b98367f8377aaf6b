"""Evidence by hand: added with the date it speaks for, kept revision by revision, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from checklists.evidence_files import Taken
from checklists.stored_files import Kept, kept, sha256_of
from roles.access import Reach
from roles.models import District, Membership, User
from roles.services.audit import record
from roles.services.notices import withdraw as say_no_more
from roles.services.refusal import Refused, Stale
from selfassessment import speaking
from selfassessment.evidence_notices import subject_of
from selfassessment.library import LEA, Indicator, indicators_of, library
from selfassessment.models import EvidenceRevision, EvidenceUse, HandEvidence, Round
from selfassessment.services.standards import offered as imported
from selfassessment.speaking import Offered
from selfassessment.wording import listed

SAYS = ("label", "text", "link", "dated_on", "expires_on")
FILE = ("file", "file_name", "content_type", "size", "sha256")
FOLDER = "evidence"
GONE = "This evidence has been taken back, so it stays as it is. Bring it back if it is true again."
CHANGED = "Someone changed this while you had it open. What you typed is still here."


def offered(district: District) -> Offered:
    """What evidence can be added for: shipped, imported, and what the round under way took. Two
    queries.
    """
    round_ = Round.objects.filter(district=district).unfinished().first()
    audience = round_.audience if round_ else LEA
    return speaking.offered(
        [each for each in library().indicators if audience in each.editions],
        [Indicator.from_raw(raw) for raw in imported(district)],
        indicators_of(round_) if round_ else (),
        round_.label if round_ else "",
    )


@transaction.atomic
def add(
    uses: Mapping[str, str],
    says: Mapping[str, Any],
    *,
    file: Taken | None = None,
    owner: User | None = None,
    by: Reach,
) -> HandEvidence:
    """Put evidence beside indicators. `uses`: code to the key of its evidence type, or ""; `says`
    are the fields of its first revision, with `expires_on` left out or None for the usual end.

    Refused for a code that nobody knows, or an owner from elsewhere. A file is kept only if the
    evidence is.
    """
    known = offered(by.district)
    _refuse_unknown(uses, known)
    owner = owner or by.user
    _refuse_outsider(owner, by)
    with kept(file, FOLDER) as stored:
        evidence = HandEvidence.objects.create(district=by.district, owner=owner, added_by=by.user)
        _use(evidence, uses)
        ends_on = says.get("expires_on") or known.usual_end(uses, says["dated_on"])
        _write(evidence, 1, {**says, "expires_on": ends_on}, _fields(file, stored), by)
        codes = listed(known.in_order(uses))
        record(by, "assessment.evidence_added", evidence, code=codes, label=says["label"])
        stored.wanted = True
    return evidence


@transaction.atomic
def revise(
    evidence: HandEvidence,
    says: Mapping[str, Any],
    *,
    seen: int,
    file: Taken | None = None,
    drop_file: bool = False,
    by: Reach,
) -> bool:
    """Let evidence say something else from now on; what it said is kept. True if that is different.

    `seen` is the number of the revision that the change is made to: Stale if there is a newer one.
    Without a new file the old one stays, unless `drop_file`. Refused once it was taken back.
    """
    now = _hold(evidence, seen)
    ends_on = says.get("expires_on") or usual_end(evidence, says["dated_on"])
    wanted = {**says, "expires_on": ends_on}
    same = all(getattr(now, name) == wanted[name] for name in SAYS)
    if same and file is None and not (drop_file and now.file):
        return False
    before = {} if drop_file else {name: getattr(now, name) for name in FILE}
    with kept(file, FOLDER) as stored:
        _replace(now, wanted, _fields(file, stored) or before, by)
        detail = {"label": wanted["label"], "number": now.number + 1}
        record(by, "assessment.evidence_changed", evidence, **detail)
        stored.wanted = True
    return True


@transaction.atomic
def renew(evidence: HandEvidence, expires_on: dt.date, *, seen: int, by: Reach) -> bool:
    """Say that evidence is still true, and until when it counts. True if it did not count until
    then already. `seen` and refusals as in `revise`.
    """
    now = _hold(evidence, seen)
    if now.expires_on == expires_on:
        return False
    if expires_on < by.district.today():
        raise Refused("Choose a day that is still to come.")
    wanted = {name: getattr(now, name) for name in SAYS} | {"expires_on": expires_on}
    _replace(now, wanted, {name: getattr(now, name) for name in FILE}, by)
    detail = {"label": now.label, "until": str(expires_on)}
    record(by, "assessment.evidence_renewed", evidence, **detail)
    return True


@transaction.atomic
def take_back(evidence: HandEvidence, *, reason: str, by: Reach) -> bool:
    """Let it count no more, and say why. True if this call did it. Closed rounds keep it."""
    reason = reason.strip()
    if not reason:
        raise Refused("Say why it is taken back.")
    fields = {"withdrawn_at": timezone.now(), "withdrawn_by": by.user, "withdrawn_why": reason}
    if not HandEvidence.objects.filter(pk=evidence.pk).standing().update(**fields):
        return False
    label = EvidenceRevision.objects.current().get(evidence=evidence).label
    say_no_more(by.district, subject_of(evidence.pk))
    record(by, "assessment.evidence_taken_back", evidence, label=label, reason=reason)
    return True


@transaction.atomic
def bring_back(evidence: HandEvidence, *, reason: str = "", by: Reach) -> bool:
    """Let it count again after it was taken back, until the day it says. True if this call did it.

    Why it had been taken back stays in the audit trail.
    """
    fields = {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_why": ""}
    taken_back = HandEvidence.objects.filter(pk=evidence.pk, withdrawn_at__isnull=False)
    if not taken_back.update(**fields):
        return False
    label = EvidenceRevision.objects.current().get(evidence=evidence).label
    if because := reason.strip():
        detail = {"label": label, "reason": because}
        record(by, "assessment.evidence_brought_back_because", evidence, **detail)
    else:
        record(by, "assessment.evidence_brought_back", evidence, label=label)
    return True


@transaction.atomic
def hand_over(evidence: HandEvidence, to: User, *, by: Reach) -> bool:
    """Let someone else answer for it. True if it was another's. Refused for one from elsewhere."""
    held, label = _standing(evidence)
    if held.owner_id == to.pk:
        return False
    _refuse_outsider(to, by)
    HandEvidence.objects.filter(pk=held.pk).update(owner=to)
    say_no_more(by.district, subject_of(held.pk))
    record(by, "assessment.evidence_handed_over", held, label=label, to=str(to))
    return True


@transaction.atomic
def speak_for(evidence: HandEvidence, uses: Mapping[str, str], *, by: Reach) -> bool:
    """Let it speak for these indicators and no others. True if that is different.

    Until when it counts stays as it is. Refused for none, and for a new code that nobody knows.
    """
    held, label = _standing(evidence)
    before = dict(EvidenceUse.objects.filter(evidence=held).values_list("code", "kind"))
    if dict(uses) == before:
        return False
    known = offered(by.district)
    _refuse_unknown(uses, known, before)
    EvidenceUse.objects.filter(evidence=held).delete()
    _use(held, uses)
    codes = listed(known.in_order(uses))
    record(by, "assessment.evidence_placed", held, code=codes, label=label)
    return True


def usual_end(evidence: HandEvidence, dated_on: dt.date) -> dt.date:
    """Until when it counts as a rule, if it speaks for that day."""
    uses = dict(EvidenceUse.objects.filter(evidence=evidence).values_list("code", "kind"))
    return offered(evidence.district).usual_end(uses, dated_on)


def _hold(evidence: HandEvidence, seen: int) -> EvidenceRevision:
    """What it says now, held against a change at the same moment."""
    _standing(evidence)
    now = EvidenceRevision.objects.current().get(evidence=evidence)
    if now.number != seen:
        raise Stale(CHANGED)
    return now


def _standing(evidence: HandEvidence) -> tuple[HandEvidence, str]:
    """The row, locked, and its label. Refused once it was taken back."""
    held = HandEvidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if held.withdrawn_at:
        raise Refused(GONE)
    return held, EvidenceRevision.objects.current().get(evidence=held).label


def _replace(
    now: EvidenceRevision, says: Mapping[str, Any], file: Mapping[str, Any], by: Reach
) -> None:
    EvidenceRevision.objects.filter(pk=now.pk).update(is_current=False)
    _write(now.evidence, now.number + 1, says, file, by)
    if says["expires_on"] != now.expires_on:
        say_no_more(by.district, subject_of(now.evidence_id))


def _write(
    evidence: HandEvidence, number: int, says: Mapping[str, Any], file: Mapping[str, Any], by: Reach
) -> None:
    EvidenceRevision.objects.create(
        district=by.district, evidence=evidence, number=number, added_by=by.user, **says, **file
    )


def _fields(file: Taken | None, stored: Kept) -> dict[str, Any]:
    """A stored file as a revision's fields name it; nothing for none."""
    if file is None:
        return {}
    return {
        "file": stored.name,
        "file_name": stored.called,
        "content_type": file.content_type,
        "size": file.content.size,
        "sha256": sha256_of(file.content),
    }


def _use(evidence: HandEvidence, uses: Mapping[str, str]) -> None:
    EvidenceUse.objects.bulk_create(
        EvidenceUse(district_id=evidence.district_id, evidence=evidence, code=code, kind=kind)
        for code, kind in uses.items()
    )


def _refuse_unknown(
    uses: Mapping[str, str], known: Offered, before: Mapping[str, str] | None = None
) -> None:
    if not uses:
        raise Refused("Say which indicator it speaks for.")
    unknown = [code for code in uses if known.find(code) is None and code not in (before or {})]
    if unknown:
        raise Refused(f"No indicator here has the code {listed(unknown)}.")


def _refuse_outsider(person: User, by: Reach) -> None:
    here = Membership.objects.filter(district=by.district, user=person)
    if person != by.user and not (person.is_active and here.exists()):
        raise Refused(
            f"{person} has no access to this district, so the evidence would be nobody's."
        )

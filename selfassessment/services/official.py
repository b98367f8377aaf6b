"""Results of the assessment that is taken at NSSA: written down as they were printed there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from checklists.evidence_files import Taken
from checklists.stored_files import Kept, kept
from roles.access import Reach
from roles.models import District
from roles.services.audit import record
from roles.services.refusal import Refused, Stale
from selfassessment.models import OfficialResult

SAYS = (
    "taken_on", "audience", "taken_by", "clarity", "development", "overall", "note", "link",
)  # fmt: skip
"""The fields of a result that are typed."""
TWICE = "This result is recorded already, word for word."
TAKEN_BACK = "This result has been taken back. Bring it back before you correct it."
CHANGED = "Someone corrected this result while you wrote. Your words stand below, theirs above."


def add(says: Mapping[str, Any], file: Taken | None, *, by: Reach) -> OfficialResult:
    """Record a result. `says` has the fields in SAYS. Refused if the same stands there already."""
    with kept(file, "official") as stored, transaction.atomic():
        _hold(by)
        same = OfficialResult.objects.reachable(by).filter(**says, withdrawn_at=None)
        if same.filter(file_name=file.name if file else "").exists():
            raise Refused(TWICE)
        made = OfficialResult(district=by.district, recorded_by=by.user, **says)
        _put_file(made, file, stored)
        made.save()
        record(by, "official_result.recorded", made, taken_on=str(made.taken_on))
        stored.wanted = True
    return made


def correct(
    result: OfficialResult,
    says: Mapping[str, Any],
    file: Taken | None,
    *,
    seen: str,
    without_file: bool = False,
    by: Reach,
) -> OfficialResult:
    """Let a result say what NSSA printed. Saying the same again changes nothing.

    `seen`: the stamp of what the person corrected; Stale if it says something else by now. A new
    file, or `without_file`, takes the place of the one that is there.
    """
    with kept(file, "official") as stored, transaction.atomic():
        held = OfficialResult.objects.select_for_update(of=("self",)).get(pk=result.pk)
        if held.withdrawn_at:
            raise Refused(TAKEN_BACK)
        if stamp(held) != seen:
            raise Stale(CHANGED)
        changed = [key for key in SAYS if getattr(held, key) != says[key]]
        before = held.file.name or ""
        for key in changed:
            setattr(held, key, says[key])
        if file or (without_file and before):
            changed.append("file")
            _put_file(held, file, stored)
        if not changed:
            return held
        held.save()
        if "file" in changed and before:
            transaction.on_commit(lambda: default_storage.delete(before), robust=True)
        what = ", ".join(_words(key) for key in changed)
        record(by, "official_result.corrected", held, taken_on=str(held.taken_on), what=what)
        stored.wanted = True
    return held


@transaction.atomic
def take_back(result: OfficialResult, *, by: Reach) -> bool:
    """Let a result count no more; it stays on record. True if it stood."""
    rows = OfficialResult.objects.filter(pk=result.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=timezone.now()):
        return False
    record(by, "official_result.taken_back", result, taken_on=str(result.taken_on))
    return True


@transaction.atomic
def bring_back(result: OfficialResult, *, by: Reach) -> bool:
    """Let a result that was taken back stand again. True if it did not."""
    rows = OfficialResult.objects.filter(pk=result.pk, withdrawn_at__isnull=False)
    if not rows.update(withdrawn_at=None):
        return False
    record(by, "official_result.brought_back", result, taken_on=str(result.taken_on))
    return True


def stamp(result: OfficialResult) -> str:
    """Stands for all that a result says: it differs once anything of it was corrected."""
    said = [str(getattr(result, key)) for key in (*SAYS, "file")]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def _words(key: str) -> str:
    field = OfficialResult._meta.get_field(key)
    return str(getattr(field, "verbose_name", key))


def _hold(by: Reach) -> None:
    """The same form sent twice at once is one result."""
    District.objects.select_for_update(of=("self",)).get(pk=by.district.pk)


def _put_file(result: OfficialResult, file: Taken | None, stored: Kept) -> None:
    result.file.name = stored.name
    result.file_name = file.name if file else ""
    result.content_type = file.content_type if file else ""
    result.size = (file.content.size or 0) if file else 0

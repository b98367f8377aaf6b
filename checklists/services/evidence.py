"""What shows a rating: links, files and photos, added and taken away while the form is open."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from checklists import links
from checklists.evidence_files import Taken
from checklists.models import Checklist, ChecklistItem, ItemEvidence
from checklists.services.filling import NOT_YOURS, Shut, why_locked
from roles.access import Reach
from roles.services.refusal import Refused

FULL = f"An item takes {ItemEvidence.MOST} links and files at most. Remove one first."


@dataclass(frozen=True, slots=True)
class Link:
    """An address that `links.cleaned` gave back, and what the rater calls it (may be "")."""

    url: str
    name: str = ""


@transaction.atomic
def add(
    checklist: Checklist,
    item: ChecklistItem,
    things: Sequence[Link | Taken],
    *,
    save_id: uuid.UUID,
    by: Reach,
) -> list[ItemEvidence]:
    """Keep links and files with an item. The same `save_id` again changes nothing.

    Refuses someone else's form, one that takes no answers now, an item of another checklist, and
    more than ItemEvidence.MOST for an item. Leaves no audit row: the form's submission does.
    """
    locked = _hold(checklist, by)
    ids = [uuid.uuid5(save_id, str(n)) for n, _ in enumerate(things)]
    there = ItemEvidence.objects.filter(checklist=locked)
    before = list(there.filter(save_id__in=ids))
    if before:
        return before
    _refuse_shut(locked)
    if item.template_id != locked.template_id:
        raise Refused("This item is not on this checklist.")
    if there.filter(item=item).count() + len(things) > ItemEvidence.MOST:
        raise Refused(FULL)
    rows = _store(locked, item, list(zip(things, ids, strict=True)))
    now = timezone.now()
    locked.started_at, locked.saved_at = locked.started_at or now, now
    locked.save(update_fields=["started_at", "saved_at"])
    return rows


def _hold(checklist: Checklist, by: Reach) -> Checklist:
    """The form as it stands, held against a submission at the same moment."""
    rows = Checklist.objects.select_related("window", "district")
    held: Checklist = rows.select_for_update(of=("self",)).get(pk=checklist.pk)
    if held.rater_id != by.user.pk:
        raise Refused(NOT_YOURS)
    return held


def _refuse_shut(held: Checklist) -> None:
    why = why_locked(held)
    if why:
        raise Shut(why)


def _store(
    held: Checklist, item: ChecklistItem, things: Sequence[tuple[Link | Taken, uuid.UUID]]
) -> list[ItemEvidence]:
    """Save rows with their files; what cannot be saved leaves no file behind."""
    rows: list[ItemEvidence] = []
    stored: list[str] = []
    try:
        with transaction.atomic():
            for thing, save_id in things:
                row = ItemEvidence(
                    district_id=held.district_id, checklist=held, item=item, save_id=save_id
                )
                if isinstance(thing, Link):
                    row.url, row.name = thing.url, thing.name or links.host_of(thing.url)[:120]
                else:
                    stored.append(_filed(thing))
                    row.file, row.name = stored[-1], thing.name
                    row.size, row.content_type = thing.content.size, thing.content_type
                row.save()
                rows.append(row)
    except Exception:
        for name in stored:
            default_storage.delete(name)
        raise
    return rows


def _filed(thing: Taken) -> str:
    """The name on disk says nothing of what is in the file, nor of whom."""
    return default_storage.save(f"evidence/{uuid.uuid4().hex}{thing.ending}", thing.content)


@transaction.atomic
def remove(evidence: ItemEvidence, *, by: Reach) -> None:
    """Take away a link or a file, for good. Refuses like `add`; leaves no audit row."""
    _refuse_shut(_hold(evidence.checklist, by))
    name = evidence.file.name or ""
    evidence.delete()
    if name:
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)

"""A checklist's next version: begun as a draft, published or discarded. Its items: items.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from checklists import wording
from checklists.marks import FRAME, WORDS, draft_mark, frame_mark
from checklists.models import ChecklistItem, ChecklistTemplate
from checklists.models.templates import SUPPORT_NOT_EVALUATION
from roles.access import Reach
from roles.models import LeadershipRole
from roles.services.audit import record
from roles.services.refusal import Refused, Stale

Status = ChecklistTemplate.Status
COPIED = ("key", *WORDS, "duty_id", "duty_text", "order")
KEY_ROOM = 34  # of a checklist's 40 characters, so that the keys of its items fit too


@transaction.atomic
def start_draft(template: ChecklistTemplate, *, by: Reach) -> ChecklistTemplate:
    """The draft of this checklist: the one there is, or a copy of the version in force.

    Its items keep their keys, so that their trends go on.
    """
    versions = ChecklistTemplate.objects.filter(district=by.district, key=template.key)
    rows = list(versions.select_for_update(of=("self",)))
    draft = next((row for row in rows if row.status == Status.DRAFT), None)
    if draft is not None:
        return draft
    source = next((row for row in rows if row.status == Status.PUBLISHED), template)
    draft = ChecklistTemplate.objects.create(
        district=by.district,
        role_id=source.role_id,
        key=source.key,
        number=max(row.number for row in rows) + 1,
        library_version=source.library_version,
        **{name: getattr(source, name) for name in FRAME},
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            district=by.district, template=draft, **{name: getattr(item, name) for name in COPIED}
        )
        for item in source.items.all()
    )
    record(by, "checklist_template.drafted", draft, title=draft.title, number=draft.number)
    return draft


@transaction.atomic
def write_first(role: LeadershipRole, *, by: Reach) -> ChecklistTemplate:
    """Begin the checklist of a role that has none: an empty draft. The one there is if one is."""
    LeadershipRole.objects.select_for_update(of=("self",)).get(pk=role.pk)
    there = ChecklistTemplate.objects.filter(role=role).order_by("-number")
    found = there.drafts().first() or there.first()
    if found is not None:
        return found
    draft = ChecklistTemplate.objects.create(
        district=by.district,
        role=role,
        key=_key_for(role),
        title=f"{role.title} checklist"[:120],
        self_frequency="quarterly",
        banner=SUPPORT_NOT_EVALUATION,
        observer_role_id=role.reports_to_id,
        observed_in=["fall", "spring"] if role.reports_to_id else [],
    )
    record(by, "checklist_template.drafted", draft, title=draft.title, number=draft.number)
    return draft


def _key_for(role: LeadershipRole) -> str:
    wanted = f"FC_{role.key}"[:KEY_ROOM]
    taken = set(
        ChecklistTemplate.objects.filter(
            district_id=role.district_id, key__startswith=wanted[: KEY_ROOM - 3]
        ).values_list("key", flat=True)
    )
    number = 2
    found = wanted
    while found in taken:
        found, number = f"{wanted[: KEY_ROOM - 3]}_{number}", number + 1
    return found


@transaction.atomic
def change_frame(
    draft: ChecklistTemplate, said: Mapping[str, Any], *, seen: str, by: Reach
) -> bool:
    """Keep title, minutes, rhythm, observer, thresholds and banner of a draft.

    `seen` is the `frame_mark` this person read; raises Stale if the words are others by now.
    False if nothing changed.
    """
    held = hold(draft)
    changed = [name for name in FRAME if getattr(held, name) != said[name]]
    if not changed:
        return False
    if seen != frame_mark(held):
        raise Stale("Someone else changed these settings after you opened this page.")
    for name in changed:
        setattr(held, name, said[name])
    held.save(update_fields=changed)
    record(by, "checklist_template.changed", held, title=held.title, number=held.number)
    return True


@transaction.atomic
def discard(draft: ChecklistTemplate, *, by: Reach) -> bool:
    """Throw a draft away; what is in force stays. False if it was no draft any more."""
    held = ChecklistTemplate.objects.drafts().select_for_update(of=("self",)).filter(pk=draft.pk)
    found = held.first()
    if found is None:
        return False
    record(by, "checklist_template.discarded", found, title=found.title, number=found.number)
    found.delete()
    return True


@transaction.atomic
def publish(draft: ChecklistTemplate, *, note: str, seen: str, by: Reach) -> bool:
    """Put a draft in force, from the next window on; the version before is kept as superseded.

    `seen` is the `draft_mark` this person checked: raises Stale if the draft says something else
    by now. Raises Refused without an item. False if it was no draft any more.
    """
    found = ChecklistTemplate.objects.drafts().select_for_update(of=("self",)).filter(pk=draft.pk)
    held = found.first()
    if held is None:
        return False
    items = held.items.count()
    if not wording.FEWEST <= items <= wording.MOST:
        raise Refused(f"A checklist has from {wording.FEWEST} to {wording.MOST} items.")
    if seen != draft_mark(held):
        raise Stale("The draft was changed after you opened this page. Check it once more.")
    versions = ChecklistTemplate.objects.filter(district=by.district, key=held.key)
    versions.published().update(status=Status.SUPERSEDED)
    versions.filter(pk=held.pk).update(
        status=Status.PUBLISHED,
        published_at=timezone.now(),
        published_by_id=by.user.pk,
        change_note=note,
    )
    draft.refresh_from_db()
    record(by, "checklist_template.published", held, title=held.title, number=held.number)
    return True


def hold(draft: ChecklistTemplate) -> ChecklistTemplate:
    """The draft's row, locked for this transaction. Raises Refused if it is no draft any more."""
    rows = ChecklistTemplate.objects.drafts().select_for_update(of=("self",))
    held = rows.filter(pk=draft.pk).first()
    if held is None:
        raise Refused("This version is published or discarded and can no longer be changed.")
    return held

"""A district's own rating scales. Items take their words along: publishing freezes those."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from checklists.models import ChecklistItem, ChecklistTemplate, RatingScale
from roles.access import Reach
from roles.models import District
from roles.services.audit import record
from roles.services.refusal import Refused

FEWEST, MOST = 2, 10  # points: a rating has one digit
PREFIX = "own_"


@transaction.atomic
def add_scale(scale: RatingScale, *, by: Reach) -> RatingScale:
    """Keep a new scale; its key is made from its name and never changes."""
    District.objects.select_for_update().get(pk=by.district.pk)
    scale.district = by.district
    scale.key = _key_for(scale)
    scale.save()
    record(by, "rating_scale.added", scale, label=scale.label)
    return scale


@transaction.atomic
def change_scale(scale: RatingScale, *, by: Reach) -> RatingScale:
    """Keep a scale's words, in the drafts that use it too. Refuses once a published item does."""
    RatingScale.objects.select_for_update().get(pk=scale.pk)
    if is_used(scale):
        raise Refused("A published checklist uses this scale, so its words stay. Make a new one.")
    scale.save(update_fields=["label", "points", "allow_na"])
    _items(scale).update(own_scale=scale.words)
    record(by, "rating_scale.changed", scale, label=scale.label)
    return scale


@transaction.atomic
def retire_scale(scale: RatingScale, *, by: Reach) -> bool:
    """Offer a scale no more; items that have it keep it. False if it was retired before."""
    rows = RatingScale.objects.filter(pk=scale.pk, retired_at=None)
    if not rows.update(retired_at=timezone.now()):
        return False
    record(by, "rating_scale.retired", scale, label=scale.label)
    return True


def is_used(scale: RatingScale) -> bool:
    """Whether an item of a published version, now or ever, is rated on it."""
    return _items(scale).exclude(template__status=ChecklistTemplate.Status.DRAFT).exists()


def _items(scale: RatingScale) -> QuerySet[ChecklistItem]:
    return ChecklistItem.objects.filter(
        district_id=scale.district_id, scale=scale.key, own_scale__isnull=False
    )


def _key_for(scale: RatingScale) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", scale.label.lower()).strip("_")
    root = PREFIX + (name[:12] or "scale")
    taken = set(RatingScale.objects.filter(district=scale.district).values_list("key", flat=True))
    key, number = root, 2
    while key in taken:
        key, number = f"{root}_{number}", number + 1
    return key

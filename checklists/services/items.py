"""The items of a draft: added, reworded, moved, retired and brought back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from checklists import wording
from checklists.marks import WORDS, item_mark
from checklists.models import ChecklistItem, ChecklistTemplate
from checklists.services.library import DEFAULT_SCALE
from checklists.services.templates import hold
from roles.access import Reach
from roles.services.audit import record
from roles.services.refusal import Refused, Stale


class Gone(Refused):
    """The row is no longer there to be written."""


@transaction.atomic
def add_item(draft: ChecklistTemplate, said: Mapping[str, Any], *, by: Reach) -> ChecklistItem:
    """Put an item at the end, under a key that no version of this checklist has had."""
    held = hold(draft)
    item = _append(held, _new_key(held), said)
    record(by, "checklist_item.added", item, **_told(held, item))
    return item


@transaction.atomic
def save_item(
    draft: ChecklistTemplate, key: str, said: Mapping[str, Any], *, seen: str, by: Reach
) -> ChecklistItem:
    """Keep an item's words under its key.

    Raises Gone if it was retired from the draft meanwhile, Stale if its words are others than
    those of the `item_mark` this person read.
    """
    held = hold(draft)
    item = ChecklistItem.objects.filter(template=held, key=key).first()
    if item is None:
        raise Gone("This item was retired from the draft while you wrote.")
    if all(getattr(item, name) == value for name, value in said.items()):
        return item
    if seen != item_mark(item):
        raise Stale("Someone else changed this item after you opened it.")
    for name, value in said.items():
        setattr(item, name, value)
    item.save(update_fields=list(said))
    record(by, "checklist_item.changed", item, **_told(held, item))
    return item


@transaction.atomic
def retire_item(draft: ChecklistTemplate, key: str, *, by: Reach) -> bool:
    """Drop an item from the draft; its ratings in earlier versions stay. False if it is gone."""
    held = hold(draft)
    item = ChecklistItem.objects.filter(template=held, key=key).first()
    if item is None:
        return False
    record(by, "checklist_item.retired", item, **_told(held, item))
    item.delete()
    _number(list(held.items.all()))
    return True


@transaction.atomic
def bring_back(
    draft: ChecklistTemplate, key: str, said: Mapping[str, Any] | None = None, *, by: Reach
) -> ChecklistItem:
    """Put a retired item back at the end, under its old key; in other words if `said`."""
    held = hold(draft)
    there = ChecklistItem.objects.filter(template=held, key=key).first()
    if there is not None:
        return there
    earlier = ChecklistItem.objects.filter(
        district=by.district, template__key=held.key, key=key
    ).order_by("-template__number")
    last = earlier.first()
    if last is None and said is None:
        raise Refused("This item is in no earlier version. Add it as a new one.")
    words = {name: getattr(last, name) for name in (*WORDS, "duty_id", "duty_text")} if last else {}
    item = _append(held, key, {**words, **(said or {})})
    record(by, "checklist_item.brought_back", item, **_told(held, item))
    return item


@transaction.atomic
def move_item(draft: ChecklistTemplate, key: str, *, up: bool, by: Reach) -> bool:
    """Change places with the item before or after. False at that end, or if it is gone."""
    held = hold(draft)
    items = list(held.items.all())
    place = next((n for n, item in enumerate(items) if item.key == key), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(items):
        return False
    items[place], items[other] = items[other], items[place]
    _number(items)
    record(by, "checklist_item.moved", items[other], **_told(held, items[other]), place=other + 1)
    return True


def _append(held: ChecklistTemplate, key: str, said: Mapping[str, Any]) -> ChecklistItem:
    count = held.items.count()
    if count >= wording.MOST:
        raise Refused(f"A checklist has at most {wording.MOST} items. Retire one first.")
    last = held.items.aggregate(last=Max("order"))["last"] or 0
    defaults = {"frequency": held.self_frequency, "scale": DEFAULT_SCALE}
    return ChecklistItem.objects.create(
        district_id=held.district_id,
        template=held,
        key=key,
        order=last + 1,
        **defaults | dict(said),
    )


def _new_key(held: ChecklistTemplate) -> str:
    """The next number that no item of any version has had: a trend never mixes two items."""
    keys = ChecklistItem.objects.filter(
        district_id=held.district_id, template__key=held.key
    ).values_list("key", flat=True)
    numbers = [int(found[1]) for key in keys if (found := re.search(r"-(\d+)$", key))]
    return f"{held.key}-{max(numbers, default=0) + 1}"


def _number(items: list[ChecklistItem]) -> None:
    for order, item in enumerate(items, 1):
        item.order = order
    ChecklistItem.objects.bulk_update(items, ["order"])


def _told(held: ChecklistTemplate, item: ChecklistItem) -> dict[str, Any]:
    return {"title": held.title, "item": item.text}

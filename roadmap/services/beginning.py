"""What a district settles before it begins: its own list, with our suggestion to start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from roadmap.models import BeginningItem
from roles.access import Reach
from roles.services.audit import record
from roles.services.refusal import Refused

MOST = 20  # longer than that it is a plan, and the roadmap keeps plans


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that we would settle first."""

    key: str
    text: str


@transaction.atomic
def take_up(suggested: Sequence[Suggestion], *, by: Reach) -> int:
    """Put those of the suggested things on the list that are not there yet; how many came."""
    items = list(_locked(by))
    known = {item.key for item in items}
    fresh = [each for each in suggested if each.key not in known]
    rows = [
        BeginningItem(district=by.district, key=each.key, text=each.text, order=order)
        for order, each in enumerate(fresh, start=_last(by) + 1)
    ]
    # Two people may press at once, on a list with nothing to lock.
    BeginningItem.objects.bulk_create(rows, ignore_conflicts=True)
    if fresh:
        record(by, "beginning.taken_up", by.district, items=len(fresh))
    return len(fresh)


@transaction.atomic
def add(text: str, *, by: Reach) -> BeginningItem:
    """One more thing at the end. Raises Refused where it stands there already, or for too many."""
    _refuse_twice(text, None, by)
    if len(_locked(by)) >= MOST:
        raise Refused(f"There are {MOST} things on the list already. Settle or remove one first.")
    item = BeginningItem.objects.create(district=by.district, text=text, order=_last(by) + 1)
    record(by, "beginning.added", item, text=text)
    return item


@transaction.atomic
def change(item: BeginningItem, text: str, note: str, *, by: Reach) -> bool:
    """Word it anew, or say where it stands. False if both are as they were."""
    if (item.text, item.note) == (text, note):
        return False
    _refuse_twice(text, item.pk, by)
    item.text, item.note = text, note
    item.save(update_fields=["text", "note"])
    record(by, "beginning.changed", item, text=text, note=note)
    return True


@transaction.atomic
def settle(item: BeginningItem, on: dt.date, *, by: Reach) -> bool:
    """It was decided on that day. False if it says so already; Refused for a day to come."""
    if on > by.district.today():
        raise Refused("It cannot be settled on a day that is still to come.")
    if item.settled_on == on:
        return False
    item.settled_on, item.settled_by = on, by.user
    item.save(update_fields=["settled_on", "settled_by"])
    record(by, "beginning.settled", item, text=item.text, on=on.isoformat())
    return True


@transaction.atomic
def open_again(item: BeginningItem, *, by: Reach) -> bool:
    """It is not settled after all. False if it was not."""
    if item.settled_on is None:
        return False
    item.settled_on = item.settled_by = None
    item.save(update_fields=["settled_on", "settled_by"])
    record(by, "beginning.open_again", item, text=item.text)
    return True


@transaction.atomic
def move(item: BeginningItem, steps: int, *, by: Reach) -> bool:
    """Up (negative) or down in the order. False if it stands at that end."""
    items = list(_locked(by))
    old = items.index(item)
    new = min(max(old + steps, 0), len(items) - 1)
    if new == old:
        return False
    items.insert(new, items.pop(old))
    for order, each in enumerate(items, 1):
        each.order = order
    BeginningItem.objects.bulk_update(items, ["order"])
    record(by, "beginning.moved", item, text=item.text, place=new + 1)
    return True


@transaction.atomic
def remove(item: BeginningItem, *, by: Reach) -> None:
    """Take it off the list."""
    record(by, "beginning.removed", item, text=item.text)
    item.delete()


def _locked(by: Reach) -> Sequence[BeginningItem]:
    return list(BeginningItem.objects.reachable(by).select_for_update(of=("self",)))


def _last(by: Reach) -> int:
    return BeginningItem.objects.reachable(by).aggregate(last=Max("order"))["last"] or 0


def _refuse_twice(text: str, pk: int | None, by: Reach) -> None:
    same = BeginningItem.objects.reachable(by).filter(text__iexact=text)
    if (same.exclude(pk=pk) if pk else same).exists():
        raise Refused(f"“{text}” stands on the list already.")

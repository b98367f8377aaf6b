"""Changing the role matrix: who does what in an area of work, and the areas themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from roles.access import Reach
from roles.models import Approach, Involvement, LeadershipRole, WorkArea
from roles.services import library
from roles.services.audit import record
from roles.services.refusal import Refused, Stale

MOST_AREAS = 40
NOT_INVOLVED = ""


@dataclass(frozen=True)
class CellChange:
    """One cell as the person found it and wants it. `role` None is the provider; "" no part."""

    role: int | None
    was: str
    now: str


class CellsTaken(Stale):
    """Some of the cells say something else by now; `cells` gives it by role (None: provider)."""

    def __init__(self, cells: dict[int | None, str]) -> None:
        super().__init__("Someone else changed the same cells while you had this page open.")
        self.cells = cells


@transaction.atomic
def set_parts(
    area: WorkArea, approach: Approach, changes: Sequence[CellChange], *, by: Reach
) -> int:
    """Write the cells that the person changed, and no other; returns how many.

    Raises CellsTaken, and writes nothing, if one of them was changed by someone else meanwhile.
    """
    held = WorkArea.objects.reachable(by).select_for_update(of=("self",)).get(pk=area.pk)
    rows = Involvement.objects.reachable(by).filter(area=held, approach=approach)
    now = {row.role_id: row.part for row in rows}
    wanted = [each for each in changes if now.get(each.role, NOT_INVOLVED) != each.now]
    taken = {
        each.role: now.get(each.role, NOT_INVOLVED)
        for each in wanted
        if now.get(each.role, NOT_INVOLVED) != each.was
    }
    if taken:
        raise CellsTaken(taken)
    for each in wanted:
        _set_part(held, approach, each, by)
    if wanted:
        told = _told(wanted, by)
        record(by, "matrix.changed", held, area=held.name, parts=told, approach=approach.label)
    return len(wanted)


def _set_part(area: WorkArea, approach: Approach, change: CellChange, by: Reach) -> None:
    key: dict[str, Any] = {
        "district": by.district,
        "area": area,
        "approach": approach,
        "role_id": change.role,
    }
    if change.now == NOT_INVOLVED:
        Involvement.objects.filter(**key).delete()
        return
    Involvement.objects.update_or_create(**key, defaults={"part": change.now})


def _told(changes: Sequence[CellChange], by: Reach) -> str:
    titles = dict(
        LeadershipRole.objects.reachable(by)
        .filter(pk__in=[each.role for each in changes if each.role])
        .values_list("pk", "title")
    )
    words = {NOT_INVOLVED: "not involved"} | {
        part.value: part.label.lower() for part in Involvement.Part
    }
    return "; ".join(
        f"{titles[each.role] if each.role else 'Provider'} {words[each.now]}" for each in changes
    )


@transaction.atomic
def add_area(name: str, *, by: Reach) -> WorkArea:
    """Add an area of work at the end. Raises Refused for a name that is taken, or too many."""
    areas = WorkArea.objects.reachable(by)
    _refuse_twice(name, None, by)
    if areas.count() >= MOST_AREAS:
        raise Refused(f"There are {MOST_AREAS} areas of work already, which fills the page.")
    last = areas.aggregate(last=Max("order"))["last"] or 0
    area = WorkArea.objects.create(
        district=by.district, key=_free_key(name, by), name=name, order=last + 1
    )
    record(by, "matrix.area_added", area, name=name)
    return area


def _free_key(name: str, by: Reach) -> str:
    taken = set(WorkArea.objects.reachable(by).values_list("key", flat=True))
    stem = slugify(name)[:34] or "area"
    keys = (stem if n == 1 else f"{stem}-{n}" for n in range(1, MOST_AREAS + 2))
    return next(key for key in keys if key not in taken)


@transaction.atomic
def rename_area(area: WorkArea, name: str, *, by: Reach) -> None:
    """Raises Refused for a name that another area has."""
    if area.name == name:
        return
    _refuse_twice(name, area.pk, by)
    old, area.name = area.name, name
    area.save(update_fields=["name"])
    record(by, "matrix.area_renamed", area, old=old, name=name)


def _refuse_twice(name: str, pk: int | None, by: Reach) -> None:
    others = WorkArea.objects.reachable(by).exclude(pk=pk) if pk else WorkArea.objects.reachable(by)
    if others.filter(name__iexact=name).exists():
        raise Refused(f"There is an area of work called “{name}” already.")


@transaction.atomic
def remove_area(area: WorkArea, *, by: Reach) -> None:
    """Take an area out of the matrix, with what everyone does in it under any approach."""
    record(by, "matrix.area_removed", area, name=area.name)
    area.delete()


@transaction.atomic
def move_area(area: WorkArea, steps: int, *, by: Reach) -> bool:
    """Move an area up (negative) or down in the order. False if it stands at that end."""
    areas = list(WorkArea.objects.reachable(by).select_for_update(of=("self",)))
    old = areas.index(area)
    new = min(max(old + steps, 0), len(areas) - 1)
    if new == old:
        return False
    areas.insert(new, areas.pop(old))
    for order, each in enumerate(areas, 1):
        each.order = order
    WorkArea.objects.bulk_update(areas, ["order"])
    record(by, "matrix.area_moved", area, name=area.name, place=new + 1)
    return True


@transaction.atomic
def adopt_areas(*, by: Reach) -> int:
    """Start from the library's areas of work; 0 if the district has areas of its own."""
    came = library.adopt_areas(by.district)
    if came:
        record(by, "matrix.adopted", by.district, areas=came)
    return came

"""Editing the district's own copies of roles, and adding and removing roles of its own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.text import slugify

from roles import open_work
from roles.access import Reach
from roles.models import Approval, Duty, LeadershipRole, Position, RouteStep
from roles.reports.library import name_of, said_here
from roles.services.audit import record
from roles.services.refusal import Refused, Stale
from roles.services.seats import saved_with_seats
from roles.three_way import flat

OWN = "OWN_"


@dataclass(frozen=True)
class DutyLine:
    """One responsibility as typed; `duty` is the primary key of the one it words, if any."""

    text: str
    duty: int | None = None


def state_of(role: LeadershipRole) -> str:
    """Stands for everything a role says now: another text, another state."""
    said = said_here(role, Duty.objects.current().filter(role=role))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def save_role(
    role: LeadershipRole,
    fields: dict[str, Any],
    duties: Sequence[DutyLine],
    *,
    seen: str,
    by: Reach,
) -> bool:
    """Write a role's fields and its duties in this order; duties left out are removed.

    A removed duty keeps its key, and published job descriptions their text. True if anything
    changed. Raises Stale if the role's state is not `seen` any more, TooFewSeats, and Refused for
    a circle of reporting lines.
    """
    held = (
        LeadershipRole.objects.reachable(by)
        .select_for_update(of=("self",))
        .select_related("reports_to")
        .get(pk=role.pk)
    )
    if state_of(held) != seen:
        raise Stale("Someone else changed this role after you opened the page.")
    before = flat(said_here(held, held.duties.current()))
    order = [duty.pk for duty in held.duties.current()]
    _write_fields(held, fields)
    now = _write_duties(held, duties)
    after = flat(said_here(held, held.duties.current()))
    paths = [path for path in {**after, **before} if before.get(path) != after.get(path)]
    what = [name_of(path) for path in paths]
    if [pk for pk in now if pk in order] != [pk for pk in order if pk in now]:
        what.append("order of responsibilities")
    if what:
        record(by, "role.edited", held, title=held.title, what=", ".join(what))
    return bool(what)


@transaction.atomic
def add_role(fields: dict[str, Any], duties: Sequence[DutyLine], *, by: Reach) -> LeadershipRole:
    """Make a role that the library does not know, last in the district's order."""
    roles = LeadershipRole.objects.reachable(by)
    last = roles.aggregate(last=Max("order"))["last"] or 0
    role = LeadershipRole.objects.create(
        district=by.district, key=_free_key(fields["title"], by), order=last + 1, **fields
    )
    _write_duties(role, duties)
    record(by, "role.added", role, title=role.title, key=role.key)
    return role


def _free_key(title: str, by: Reach) -> str:
    taken = set(LeadershipRole.objects.reachable(by).values_list("key", flat=True))
    stem = OWN + (slugify(title).replace("-", "_").upper()[:30] or "ROLE")
    keys = (stem if n == 1 else f"{stem}_{n}" for n in range(1, len(taken) + 2))
    return next(key for key in keys if key not in taken)


def _write_fields(role: LeadershipRole, fields: dict[str, Any]) -> None:
    if closes_circle(role, fields.get("reports_to")):
        raise Refused("A role cannot report to one that reports to it.")
    for name, value in fields.items():
        setattr(role, name, value)
    saved_with_seats(role, fields)


def closes_circle(role: LeadershipRole, above: LeadershipRole | None) -> bool:
    """Whether `role`, put under `above`, would report to itself in the end."""
    reports = dict(
        LeadershipRole.objects.filter(district=role.district_id).values_list("pk", "reports_to")
    )
    pk, seen = above.pk if above else None, set()
    while pk is not None and pk not in seen:
        if pk == role.pk:
            return True
        seen.add(pk)
        pk = reports.get(pk)
    return False


def _write_duties(role: LeadershipRole, lines: Sequence[DutyLine]) -> list[int]:
    """Returns the primary keys in their new order. Lines of another role's duties are new ones."""
    own = {duty.pk: duty for duty in role.duties.current()}
    kept = []
    for order, line in enumerate(lines, 1):
        duty = own.get(line.duty or 0)
        if duty is None:
            duty = Duty(district_id=role.district_id, role=role, key=_next_key(role))
        duty.text, duty.order = line.text, order
        duty.save()
        kept.append(duty.pk)
    gone = [pk for pk in own if pk not in kept]
    Duty.objects.filter(pk__in=gone).update(removed_at=timezone.now())
    return kept


def _next_key(role: LeadershipRole) -> str:
    """A key that no duty of the role ever had, and none of the library's: "PM-1", "PM-2"."""
    keys = list(role.duties.values_list("key", flat=True))
    letters = re.match(r"[A-Z]+", keys[0]) if keys else None
    initials = "".join(re.findall(r"\b\w", role.title))[:3].upper()
    prefix = letters[0] if letters else initials or "D"
    numbers = [int(key.rpartition("-")[2]) for key in keys if "-" in key]
    return f"{prefix}-{max(numbers, default=0) + 1}"


def hangs_on(role: LeadershipRole, *, by: Reach) -> list[str]:
    """What keeps a role from being removed, in words: "3 positions". Empty if nothing does."""
    counts = [
        ("position", Position.objects.filter(role=role).count()),
        ("job description", role.job_descriptions.count()),
        ("role that reports to it", role.supervises.count()),
        ("step of the approval route", RouteStep.objects.filter(role=role).count()),
        ("approval", Approval.objects.filter(role=role).count()),
    ]
    words = [f"{n} {what}" if n == 1 else f"{n} {_many(what)}" for what, n in counts if n]
    above = [(source.kind, source.counts_by_role(by)) for source in open_work.sources()]
    return words + [
        f"{counts[role.pk]} {kind.lower()}" for kind, counts in above if counts.get(role.pk)
    ]


def _many(what: str) -> str:
    return {
        "role that reports to it": "roles that report to it",
        "step of the approval route": "steps of the approval route",
    }.get(what, f"{what}s")


@transaction.atomic
def remove_role(role: LeadershipRole, *, by: Reach) -> None:
    """Take a role out, with its duties and its parts in the matrix.

    Raises Refused if anything else hangs on it.
    """
    if hangs_on(role, by=by):
        raise Refused("Something hangs on this role, so it stays.")
    record(by, "role.removed", role, title=role.title, key=role.key)
    try:
        with transaction.atomic():
            role.delete()
    except ProtectedError as error:
        raise Refused("Another part of the program uses this role, so it stays.") from error

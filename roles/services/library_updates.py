"""Answering what the role library says newly: take it over, or keep what the district has."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from roles.access import Reach
from roles.models import Duty, LeadershipRole
from roles.reports import library as report
from roles.services import library
from roles.services.audit import record
from roles.services.refusal import Refused, Stale
from roles.services.seats import saved_with_seats
from roles.three_way import Difference, moved

ANSWERED = "This change was answered, or the text here edited, since you opened the page."


@transaction.atomic
def take_over(role: LeadershipRole, path: str, *, seen: str, by: Reach) -> None:
    """Put the library's words at a path into the district's copy.

    `seen` is that of the difference the person read: raises Stale if either text is another now,
    Refused if the copy cannot take the words.
    """
    held = _held(role, by)
    difference = _difference(held, path, seen, by)
    _write(held, difference)
    _move_base(held, [path], by)
    record(by, "library.taken_over", held, title=held.title, what=_name(path))


@transaction.atomic
def keep_ours(role: LeadershipRole, path: str, *, seen: str, by: Reach) -> None:
    """Leave the copy as it is and do not ask again about this change. Raises Stale as above."""
    held = _held(role, by)
    _difference(held, path, seen, by)
    _move_base(held, [path], by)
    record(by, "library.kept_ours", held, title=held.title, what=_name(path))


@transaction.atomic
def take_over_untouched(*, by: Reach) -> int:
    """Take over every change that touches nothing the district edited; returns how many."""
    roles = list(
        LeadershipRole.objects.reachable(by)
        .select_related("reports_to")
        .select_for_update(of=("self",))
    )
    open_ = report.open_differences(by, roles)
    done = 0
    for role in roles:
        plain = [each for each in open_[role.pk] if not each.is_edited_here]
        for difference in plain:
            _write(role, difference)
        if plain:
            _move_base(role, [each.path for each in plain], by)
            names = ", ".join(_name(each.path) for each in plain)
            record(by, "library.taken_over", role, title=role.title, what=names)
        done += len(plain)
    return done


@transaction.atomic
def add_role(key: str, *, by: Reach) -> LeadershipRole:
    """Copy one role of the library that the district lacks. Raises Refused if there is none."""
    if key not in library.newest():
        raise Refused("The role library has no such role.")
    came = library.adopt(by.district, only={key})
    role = LeadershipRole.objects.reachable(by).get(key=key)
    if came:
        record(by, "library.role_added", role, title=role.title, key=key)
    return role


@transaction.atomic
def decline_role(key: str, *, by: Reach) -> None:
    """Note that the district does without a role of the library. Raises Refused as above."""
    said = library.newest().get(key)
    if said is None or LeadershipRole.objects.reachable(by).filter(key=key).exists():
        raise Refused("This district has the role already.")
    record(by, "library.role_declined", by.district, title=said["title"], key=key)


def _held(role: LeadershipRole, by: Reach) -> LeadershipRole:
    return (
        LeadershipRole.objects.reachable(by)
        .select_related("reports_to")
        .select_for_update(of=("self",))
        .get(pk=role.pk)
    )


def _difference(role: LeadershipRole, path: str, seen: str, by: Reach) -> Difference:
    for difference in report.open_differences(by, [role])[role.pk]:
        if difference.path == path and difference.seen == seen:
            return difference
    raise Stale(ANSWERED)


def _move_base(role: LeadershipRole, paths: list[str], by: Reach) -> None:
    base, theirs = report.base_of(role), library.newest()[role.key]
    for path in paths:
        base = moved(base, theirs, path)
    role.template = base
    fields = ["template"]
    if not report.open_differences(by, [role])[role.pk]:
        role.library_version = library.EDITION
        fields.append("library_version")
    role.save(update_fields=fields)


def _write(role: LeadershipRole, difference: Difference) -> None:
    kind, _, key = difference.path.partition(".")
    value: Any = difference.theirs
    if kind == "duty":
        _write_duty(role, key, value)
    elif kind == "by_approach":
        notes = {name: text for name, text in role.by_approach.items() if name != key}
        role.by_approach = {**notes, key: value} if value else notes
        role.save(update_fields=["by_approach"])
    elif kind == "reports_to":
        role.reports_to = LeadershipRole.objects.filter(
            district=role.district_id, key=value or ""
        ).first()
        role.save(update_fields=["reports_to"])
    else:
        empty: Any = [] if kind in ("required", "preferred", "approaches") else ""
        setattr(role, kind, value if kind == "seats" or value is not None else empty)
        saved_with_seats(role, [kind])


def _write_duty(role: LeadershipRole, key: str, text: str | None) -> None:
    if text is None:
        Duty.objects.filter(role=role, key=key).update(removed_at=timezone.now())
        return
    last = role.duties.aggregate(last=Max("order"))["last"] or 0
    Duty.objects.update_or_create(
        role=role,
        key=key,
        defaults={"text": text, "removed_at": None},
        create_defaults={"district_id": role.district_id, "text": text, "order": last + 1},
    )


def _name(path: str) -> str:
    name = report.name_of(path)
    return name if path.startswith("duty.") else name[:1].lower() + name[1:]

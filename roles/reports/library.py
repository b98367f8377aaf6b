"""What the role library says newly, against the district's copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from roles.access import Reach
from roles.changes import Piece, compare_words
from roles.models import Approach, AuditEvent, Duty, LeadershipRole, Level
from roles.services import library
from roles.three_way import Difference, Kind, Wording, differences

DOES_WITHOUT = ("library.role_declined", "role.removed")
FIELD_NAMES = {
    "title": "Title",
    "level": "Level",
    "approaches": "Approaches it belongs to",
    "reports_to": "Reports to",
    "typical_holder": "Typical holder",
    "time_hint": "Time",
    "seats": "Seats in one place",
    "required": "Required qualifications",
    "preferred": "Preferred qualifications",
}


@dataclass(frozen=True)
class Change:
    """One change of the library as the page shows it.

    `pieces` lead from the district's words to the library's. If the district edited it too,
    `edited` leads from the old words to the district's and `meant` to the library's.
    """

    difference: Difference
    name: str
    pieces: tuple[Piece, ...]
    edited: tuple[Piece, ...] = ()
    meant: tuple[Piece, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.difference.kind


@dataclass(frozen=True)
class ChangedRole:
    role: LeadershipRole
    changes: Sequence[Change]


@dataclass(frozen=True)
class MissingRole:
    """A role of the library that the district has no copy of."""

    key: str
    title: str
    typical_holder: str
    duties: Sequence[str]


@dataclass(frozen=True)
class Updates:
    """Everything there is to look at. `declined`: roles the district said it does without."""

    changed: Sequence[ChangedRole]
    new: Sequence[MissingRole]
    declined: Sequence[MissingRole]

    @property
    def count(self) -> int:
        return sum(len(each.changes) for each in self.changed) + len(self.new)

    @property
    def untouched(self) -> int:
        """How many of the changes touch nothing that the district edited."""
        changes = [change for each in self.changed for change in each.changes]
        return sum(not change.difference.is_edited_here for change in changes)


def updates(reach: Reach) -> Updates:
    """Compare all copies with the newest edition, in two queries; three if a role is missing."""
    roles = list(LeadershipRole.objects.reachable(reach).select_related("reports_to"))
    titles = {role.key: role.title for role in roles}
    found = open_differences(reach, roles)
    changed = [
        ChangedRole(role, [_shown(difference, titles) for difference in found[role.pk]])
        for role in roles
        if found[role.pk]
    ]
    missing = {key: said for key, said in library.newest().items() if key not in titles}
    without = _does_without(reach) if missing else set()
    return Updates(
        changed,
        new=[_missing(key, said) for key, said in missing.items() if key not in without],
        declined=[_missing(key, said) for key, said in missing.items() if key in without],
    )


def open_differences(reach: Reach, roles: Iterable[LeadershipRole]) -> dict[int, list[Difference]]:
    """By role (primary key): what the library changed and nobody answered yet. One query.

    The roles must come with their `reports_to`.
    """
    duties: dict[int, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.reachable(reach).current():
        duties[duty.role_id].append(duty)
    newest = library.newest()
    return {
        role.pk: differences(base_of(role), said_here(role, duties[role.pk]), newest[role.key])
        if role.key in newest and base_of(role)
        else []
        for role in roles
    }


def base_of(role: LeadershipRole) -> Wording:
    """The library's words that this copy started from; {} for a role of the district's own."""
    if not role.template and role.library_version == library.EDITION:
        return library.newest().get(role.key, {})
    return dict(role.template)


def said_here(role: LeadershipRole, duties: Iterable[Duty]) -> Wording:
    """The wording of a district's copy, by the same names as the library's."""
    names = [name for name in FIELD_NAMES if name != "reports_to"]
    return {
        **{name: getattr(role, name) for name in names},
        "reports_to": role.reports_to.key if role.reports_to else "",
        "by_approach": role.by_approach,
        "duties": [[duty.key, duty.text] for duty in duties],
    }


def name_of(path: str) -> str:
    """What a path is called on screen: "duty.PM1" is "Responsibility PM1"."""
    kind, _, key = path.partition(".")
    if kind == "duty":
        return f"Responsibility {key}"
    if kind == "by_approach":
        return f"Note for “{Approach(key).label}”"
    return FIELD_NAMES[path]


def in_words(path: str, value: Any, titles: dict[str, str]) -> str:
    """A value as text: lists one to a line, keys by their titles."""
    if value is None:
        return "Any number" if path == "seats" else ""
    if path == "approaches":
        return "\n".join(Approach(each).label for each in value)
    if path == "level":
        return str(Level(value).label)
    if path == "reports_to":
        known = library.newest().get(value, {}).get("title", value)
        return titles.get(value, str(known))
    return "\n".join(value) if isinstance(value, list) else str(value)


def _shown(difference: Difference, titles: dict[str, str]) -> Change:
    path = difference.path
    base, ours, theirs = (
        in_words(path, value, titles)
        for value in (difference.base, difference.ours, difference.theirs)
    )
    both = difference.is_edited_here
    return Change(
        difference,
        name_of(path),
        compare_words(ours, theirs),
        edited=compare_words(base, ours) if both else (),
        meant=compare_words(base, theirs) if both else (),
    )


def _does_without(reach: Reach) -> set[str]:
    events = AuditEvent.objects.reachable(reach).filter(verb__in=DOES_WITHOUT)
    return set(events.values_list("detail__key", flat=True))


def _missing(key: str, said: Wording) -> MissingRole:
    duties = [text for _, text in said["duties"]]
    return MissingRole(key, said["title"], said["typical_holder"], duties)

"""What pages show of an import and of the roster: frozen rows, with the words for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from roles.access import Access, Reach
from roles.models import RosterEntry, RosterFinding, RosterImport, RosterKind, RosterLine
from tutoring_admin.systems.rosters.checking import day_of
from tutoring_admin.systems.rosters.comparing import KEPT_OURS
from tutoring_admin.systems.rosters.words import CHANGES, FIELDS, KINDS, role_name

NOT_SHOWN = frozenset({"person", "org", "main_org", "parent"})  # keys of other rows


@dataclass(frozen=True)
class Tab:
    key: str
    title: str
    count: int


@dataclass(frozen=True)
class Difference:
    """One field: what it was, what the roster says, and what the district keeps instead."""

    name: str
    old: str
    new: str
    kept: str = ""


@dataclass(frozen=True)
class Row:
    """One line of an import, or one finding."""

    kind: str
    title: str
    also: str
    where: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Figures:
    """How many the roster knows today."""

    people: int
    schools: int
    joined: int
    corrected: int


def figures(reach: Reach) -> Figures:
    """One query."""
    rows = RosterEntry.objects.reachable(reach).filter(ended_on=None)
    counted = rows.aggregate(
        people=_count(Q(kind=RosterKind.PERSON)),
        schools=_count(Q(kind=RosterKind.ORG, said__type="school")),
        joined=_count(Q(kind=RosterKind.ORG, school__isnull=False)),
        corrected=_count(~Q(ours={})),
    )
    return Figures(**counted)


def _count(which: Q) -> Any:
    return Count("pk", filter=which)


def state(access: Access) -> str:
    """The roster in one sentence, for the page Systems."""
    rows = RosterImport.objects.filter(district=access.district).applied()
    last = rows.order_by("-applied_at").first()
    if last is None or last.applied_at is None:
        return "No roster yet."
    day = f"{last.applied_at:%b} {last.applied_at.day}"
    return f"{last.name}, applied on {day}."


def counts(roster: RosterImport) -> list[tuple[str, list[tuple[str, int]]]]:
    """For each kind its name and how many were added, changed and so on, in the order of words."""
    return [
        (name, [(word, roster.summary.get(kind, {}).get(key, 0)) for key, word in CHANGES])
        for kind, name in KINDS.items()
    ]


def tabs_of(roster: RosterImport) -> list[Tab]:
    """The lists of an import that have something in them, rejects first."""
    findings = RosterFinding.objects.filter(roster=roster.pk)
    rejected = findings.filter(taken=False).count()
    notes = findings.filter(taken=True).count()
    kept = roster.summary.get("person", {}).get(KEPT_OURS, 0)
    changed = roster.count("changed") + roster.count("returned")
    tabs = [
        Tab("rejected", "Rejected", rejected),
        Tab("added", "Added", roster.count("added")),
        Tab("changed", "Changed", changed),
        Tab("ended", "Ended", roster.count("ended")),
        Tab("kept", "Kept as ours", kept),
        Tab("notes", "Worth knowing", notes),
    ]
    return [tab for tab in tabs if tab.count] or [Tab("added", "Added", 0)]


def shown(roster: RosterImport, tab: str, kind: str) -> QuerySet[Any]:
    """The rows of one tab, people first."""
    if tab in ("rejected", "notes"):
        return RosterFinding.objects.filter(roster=roster.pk, taken=tab == "notes")
    lines = RosterLine.objects.filter(roster=roster.pk).select_related("entry")
    if kind in KINDS:
        lines = lines.filter(kind=kind)
    if tab == "kept":
        return lines.exclude(Q(entry=None) | Q(entry__ours={})).order_by("label", "pk")
    changes = ["changed", "returned"] if tab == "changed" else [tab]
    return lines.filter(change__in=changes).order_by("kind", "label", "pk")


def rows_of(page: Iterable[Any], tab: str, roster: RosterImport) -> list[Any]:
    """Findings as they are; lines with their differences and the names of what they point at."""
    if tab in ("rejected", "notes"):
        return list(page)
    lines = list(page)
    names = _names(lines, roster)
    return [_row(line, names) for line in lines]


Names = dict[tuple[str, str], str]


def _names(lines: list[RosterLine], roster: RosterImport) -> Names:
    """What keys of people and orgs in these lines are called. Two queries."""
    keys = {line.about_key for line in lines} | {line.place_key for line in lines}
    found: Names = {}
    entries = RosterEntry.objects.filter(
        district=roster.district_id, source=roster.source, key__in=keys
    )
    for kind, key, label in entries.values_list("kind", "key", "label"):
        found[kind, key] = label
    own = RosterLine.objects.filter(roster=roster.pk, key__in=keys)
    for kind, key, label in own.values_list("kind", "key", "label"):
        found[kind, key] = label or key
    return found


def _row(line: RosterLine, names: Names) -> Row:
    where = f"{line.file}, line {line.row}" if line.row else "Not in the roster any more"
    title, also = line.label or line.key, line.email
    if line.kind == RosterKind.ROLE:
        title = names.get((RosterKind.PERSON, line.about_key), line.about_key)
        place = names.get((RosterKind.ORG, line.place_key), line.place_key)
        also = f"{role_name(line.label)}, {place}"
    elif line.kind == RosterKind.ORG:
        also = str(line.said.get("type", "")).capitalize()
    elif line.kind == RosterKind.SESSION:
        also = f"{_in_words(line, 'first_day')} to {_in_words(line, 'last_day')}"
    return Row(KINDS[line.kind], title, also, where, tuple(_differences(line)))


def _in_words(line: RosterLine, field: str) -> str:
    day = day_of(line.said.get(field, ""))
    return f"{day:%b} {day.day}, {day.year}" if day else "no day"


def _differences(line: RosterLine) -> Iterable[Difference]:
    before: dict[str, Any] = line.before["said"] if line.before else {}
    if not before and line.entry is not None:
        before = line.entry.said
    ours: dict[str, Any] = line.entry.ours if line.entry else {}
    if line.change in ("added", "ended"):
        return
    for field, name in FIELDS.items():
        old, new = before.get(field, ""), line.said.get(field, "")
        kept = ours.get(field, "")
        if field not in NOT_SHOWN and (old != new or (kept and kept != new)):
            yield Difference(name, old, new, kept)

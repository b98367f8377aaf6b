"""What an approach needs, what the district has of it, and what another one would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from roles import open_work
from roles.access import Reach
from roles.models import (
    Approach,
    Assignment,
    JobDescriptionVersion,
    LeadershipRole,
    Position,
)
from roles.reports.jobs import LevelRows, RoleRow
from roles.reports.matrix import Matrix, matrix
from roles.services import library


@dataclass(frozen=True)
class RoleState:
    """One role: positions active on the day, holders, how its text stands, and what else hangs on
    it as ("Milestones", 3). `role` is None if only the library has it.
    """

    title: str
    role: LeadershipRole | None = None
    positions: int = 0
    holders: int = 0
    description: str = "none"
    other: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class LeadChange:
    """Who leads an area of work before and after, as titles; "" for nobody."""

    area: str
    before: str
    after: str


@dataclass(frozen=True)
class Diff:
    """What another approach would change. `stale` are job descriptions that name the old one."""

    old: Approach
    new: Approach
    comes: Sequence[RoleState]
    goes: Sequence[RoleState]
    leads: Sequence[LeadChange]
    stale: Sequence[JobDescriptionVersion]


def by_approach(
    levels: Sequence[LevelRows], approach: str
) -> tuple[list[LevelRows], list[RoleRow]]:
    """The roles of an approach by level, and those it does not propose."""
    inside = [
        LevelRows(each.level, [row for row in each.rows if approach in row.role.approaches])
        for each in levels
    ]
    outside = [row for each in levels for row in each.rows if approach not in row.role.approaches]
    return [each for each in inside if each.rows], outside


def needed(reach: Reach, approach: Approach, day: dt.date) -> list[RoleState]:
    """The roles that an approach proposes, with what the district has of each."""
    return [state for state, fits in _states(reach, day) if approach in fits]


def diff(reach: Reach, new: Approach, day: dt.date) -> Diff:
    """From the district's approach to another one; a constant number of queries."""
    old = Approach(reach.district.approach)
    states = _states(reach, day)
    named = JobDescriptionVersion.objects.reachable(reach).filter(program__icontains=old.label)
    in_use = [*JobDescriptionVersion.OPEN, JobDescriptionVersion.Status.PUBLISHED]
    return Diff(
        old,
        new,
        comes=[state for state, fits in states if new in fits and old not in fits],
        goes=[state for state, fits in states if old in fits and new not in fits],
        leads=_lead_changes(matrix(reach, old, day), matrix(reach, new, day)),
        stale=list(
            named.filter(status__in=in_use)
            .select_related("job_description__role")
            .order_by("job_description__role__order", "-number")
        ),
    )


def _states(reach: Reach, day: dt.date) -> list[tuple[RoleState, list[str]]]:
    """Every role of the district, then those only the library has, each with its approaches."""
    roles = list(LeadershipRole.objects.reachable(reach))
    here = _counts(reach, day)
    other = [(source.kind, source.counts_by_role(reach)) for source in open_work.sources()]
    texts = _texts(reach)
    found: list[tuple[RoleState, list[str]]] = []
    for role in roles:
        positions, holders = here.get(role.pk, (0, 0))
        hangs = [(kind, counts[role.pk]) for kind, counts in other if counts.get(role.pk)]
        text = texts.get(role.pk, "none")
        state = RoleState(role.title, role, positions, holders, text, hangs)
        found.append((state, role.approaches))
    had = {role.key for role in roles}
    for key, said in library.newest().items():
        if key not in had:
            found.append((RoleState(said["title"]), said["approaches"]))
    return found


def _counts(reach: Reach, day: dt.date) -> dict[int, tuple[int, int]]:
    """Active positions and people in them, by role."""
    positions = Position.objects.reachable(reach).active(day).order_by().values("role")
    seats = dict(positions.annotate(n=Count("pk")).values_list("role", "n"))
    held = Assignment.objects.reachable(reach).in_force(day).order_by().values("position__role")
    people = dict(
        held.annotate(n=Count("holder", distinct=True)).values_list("position__role", "n")
    )
    return {pk: (seats.get(pk, 0), people.get(pk, 0)) for pk in {*seats, *people}}


def _texts(reach: Reach) -> dict[int, str]:
    """How the job description of each role stands: published, else in_review or draft."""
    rows = (
        JobDescriptionVersion.objects.reachable(reach)
        .filter(~Q(status=JobDescriptionVersion.Status.SUPERSEDED))
        .order_by()
        .values_list("job_description__role", "status")
    )
    found: dict[int, str] = {}
    for role, status in rows:
        if found.get(role) != "published":
            found[role] = status
    return found


def _lead_changes(old: Matrix, new: Matrix) -> list[LeadChange]:
    pairs = zip(_leads(old), _leads(new), strict=True)
    return [LeadChange(area, was, will) for (area, was), (_, will) in pairs if was != will]


def _leads(found: Matrix) -> list[tuple[str, str]]:
    return [(row.area.name, ", ".join(party.title for party in row.leads)) for row in found.rows]

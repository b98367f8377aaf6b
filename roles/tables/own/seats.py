"""The tables of roles, of positions and who holds them, and of what departments are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from roles.capabilities import Capability
from roles.forms.positions import CoverageFilter
from roles.models import Approach, Assignment, DepartmentNeed, Position
from roles.reports import gaps, matrix
from roles.reports.jobs import roles_by_level
from roles.reports.seating import seated_now
from roles.tables.own.shared import wanted_of
from roles.tables.registry import Asked, Column, Rows, Table

VIEW = Capability.ROLES_VIEW
SEATED = {
    "vacant": Q(now=None),
    "interim": Q(now__interim=True),
    "filled": Q(now__interim=False),
}


def _roles(asked: Asked) -> Rows:
    levels = roles_by_level(asked.reach(VIEW), asked.today)
    return [row for level in levels for row in level.rows]


@dataclass(frozen=True)
class Seat:
    """A position and who holds it on the day."""

    position: Position
    held: Assignment | None

    @property
    def state(self) -> str:
        if self.held is None:
            return "Vacant"
        return "Interim" if self.held.interim else "Filled"


def _positions(asked: Asked) -> Rows:
    reach = asked.reach(VIEW)
    form = CoverageFilter(asked.given, reach=reach)
    wanted = wanted_of(form)
    found: QuerySet[Position] = seated_now(reach, asked.today)
    if role := wanted.get("role"):
        found = found.filter(role=role)
    for word in wanted.get("q", "").split():
        found = found.filter(school__name__icontains=word)
    if state := wanted.get("state"):
        found = found.filter(SEATED.get(state, Q(pk__in=[])))
    named = found.select_related("role", "school", "department")
    return named.order_by("role__order", "role__title", "school__name", "seat", "pk")


def _seats(asked: Asked, positions: list[Position]) -> list[Seat]:
    reach = asked.reach(VIEW)
    now = Assignment.objects.reachable(reach).in_force(asked.today).filter(position__in=positions)
    held = {each.position_id: each for each in now.select_related("holder")}
    return [Seat(position, held.get(position.pk)) for position in positions]


def _gaps(asked: Asked) -> Rows:
    reach = asked.reach(VIEW)
    form = CoverageFilter(asked.given, reach=reach)
    given = wanted_of(form)
    wanted = gaps.Wanted(given.get("role"), given.get("q", ""), given.get("state", ""))
    return gaps.gaps(gaps.survey(reach, asked.today, wanted), wanted)


def _needs(asked: Asked) -> Rows:
    found = DepartmentNeed.objects.reachable(asked.reach(VIEW))
    named = found.select_related("department", "asked_by", "answered_by")
    return named.order_by("department__name", "due_on", "pk")


def _matrix(asked: Asked) -> matrix.Matrix:
    wanted = asked.given.get("approach", "")
    approach = Approach(wanted if wanted in Approach.values else asked.district.approach)
    return matrix.matrix(asked.reach(VIEW), approach, asked.today)


def _areas(asked: Asked) -> Rows:
    return _matrix(asked).rows


def _parties(asked: Asked) -> Sequence[Column]:
    def part(at: int) -> Any:
        return lambda row: row.cells[at].words if row.cells[at].part else ""

    parties = _matrix(asked).parties
    leads = Column("Leads", lambda row: ", ".join(party.title for party in row.leads), 30)
    areas = Column("Area of work", lambda row: row.area, 44)
    return [areas, leads, *(Column(each.title, part(n), 16) for n, each in enumerate(parties))]


ROLES = Table(
    "roles",
    "Roles",
    "A leadership role, with its seats and how its job description stands.",
    "roles:index",
    VIEW,
    (
        Column("Level", lambda row: row.role.get_level_display(), 18),
        Column("Role", lambda row: row.role.title, 36),
        Column("Positions", lambda row: row.seats, 10),
        Column("Filled", lambda row: row.filled, 10),
        Column("Interim", lambda row: row.interim, 10),
        Column("Vacant", lambda row: row.vacant, 10),
        Column("Job description", lambda row: row.state.replace("_", " "), 18),
    ),
    _roles,
)
POSITIONS = Table(
    "positions",
    "Positions",
    "A position that is open today, with who holds it.",
    "roles:coverage",
    VIEW,
    (
        Column("Role", lambda row: row.position.role.title, 34),
        Column("Level", lambda row: row.position.role.get_level_display(), 18),
        Column("Place", lambda row: row.position.place, 30),
        Column("Seat", lambda row: row.position.seat, 7),
        Column("State", lambda row: row.state, 10),
        Column("Holder", lambda row: row.held.holder if row.held else None, 28),
        Column("Since", lambda row: row.held.starts_on if row.held else None, 14),
        Column("Until", lambda row: row.held.ends_on if row.held else None, 14),
        Column("Position opened on", lambda row: row.position.opened_on, 18),
    ),
    _positions,
    more=_seats,
)
COVERAGE_GAPS = Table(
    "coverage-gaps",
    "Gaps in coverage",
    "A role that nobody holds at a place that needs it.",
    "roles:coverage",
    VIEW,
    (
        Column("Role", lambda row: row.role.title, 34),
        Column("Place", lambda row: row.place, 30),
        Column("Gap", lambda row: "Vacant" if row.position else "No position", 14),
        Column("Vacant since", lambda row: row.since, 14),
        Column("Next holder from", lambda row: row.next_on, 16),
    ),
    _gaps,
)
DEPARTMENT_NEEDS = Table(
    "department-needs",
    "What departments are asked for",
    "One thing that the program needs from a department, with its answer.",
    "roles:departments",
    VIEW,
    (
        Column("Department", lambda row: row.department, 28),
        Column("What is needed", lambda row: row.text, 60),
        Column("By when", lambda row: row.due_on, 14),
        Column("Asked by", lambda row: row.asked_by, 26),
        Column("Asked", lambda row: row.asked_at, 20),
        Column("Answer", lambda row: row.get_answer_display(), 14),
        Column("Answered by", lambda row: row.answered_by, 26),
        Column("Answered", lambda row: row.answered_at, 20),
        Column("Note", lambda row: row.note, 50),
    ),
    _needs,
)
MATRIX = Table(
    "matrix",
    "Role matrix",
    "An area of work, with each role's part in it.",
    "roles:matrix",
    VIEW,
    _parties,
    _areas,
)

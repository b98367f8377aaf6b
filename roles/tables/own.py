"""The tables of roles, positions, people, and what they did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from roles.capabilities import Capability
from roles.forms.acknowledgements import AcknowledgementFilter
from roles.forms.audit import AuditFilter, kind_of_thing
from roles.forms.people import PeopleFilter
from roles.forms.positions import CoverageFilter
from roles.models import Approach, Assignment, DepartmentNeed, Invitation, Position
from roles.reports import acknowledgements, documents, gaps, letters, matrix, people, trail
from roles.reports.jobs import roles_by_level
from roles.reports.seating import seated_now
from roles.tables.registry import Asked, Column, Rows, Table
from roles.words import sentence, short

C = Capability
DRAFTS = (C.JOB_DESCRIPTION_EDIT, C.JOB_DESCRIPTION_APPROVE)  # who reads drafts
SEATED = {
    "vacant": Q(now=None),
    "interim": Q(now__interim=True),
    "filled": Q(now__interim=False),
}


def _wanted(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if value}


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
    reach = asked.reach(C.ROLES_VIEW)
    form = CoverageFilter(asked.given, reach=reach)
    form.is_valid()
    wanted = _wanted(form)
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
    reach = asked.reach(C.ROLES_VIEW)
    now = Assignment.objects.reachable(reach).in_force(asked.today).filter(position__in=positions)
    held = {each.position_id: each for each in now.select_related("holder")}
    return [Seat(position, held.get(position.pk)) for position in positions]


def _gaps(asked: Asked) -> Rows:
    reach = asked.reach(C.ROLES_VIEW)
    form = CoverageFilter(asked.given, reach=reach)
    form.is_valid()
    given = _wanted(form)
    wanted = gaps.Wanted(given.get("role"), given.get("q", ""), given.get("state", ""))
    return gaps.gaps(gaps.survey(reach, asked.today, wanted), wanted)


def _people(asked: Asked) -> Rows:
    form = PeopleFilter(asked.given, manages=bool(asked.reach(C.PEOPLE_MANAGE)))
    form.is_valid()
    wanted = _wanted(form)
    reach = asked.reach(C.PEOPLE_VIEW)
    q, level, seen = (wanted.get(name, "") for name in ("q", "level", "seen"))
    return people.chosen(reach, q, level, seen)


def _with_positions(asked: Asked, rows: list[Any]) -> list[people.Row]:
    return people.with_positions(rows, asked.reach(C.PEOPLE_VIEW))


def _invitations(asked: Asked) -> Rows:
    found = Invitation.objects.reachable(asked.reach(C.PEOPLE_VIEW)).unanswered()
    return found.select_related("school")


def _documents(asked: Asked) -> Rows:
    drafts = any(asked.reach(each) for each in DRAFTS)
    levels = documents.documents_by_level(asked.reach(C.ROLES_VIEW), with_drafts=drafts)
    return [row for level in levels for row in level.rows]


def _roles(asked: Asked) -> Rows:
    levels = roles_by_level(asked.reach(C.ROLES_VIEW), asked.today)
    return [row for level in levels for row in level.rows]


def _acknowledgements(asked: Asked) -> Rows:
    reach, day = asked.reach(C.PEOPLE_VIEW), asked.today
    form = AcknowledgementFilter(asked.given, totals=acknowledgements.totals(reach, day))
    return acknowledgements.everyone(reach, day, form.wanted())


def _reading(asked: Asked, rows: list[Any]) -> Iterable[acknowledgements.Asked]:
    return acknowledgements.with_reading(rows, asked.reach(C.PEOPLE_VIEW), asked.today)


def _needs(asked: Asked) -> Rows:
    found = DepartmentNeed.objects.reachable(asked.reach(C.ROLES_VIEW))
    named = found.select_related("department", "asked_by", "answered_by")
    return named.order_by("department__name", "due_on", "pk")


def _matrix(asked: Asked) -> matrix.Matrix:
    wanted = asked.given.get("approach", "")
    approach = Approach(wanted if wanted in Approach.values else asked.district.approach)
    return matrix.matrix(asked.reach(C.ROLES_VIEW), approach, asked.today)


def _areas(asked: Asked) -> Rows:
    return _matrix(asked).rows


def _parties(asked: Asked) -> Sequence[Column]:
    def part(at: int) -> Any:
        return lambda row: row.cells[at].words if row.cells[at].part else ""

    parties = _matrix(asked).parties
    leads = Column("Leads", lambda row: ", ".join(party.title for party in row.leads), 30)
    areas = Column("Area of work", lambda row: row.area, 44)
    return [areas, leads, *(Column(each.title, part(n), 16) for n, each in enumerate(parties))]


def _events(asked: Asked) -> Rows:
    asked_for = (asked.given.get("verb", "")[:60], asked.given.get("thing", "")[:60])
    form = AuditFilter(asked.given, kinds=[asked_for])
    wanted = _wanted(form) if form.is_valid() else {}
    wanted.pop("before", None)
    return trail.events(asked.reach(C.AUDIT_VIEW), **wanted).select_related("actor")


def _letters(asked: Asked) -> Rows:
    wanted = asked.given.get("show", "due")
    known = wanted if wanted in {key for key, *_ in letters.HEAPS} else "due"
    return letters.heap(asked.reach(C.PEOPLE_MANAGE), known)


def _names(assignments: Iterable[Assignment]) -> str:
    return "; ".join(str(each.position) for each in assignments)


def _state(row: documents.DocumentRow) -> str:
    return row.version.get_status_display() if row.version else "To be written"


def _all() -> Iterator[Table]:
    yield Table(
        "roles",
        "Roles",
        "A leadership role, with its seats and how its job description stands.",
        "roles:index",
        C.ROLES_VIEW,
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
    yield Table(
        "positions",
        "Positions",
        "A position that is open today, with who holds it.",
        "roles:coverage",
        C.ROLES_VIEW,
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
    yield Table(
        "coverage-gaps",
        "Gaps in coverage",
        "A role that nobody holds at a place that needs it.",
        "roles:coverage",
        C.ROLES_VIEW,
        (
            Column("Role", lambda row: row.role.title, 34),
            Column("Place", lambda row: row.place, 30),
            Column("Gap", lambda row: "Vacant" if row.position else "No position", 14),
            Column("Vacant since", lambda row: row.since, 14),
            Column("Next holder from", lambda row: row.next_on, 16),
        ),
        _gaps,
    )
    yield Table(
        "job-descriptions",
        "Job descriptions",
        "A role with the version of its text that counts.",
        "roles:documents",
        C.ROLES_VIEW,
        (
            Column("Level", lambda row: row.role.get_level_display(), 18),
            Column("Role", lambda row: row.role.title, 34),
            Column("State", _state, 16),
            Column("Title", lambda row: row.version.title if row.version else None, 34),
            Column("Version", lambda row: row.version.number if row.version else None, 9),
            Column("Published", lambda row: row.version.published_at if row.version else None, 20),
            Column("To be reviewed", lambda row: row.version.review_on if row.version else None),
        ),
        _documents,
        also=DRAFTS,
    )
    yield Table(
        "acknowledgements",
        "Acknowledgements",
        "Someone asked to read their job description, and the day they did.",
        "roles:acknowledgements",
        C.PEOPLE_VIEW,
        (
            Column("Person", lambda row: row.assignment.holder, 28),
            Column("E-mail", lambda row: row.assignment.holder.email, 32),
            Column("Role", lambda row: row.assignment.position.role.title, 34),
            Column("Place", lambda row: row.assignment.position.place, 28),
            Column("Job description", lambda row: row.version.title, 34),
            Column("Version", lambda row: row.version.number, 9),
            Column("Asked on", lambda row: row.assignment.asked_on, 14),
            Column("Acknowledged on", lambda row: row.read_on, 16),
            Column("Days waiting", lambda row: row.waited, 13),
        ),
        _acknowledgements,
        more=_reading,
    )
    yield Table(
        "department-needs",
        "What departments are asked for",
        "One thing that the program needs from a department, with its answer.",
        "roles:departments",
        C.ROLES_VIEW,
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
    yield Table(
        "matrix",
        "Role matrix",
        "An area of work, with each role's part in it.",
        "roles:matrix",
        C.ROLES_VIEW,
        _parties,
        _areas,
    )
    yield Table(
        "people",
        "People",
        "One access of a person, with the positions they hold.",
        "roles:people",
        C.PEOPLE_VIEW,
        (
            Column("Person", lambda row: row.membership.user, 28),
            Column("E-mail", lambda row: row.membership.user.email, 32),
            Column("Access level", lambda row: row.membership.get_level_display(), 24),
            Column("School", lambda row: row.membership.school or "Whole district", 28),
            Column("Positions", lambda row: _names(row.assignments), 50),
        ),
        _people,
        more=_with_positions,
    )
    yield Table(
        "invitations",
        "Open invitations",
        "An invitation that was not taken up yet.",
        "roles:people",
        C.PEOPLE_VIEW,
        (
            Column("E-mail", lambda row: row.email, 32),
            Column("Name", lambda row: f"{row.first_name} {row.last_name}".strip(), 28),
            Column("Access level", lambda row: row.get_level_display(), 24),
            Column("School", lambda row: row.school or "Whole district", 28),
            Column("Ends", lambda row: row.expires_at, 20),
        ),
        _invitations,
    )
    yield Table(
        "letters",
        "Letters",
        "A letter that is due or did not go out as it should.",
        "roles:letters",
        C.PEOPLE_MANAGE,
        (
            Column("Letter", lambda row: row.subject or "What is due", 50),
            Column("To", lambda row: row.to, 32),
            Column("State", lambda row: row.get_status_display(), 20),
            Column("Due", lambda row: row.due_at, 20),
            Column("Tries", lambda row: row.tries, 8),
            Column("Why", lambda row: row.last_error, 50),
        ),
        _letters,
    )
    yield Table(
        "audit",
        "Audit trail",
        "One thing that somebody did.",
        "roles:audit",
        C.AUDIT_VIEW,
        (
            Column("When", lambda row: row.at, 20),
            Column("Who", lambda row: row.actor or "The product", 28),
            Column("What", lambda row: sentence(row.verb, row.detail), 80),
            Column("Kind", lambda row: short(row.verb), 34),
            Column("About", lambda row: kind_of_thing(row.subject), 24),
            Column("Number", lambda row: row.pk, 12),
        ),
        _events,
    )


TABLES = {table.name: table for table in _all()}
ACKNOWLEDGEMENTS = TABLES["acknowledgements"]

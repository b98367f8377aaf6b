"""The tables of people, of invitations, of letters to them, and of what they did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from roles.capabilities import Capability
from roles.forms.audit import AuditFilter, kind_of_thing
from roles.forms.people import PeopleFilter
from roles.models import Assignment, Invitation
from roles.reports import letters, people, trail
from roles.tables.own.shared import wanted_of
from roles.tables.registry import Asked, Column, Rows, Table
from roles.words import sentence, short

VIEW, MANAGE, AUDIT = Capability.PEOPLE_VIEW, Capability.PEOPLE_MANAGE, Capability.AUDIT_VIEW


def _people(asked: Asked) -> Rows:
    form = PeopleFilter(asked.given, manages=bool(asked.reach(MANAGE)))
    wanted = wanted_of(form)
    reach = asked.reach(VIEW)
    q, level, seen = (wanted.get(name, "") for name in ("q", "level", "seen"))
    return people.chosen(reach, q, level, seen)


def _with_positions(asked: Asked, rows: list[Any]) -> list[people.Row]:
    return people.with_positions(rows, asked.reach(VIEW))


def _names(assignments: Iterable[Assignment]) -> str:
    return "; ".join(str(each.position) for each in assignments)


def _invitations(asked: Asked) -> Rows:
    found = Invitation.objects.reachable(asked.reach(VIEW)).unanswered()
    return found.select_related("school")


def _letters(asked: Asked) -> Rows:
    wanted = asked.given.get("show", "due")
    known = wanted if wanted in {key for key, *_ in letters.HEAPS} else "due"
    return letters.heap(asked.reach(MANAGE), known)


def _events(asked: Asked) -> Rows:
    asked_for = (asked.given.get("verb", "")[:60], asked.given.get("thing", "")[:60])
    form = AuditFilter(asked.given, kinds=[asked_for])
    wanted = wanted_of(form)
    wanted.pop("before", None)
    return trail.events(asked.reach(AUDIT), **wanted).select_related("actor")


PEOPLE = Table(
    "people",
    "People",
    "One access of a person, with the positions they hold.",
    "roles:people",
    VIEW,
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
INVITATIONS = Table(
    "invitations",
    "Open invitations",
    "An invitation that was not taken up yet.",
    "roles:people",
    VIEW,
    (
        Column("E-mail", lambda row: row.email, 32),
        Column("Name", lambda row: f"{row.first_name} {row.last_name}".strip(), 28),
        Column("Access level", lambda row: row.get_level_display(), 24),
        Column("School", lambda row: row.school or "Whole district", 28),
        Column("Ends", lambda row: row.expires_at, 20),
    ),
    _invitations,
)
LETTERS = Table(
    "letters",
    "Letters",
    "A letter that is due or did not go out as it should.",
    "roles:letters",
    MANAGE,
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
AUDIT_TRAIL = Table(
    "audit",
    "Audit trail",
    "One thing that somebody did.",
    "roles:audit",
    AUDIT,
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

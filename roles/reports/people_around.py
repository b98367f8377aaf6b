"""Who stands around a position: above it, below it, and whom to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from roles.access import Reach
from roles.models import Assignment, Level, Position, User

NAMED = 6  # so many positions of one role are listed one by one


@dataclass(frozen=True)
class Contact:
    """A position and whoever holds it; `person` is None while it is vacant."""

    why: str
    position: Position
    person: User | None


@dataclass(frozen=True)
class Reports:
    """The positions of one role that report to a position; `named` is empty if they are many."""

    role: str
    positions: int
    vacant: int
    named: Sequence[Contact]


class PeopleAround:
    """The positions that bear on some given ones, read once; answers without further queries."""

    def __init__(self, reach: Reach, positions: Collection[Position], day: dt.date) -> None:
        schools = {p.school_id for p in positions if p.school_id is not None}
        wanted = Q(school=None) | Q(school__in=schools)
        central = {p.role_id for p in positions if p.school_id is None}
        wanted |= Q(role__reports_to__in=central)
        now = Assignment.objects.reachable(reach).in_force(day).select_related("holder")
        found = Position.objects.reachable(reach).active(day).filter(wanted)
        self._all: list[Position] = list(
            found.select_related("role", "school", "department").prefetch_related(
                Prefetch("assignments", now, to_attr="now")
            )
        )

    def superiors(self, position: Position) -> list[Contact]:
        """Who holds the role that this one reports to: at the same school, else at the district."""
        above = [p for p in self._all if p.role_id == position.role.reports_to_id]
        near = [p for p in above if p.school_id == position.school_id]
        chosen = near or [p for p in above if p.school_id is None]
        return [_contact("reports to", each) for each in chosen]

    def reports(self, position: Position) -> list[Reports]:
        """The roles that report to this one, where they do; a school's own to its school."""
        below = [
            p
            for p in self._all
            if p.role.reports_to_id == position.role_id
            and position.school_id in (None, p.school_id)
        ]
        by_role: dict[str, list[Position]] = {}
        for each in below:
            by_role.setdefault(each.role.title, []).append(each)
        return [_reports(role, found) for role, found in by_role.items()]

    def contacts(self, position: Position) -> list[Contact]:
        """Supervisor, site lead, project manager and department partners, each once."""
        found = [Contact("Supervisor", c.position, c.person) for c in self.superiors(position)]
        found += self._holding("Site lead", "SITE_LEAD", school=position.school_id)
        found += self._holding("Project manager", "PROJECT_MANAGER", school=None)
        partners = [p for p in self._all if p.role.level == Level.DEPARTMENT]
        found += [_contact(p.place, p) for p in partners]
        return _once(found, without=position)

    def to_ask(self, position: Position) -> list[Contact]:
        """The few whom a holder asks first: about the school, the plan, the job description."""
        found = self._holding("about the day at school", "SITE_LEAD", school=position.school_id)
        found += self._holding("about the plan and dates", "PROJECT_MANAGER", school=None)
        found += self._holding("about your job description", "DEPT_HR", school=None)
        return _once(found, without=position)

    def _holding(self, why: str, key: str, *, school: int | None) -> list[Contact]:
        if key == "SITE_LEAD" and school is None:
            return []
        return [_contact(why, p) for p in self._all if p.role.key == key and p.school_id == school]


def _contact(why: str, position: Position) -> Contact:
    now: list[Assignment] = position.now  # type: ignore[attr-defined]  # the prefetch puts it there
    return Contact(why, position, now[0].holder if now else None)


def _reports(role: str, positions: Sequence[Position]) -> Reports:
    contacts = [_contact("reports to you", p) for p in positions]
    vacant = sum(contact.person is None for contact in contacts)
    return Reports(role, len(positions), vacant, contacts if len(contacts) <= NAMED else ())


def _once(contacts: Iterable[Contact], *, without: Position) -> list[Contact]:
    """The first mention of each position, the reader's own left out."""
    by_position: dict[int, Contact] = {}
    for contact in contacts:
        if contact.position.pk != without.pk:
            by_position.setdefault(contact.position.pk, contact)
    return list(by_position.values())

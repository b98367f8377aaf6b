"""Partner departments: who speaks for each, what it is asked for, and what it said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from roles.access import Reach
from roles.models import Assignment, Department, DepartmentNeed, Duty, Position

Answer = DepartmentNeed.Answer
CHIPS = {
    Answer.ASKED: "open",
    Answer.AGREED: "approved",
    Answer.DECLINED: "needs-support",
    Answer.DELIVERED: "done",
}
FIRST = (Answer.DECLINED, Answer.ASKED, Answer.AGREED, Answer.DELIVERED)
SOON = dt.timedelta(days=14)


@dataclass(frozen=True)
class Request:
    """One need as a page shows it. `days_past` is 0 unless it is past due and not delivered."""

    need: DepartmentNeed
    days_past: int

    @property
    def past_words(self) -> str:
        return "1 day past" if self.days_past == 1 else f"{self.days_past} days past"

    @property
    def chip(self) -> str:
        return CHIPS[Answer(self.need.answer)]


@dataclass(frozen=True)
class Partner:
    """One department with who speaks for it (`vacant`: a position of it that nobody holds)."""

    department: Department
    partners: Sequence[Assignment]
    vacant: Position | None
    requests: Sequence[Request]
    is_mine: bool

    @property
    def agreed(self) -> int:
        """How many requests are agreed to or delivered."""
        return sum(r.need.answer in (Answer.AGREED, Answer.DELIVERED) for r in self.requests)

    @property
    def agrees_to_all(self) -> bool:
        return bool(self.requests) and self.agreed == len(self.requests)

    @property
    def past(self) -> int:
        return sum(bool(r.days_past) for r in self.requests)


@dataclass(frozen=True)
class Overview:
    """All departments of a district; the reader's own first."""

    partners: Sequence[Partner]

    @property
    def asked(self) -> int:
        """How many departments are asked for anything."""
        return sum(bool(p.requests) for p in self.partners)

    @property
    def agreed(self) -> int:
        """How many of those have agreed to all of it."""
        return sum(p.agrees_to_all for p in self.partners)

    @property
    def declined(self) -> list[Request]:
        return [r for p in self.partners for r in p.requests if r.need.answer == Answer.DECLINED]

    @property
    def open(self) -> int:
        return sum(r.need.answer == Answer.ASKED for p in self.partners for r in p.requests)

    @property
    def past(self) -> int:
        return sum(p.past for p in self.partners)

    @property
    def without_partner(self) -> list[Department]:
        return [p.department for p in self.partners if not p.partners]


def overview(reach: Reach, day: dt.date) -> Overview:
    """Every department with its partners and needs, in four queries."""
    needs: dict[int, list[Request]] = {}
    found = DepartmentNeed.objects.reachable(reach)
    for need in found.select_related("department", "asked_by", "answered_by"):
        needs.setdefault(need.department_id, []).append(request_of(need, day))
    positions: dict[int, list[Position]] = {}
    seats = Position.objects.reachable(reach).active(day).exclude(department=None)
    for position in seats.select_related("role"):
        positions.setdefault(position.department_id or 0, []).append(position)
    held = _holders(reach, day)
    rows = [
        _partner(department, positions.get(department.pk, []), held, needs, reach)
        for department in Department.objects.reachable(reach)
    ]
    return Overview(sorted(rows, key=lambda row: not row.is_mine))


def _holders(reach: Reach, day: dt.date) -> dict[int, Assignment]:
    """Who sits in which position of a department, by the position's primary key."""
    found = Assignment.objects.reachable(reach).in_force(day).exclude(position__department=None)
    return {a.position_id: a for a in found.select_related("holder", "position__role")}


def _partner(
    department: Department,
    positions: Sequence[Position],
    held: dict[int, Assignment],
    needs: dict[int, list[Request]],
    reach: Reach,
) -> Partner:
    partners = [held[p.pk] for p in positions if p.pk in held]
    requests = needs.get(department.pk, [])
    return Partner(
        department=department,
        partners=partners,
        vacant=next((p for p in positions if p.pk not in held), None),
        requests=sorted(requests, key=lambda r: (FIRST.index(Answer(r.need.answer)),)),
        is_mine=any(p.holder_id == reach.user.pk for p in partners),
    )


def request_of(need: DepartmentNeed, day: dt.date) -> Request:
    is_past = need.due_on < day and need.answer != Answer.DELIVERED
    return Request(need, (day - need.due_on).days if is_past else 0)


def suggestions(department: Department, reach: Reach) -> list[Duty]:
    """What the roles of a department are for, as far as it is not asked for yet."""
    roles = Position.objects.reachable(reach).filter(department=department).values("role")
    asked = DepartmentNeed.objects.reachable(reach).filter(department=department).values("text")
    duties = Duty.objects.reachable(reach).current().filter(role__in=roles)
    return list(duties.exclude(text__in=asked).order_by("role__order", "order"))


def waiting_on(reach: Reach, day: dt.date) -> list[DepartmentNeed]:
    """What the departments this person speaks for must answer, or deliver within two weeks."""
    mine = Assignment.objects.reachable(reach).in_force(day).filter(holder=reach.user)
    needs = (
        DepartmentNeed.objects.reachable(reach)
        .filter(department__in=mine.values("position__department"))
        .filter(answer__in=(Answer.ASKED, Answer.AGREED))
        .select_related("department", "asked_by")
    )
    return [n for n in needs if n.answer == Answer.ASKED or n.due_on <= day + SOON]

"""The home of a department partner: what is due from the department, and what it promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.expressions import Combinable

from roadmap.models import Commitment
from roles.access import Access
from roles.capabilities import Capability
from roles.models import DepartmentNeed, SchoolYear
from roles.waits import SOON, Wait, chip
from tutoring_admin.dashboards.waits import Waits, waits_of

NEXT, SHOWN = 3, 20
Answer = DepartmentNeed.Answer
KEPT = (Answer.AGREED, Answer.DELIVERED)
COLUMNS = ("p_due", "p_kind", "pk", "p_target", "p_text", "p_of", "p_state", "p_people", "p_time")
NOTHING = Value("", CharField())


@dataclass(frozen=True)
class Promise:
    """One thing that a department agreed to, delivered or confirmed. `target` is the department of
    a need, the decision of a commitment; `given` the people and time that were confirmed.
    """

    kind: str
    pk: int
    target: int
    text: str
    department: str
    due_on: dt.date
    state: str
    given: str
    chip: str
    label: str

    @property
    def is_kept(self) -> bool:
        return self.state == Answer.DELIVERED


@dataclass(frozen=True)
class Home:
    """`departments` by key and name. `promises`: what is still to come first, by its day; then what
    was delivered.
    """

    waits: Waits
    departments: Sequence[tuple[int, str]]
    promises: Sequence[Promise]

    @property
    def next(self) -> Sequence[Wait]:
        return self.waits.asked[:NEXT]

    @property
    def rest(self) -> Sequence[Wait]:
        return self.waits.asked[NEXT:]

    @property
    def open(self) -> Sequence[Promise]:
        return [each for each in self.promises if not each.is_kept]

    @property
    def past(self) -> int:
        return sum(each.chip == "late" for each in self.promises)


def home(access: Access, year: SchoolYear | None, today: dt.date) -> Home:
    """Three queries."""
    waits = waits_of(access, today)
    own = {seat.department_id: seat.department or "" for seat in waits.held if seat.department_id}
    return Home(waits, tuple(own.items()), _promises(access, list(own), today) if own else ())


def _promises(access: Access, departments: Sequence[int], today: dt.date) -> tuple[Promise, ...]:
    needs = DepartmentNeed.objects.reachable(access.reach(Capability.DEPARTMENT_WORK))
    given = Commitment.objects.reachable(access.reach(Capability.DECISION_VIEW))
    confirmed = given.filter(state=Commitment.State.CONFIRMED)
    parts = [
        _part("need", needs.filter(answer__in=KEPT, department__in=departments),
              due="due_on", target="department", text="text", state="answer"),
        _part("commitment", confirmed.filter(department__in=departments),
              due="request__due_on", target="request", text="request__question", state="state",
              people=F("people"), time=F("time")),
    ]  # fmt: skip
    rows = parts[0].union(*parts[1:], all=True)
    found = [_promise(row, today) for row in rows]
    found.sort(key=lambda each: (each.is_kept, each.due_on, each.kind, each.pk))
    return tuple(found)


def _part(
    kind: str,
    rows: QuerySet,
    *,
    due: str,
    target: str,
    text: str,
    state: str,
    people: Combinable = NOTHING,
    time: Combinable = NOTHING,
) -> QuerySet:
    shaped = rows.order_by().annotate(
        p_due=F(due),
        p_kind=Value(kind, CharField()),
        p_target=F(target),
        p_text=F(text),
        p_of=F("department__name"),
        p_state=F(state),
        p_people=people,
        p_time=time,
    )
    found: QuerySet = shaped.order_by("-p_due", "pk").values_list(*COLUMNS)[:SHOWN]
    return found


def _promise(row: tuple[Any, ...], today: dt.date) -> Promise:
    due_on, kind, pk, target, text, department, state, *given = row
    if state == Answer.DELIVERED:
        shape, label = "done", "Delivered"
    elif kind == "need" and due_on <= today + SOON:
        shape, label = chip((due_on - today).days)
    else:
        shape, label = "approved", "Agreed" if kind == "need" else "Confirmed"
    return Promise(
        kind, pk, target, text, department, due_on, state,
        given=", ".join(each for each in given if each), chip=shape, label=label,
    )  # fmt: skip

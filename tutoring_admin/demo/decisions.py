"""The demo's decisions: money, time, data and contracts, in every state, with what was said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from roadmap.models import (
    Commitment,
    DecisionOption,
    DecisionRequest,
    DecisionState,
    DecisionTurn,
)
from roles.models import Department, User
from roles.schooltime import next_school_day
from roles.services import audit
from tutoring_admin.demo.decision_cases import CEDAR, MAPLE, Case, Given, Kind, Part, Said
from tutoring_admin.demo.world import ONE_DAY, World

State = DecisionState

STATE_OF = {Kind.ASKED: State.WAITING, Kind.REPLIED: State.WAITING, Kind.CHANGED: State.WAITING}


def build(world: World) -> None:
    """After departments, before meetings: open decisions stand on the agendas of who decides."""
    for case in CEDAR if world.district.slug == "cedar-falls" else MAPLE:
        _decision(world, case)


def _decision(world: World, case: Case) -> None:
    last = case.said[-1] if case.said else Said(Kind.ASKED, case.asked, "", case.asker)
    request = DecisionRequest.objects.create(
        district=world.district,
        school_year=world.year,
        question=case.question,
        background=case.background,
        cost=case.cost,
        due_on=_due(world, case.due),
        decider=world.at("EXEC_CHAMPION"),
        asked_by=world.holder(case.asker),
        asked_at=_at(world, case.asked),
        state=STATE_OF.get(Kind(last.kind), last.kind),
        **_answered(world, last),
    )
    options = DecisionOption.objects.bulk_create(
        DecisionOption(
            district=world.district, request=request, text=text, cost=cost, order=n,
            is_advised=n == case.advised,
        )
        for n, (text, cost) in enumerate(case.options)
    )  # fmt: skip
    if case.chosen is not None:
        request.chosen = options[case.chosen]
        request.save(update_fields=["chosen"])
    for said in (Said(Kind.ASKED, case.asked, "", case.asker), *case.said):
        _turn(world, request, said)
    for part in case.parts:
        _commit(world, request, part)


def _answered(world: World, last: Said) -> dict[str, Any]:
    if last.kind not in (Kind.APPROVED, Kind.DECLINED):
        return {}
    by, at = world.holder(last.role), _at(world, last.days, hour=16)
    return {"answer": last.words, "answered_by": by, "answered_at": at}


def _turn(world: World, request: DecisionRequest, said: Said) -> None:
    who, at = world.holder(said.role), _at(world, said.days, hour=9 + (said.kind != Kind.ASKED) * 7)
    DecisionTurn.objects.create(
        district=world.district, request=request, kind=said.kind, words=said.words, by=who, at=at
    )
    detail = {
        "question": request.question,
        "decider": str(request.decider),
        "due": str(request.due_on),
        "option": str(request.chosen or ""),
        "reason": said.words,
    }
    _told(world, who, f"decision.{said.kind}", request, at, detail)


def _commit(world: World, request: DecisionRequest, part: Part) -> None:
    department = Department.objects.get(district=world.district, key=part.role.lower())
    answered: dict[str, Any] = {}
    if part.state != Given.WAITING:
        who, at = world.holder(part.role), _at(world, part.days)
        answered = {"answered_by": who, "answered_at": at, "note": part.note}
    row = Commitment.objects.create(
        district=world.district, request=request, department=department, people=part.people,
        time=part.time, state=part.state, **answered,
    )  # fmt: skip
    if answered:
        detail = {
            "department": str(department), "question": request.question, "reason": part.note,
        }  # fmt: skip
        _told(world, who, f"commitment.{part.state}", row, at, detail)


def _told(
    world: World, who: User, verb: str, row: Any, at: dt.datetime, detail: dict[str, str]
) -> None:
    with audit.told_of(at):
        audit.record_for(world.district, who, verb, row, **detail)


def _due(world: World, days: int) -> dt.date:
    due = world.today + days * ONE_DAY
    closed = [(closure.first_day, closure.last_day) for closure in world.closures]
    return next_school_day(due, closed) if days > 0 else _weekday(due)


def _at(world: World, days_ago: int, hour: int = 9) -> dt.datetime:
    """A quarter past an hour of a day, in the district."""
    clock = dt.time(hour, 15, tzinfo=world.district.zone)
    return dt.datetime.combine(_weekday(world.today - days_ago * ONE_DAY), clock)


def _weekday(day: dt.date) -> dt.date:
    """The day, or the Friday before a weekend."""
    return day - max(0, day.weekday() - 4) * ONE_DAY

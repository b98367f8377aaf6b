"""What a decision asks, as one value: checked, compared with what stands, and written down."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from roadmap.models import Commitment, DecisionOption, DecisionRequest
from roles.access import Reach
from roles.capabilities import CATALOGUE, Capability
from roles.models import Assignment, Department, Level, Membership, Position, User
from roles.services.refusal import Refused


@dataclass(frozen=True)
class Way:
    """One option to choose from."""

    text: str
    cost: str = ""
    is_advised: bool = False


@dataclass(frozen=True)
class Share:
    """What one department would give: people, time, or both, in words."""

    department: Department
    people: str = ""
    time: str = ""


@dataclass(frozen=True)
class Question:
    """Everything that a request says. `decider` is a position, never a person."""

    question: str
    decider: Position
    due_on: dt.date
    ways: tuple[Way, ...]
    background: str = ""
    cost: str = ""
    shares: tuple[Share, ...] = ()

    def columns(self) -> dict[str, Any]:
        """What of it stands in the row of the request itself."""
        names = ("question", "background", "cost", "due_on", "decider")
        return {name: getattr(self, name) for name in names}


NAMES = {
    "question": "question",
    "background": "what speaks for it",
    "cost": "cost",
    "due_on": "day",
    "decider": "who decides",
}


def deciders(reach: Reach) -> QuerySet[Position]:
    """Positions that can be asked: executive ones, and those held by who may answer decisions; not
    those that the reader holds.
    """
    today = reach.district.today()
    able = [key for key, level in CATALOGUE.items() if Capability.DECISION_ANSWER in level.grants]
    people = Membership.objects.filter(district=reach.district, level__in=able).values("user")
    held = Assignment.objects.filter(district=reach.district).in_force(today)
    able_seats = held.filter(holder__in=people).values("position")
    fit = Q(role__level=Level.EXECUTIVE) | Q(pk__in=able_seats)
    mine = held.filter(holder=reach.user).values("position")
    seats = Position.objects.reachable(reach).active(today)
    found: QuerySet[Position] = seats.filter(fit, school=None).exclude(pk__in=mine)
    return found


def usual_decider(reach: Reach) -> int | None:
    """The executive champion's position (primary key), if it can be asked."""
    champions = deciders(reach).filter(role__key="EXEC_CHAMPION")
    found: int | None = champions.values_list("pk", flat=True).first()
    return found


def check(question: Question, asker: User, today: dt.date) -> None:
    """Raises Refused where it asks nothing that can be decided."""
    if not question.question:
        raise Refused("Say what is to be decided.")
    if len(question.ways) < 2:
        raise Refused("Offer at least two options. Leaving things as they are may be one.")
    if len({way.text.casefold() for way in question.ways}) < len(question.ways):
        raise Refused("Two options say the same.")
    if sum(way.is_advised for way in question.ways) > 1:
        raise Refused("Advise one option at most.")
    if len({share.department.pk for share in question.shares}) < len(question.shares):
        raise Refused("A department is named twice.")
    if any(not (share.people or share.time) for share in question.shares):
        raise Refused("Say for each department which people or how much time.")
    held = Assignment.objects.filter(position=question.decider).in_force(today)
    if held.filter(holder=asker).exists():
        raise Refused("Who asks cannot decide. Choose a position that somebody else holds.")


def same_as(request: DecisionRequest, question: Question) -> list[str]:
    """The names of what would change, in plain words; empty if nothing would."""
    changed = [
        NAMES[name] for name, value in question.columns().items() if getattr(request, name) != value
    ]
    ways = tuple(Way(o.text, o.cost, o.is_advised) for o in request.options.all())
    if ways != question.ways:
        changed.append("options")
    rows = {(c.department_id, c.people, c.time) for c in request.commitments.all()}
    if rows != {(s.department.pk, s.people, s.time) for s in question.shares}:
        changed.append("departments")
    return changed


def write_parts(request: DecisionRequest, question: Question) -> None:
    """Options and departments as the question says; nobody has answered any of them yet."""
    _write_ways(request, question.ways)
    request.commitments.all().delete()
    Commitment.objects.bulk_create(
        Commitment(
            district_id=request.district_id, request=request, department=share.department,
            people=share.people, time=share.time,
        )
        for share in question.shares
    )  # fmt: skip


def _write_ways(request: DecisionRequest, ways: tuple[Way, ...]) -> None:
    """An option whose words stay is the same row still, for those who picked it on their page."""
    there = {option.text: option for option in request.options.all()}
    request.options.update(is_advised=False)
    for n, way in enumerate(ways, 1):
        option = there.pop(way.text, None) or DecisionOption(
            district_id=request.district_id, request=request, text=way.text
        )
        option.cost, option.is_advised, option.order = way.cost, way.is_advised, n
        option.save()
    request.options.filter(pk__in=[option.pk for option in there.values()]).delete()

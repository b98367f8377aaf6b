"""One decision as its page tells it: what is asked, who said what, and who may do what now.

The request was fetched through a reach; everything here hangs on it. A constant number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from roadmap.models import (
    Commitment,
    DecisionOption,
    DecisionRequest,
    DecisionState,
    DecisionTurn,
)
from roles.models import Assignment, User

Kind = DecisionTurn.Kind
ANSWERS = (Kind.APPROVED, Kind.DECLINED)
CHIPS = {
    DecisionState.WAITING: "open",
    DecisionState.ASKED_BACK: "partly",
    DecisionState.APPROVED: "approved",
    DecisionState.DECLINED: "blocked",
    DecisionState.WITHDRAWN: "ended",
}
COMMITTED = {
    Commitment.State.WAITING: "plain",
    Commitment.State.CONFIRMED: "approved",
    Commitment.State.DECLINED: "needs-support",
}
DID = {
    Kind.ASKED: "asked",
    Kind.CHANGED: "changed what is asked",
    Kind.ASKED_BACK: "asked back",
    Kind.REPLIED: "replied",
    Kind.APPROVED: "approved it",
    Kind.DECLINED: "declined it",
    Kind.WITHDRAWN: "withdrew it",
}


@dataclass(frozen=True)
class Promise:
    """What one department is to give. `partners` speak for it today; `is_mine`: the reader does."""

    row: Commitment
    partners: Sequence[User]
    is_mine: bool

    @property
    def chip(self) -> str:
        return COMMITTED[Commitment.State(self.row.state)]

    @property
    def waits(self) -> bool:
        return self.row.state == Commitment.State.WAITING

    @property
    def gives(self) -> str:
        return "; ".join(filter(None, (self.row.people, self.row.time)))


@dataclass(frozen=True)
class Story:
    """A whole request. `seen` names the newest turn: what acts on the page are built on."""

    request: DecisionRequest
    options: Sequence[DecisionOption]
    turns: Sequence[DecisionTurn]
    promises: Sequence[Promise]
    deciders: Sequence[User]
    reader: User

    @property
    def seen(self) -> str:
        return str(self.turns[-1].pk) if self.turns else "0"

    @property
    def chip(self) -> str:
        return CHIPS[DecisionState(self.request.state)]

    @property
    def may_answer(self) -> bool:
        """Whoever holds the deciding position today, unless they asked themselves."""
        held = any(user.pk == self.reader.pk for user in self.deciders)
        return self.request.is_open and held and not self.is_asker

    @property
    def is_asker(self) -> bool:
        return bool(self.request.asked_by_id == self.reader.pk)

    @property
    def waits_on_reader(self) -> bool:
        if self.request.state == DecisionState.WAITING:
            return self.may_answer
        return self.request.state == DecisionState.ASKED_BACK and self.is_asker

    @property
    def decider_words(self) -> str:
        return " and ".join(str(user) for user in self.deciders) or "vacant"

    @property
    def last_question(self) -> DecisionTurn | None:
        """What the decider asked back, while it waits for a reply."""
        backs = [turn for turn in self.turns if turn.kind == Kind.ASKED_BACK]
        return backs[-1] if backs and self.request.state == DecisionState.ASKED_BACK else None


def story_of(request: DecisionRequest, reader: User, today: dt.date) -> Story:
    """Five queries: options, turns, commitments, their partners, the decider's holders."""
    held = Assignment.objects.filter(district=request.district_id).in_force(today)
    deciders = held.filter(position=request.decider_id).select_related("holder")
    return Story(
        request=request,
        options=list(request.options.all()),
        turns=list(request.turns.select_related("by")),
        promises=promises_of(request, reader, today),
        deciders=[assignment.holder for assignment in deciders],
        reader=reader,
    )


def promises_of(request: DecisionRequest, reader: User, today: dt.date) -> list[Promise]:
    """What each department is to give, with who speaks for it. Two queries."""
    rows = list(request.commitments.select_related("department", "answered_by"))
    held = Assignment.objects.filter(district=request.district_id).in_force(today)
    seats = held.filter(position__department__in=[row.department_id for row in rows])
    partners: dict[int, list[User]] = {}
    for assignment in seats.select_related("holder", "position"):
        here = partners.setdefault(assignment.position.department_id or 0, [])
        if assignment.holder not in here:
            here.append(assignment.holder)
    return [
        Promise(row, found, any(user.pk == reader.pk for user in found))
        for row in rows
        for found in [partners.get(row.department_id, [])]
    ]


def happened(turns: Sequence[DecisionTurn], zone: ZoneInfo) -> str:
    """What others did meanwhile, as sentences: "Ellen Vargas approved it at 10:42 AM." """
    return " ".join(_sentence(turn, zone) for turn in turns)


def _sentence(turn: DecisionTurn, zone: ZoneInfo) -> str:
    at = date_format(turn.at.astimezone(zone), "g:i A")
    words = f": “{turn.words}”" if turn.words else "."
    return f"{turn.by} {DID[Kind(turn.kind)]} at {at}{words}"

"""Decisions as sources of notices: what waits for the decider, and who hears what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format

from roadmap.models import Commitment, DecisionRequest, DecisionState, DecisionTurn
from roadmap.models.decisions import ANSWERED
from roles.ladder import Step
from roles.models import Assignment, District, User
from roles.notices import Due, Line, Mine, News, number
from roles.services import notices

STEPS = (Step(-2), Step(1))
"""Before its day, and once after it: the decider alone hears, nothing climbs over their head."""
DECIDES = "you are asked to decide it"
FIELDS = ("pk", "question", "due_on", "decider", "asked_by__first_name", "asked_by__last_name")


class Decisions:
    """What waits for the holder of a position to decide."""

    kind = "decision"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Those needed in these days, where somebody holds the position who can answer. One
        query.
        """
        found = self._waiting(district).filter(due_on__range=(first, last))
        if mine is not None:
            found = found.filter(decider__in=mine.positions)
        for row in found.order_by("due_on", "pk").values(*FIELDS):
            yield Due(subject=f"{self.kind}:{row['pk']}", steps=STEPS, **_line(district, row))

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that still wait for their decider. One query."""
        found = self._waiting(district).filter(pk__in=[number(each) for each in subjects])
        return {
            f"{self.kind}:{row['pk']}": Line(why=DECIDES, **_line(district, row))
            for row in found.values(*FIELDS)
        }

    def _waiting(self, district: District) -> Any:
        """Open ones whose position is held, by somebody other than who asked."""
        day = district.today()
        ends = Q(decider__assignments__ends_on=None) | Q(decider__assignments__ends_on__gte=day)
        held = ends & Q(decider__assignments__starts_on__lte=day)
        can = held & ~Q(decider__assignments__holder=F("asked_by"))
        found = DecisionRequest.objects.filter(district=district, state=DecisionState.WAITING)
        return found.filter(can)


def _line(district: District, row: dict[str, Any]) -> dict[str, Any]:
    name = f"{row['asked_by__first_name']} {row['asked_by__last_name']}".strip()
    kwargs = {"district": district.slug, "pk": row["pk"]}
    return {
        "verb": "Decide",
        "title": row["question"],
        "path": reverse("roadmap:decision-answer", kwargs=kwargs),
        "due_on": row["due_on"],
        "position_id": row["decider"],
        "words": f"{name} asks you.",
    }


class DecisionNews(News):
    """Said to who asked: it is answered, or the decider asks back."""

    kind = "decision_news"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that are answered or asked back. One query."""
        found = DecisionRequest.objects.filter(
            district=district,
            pk__in=[number(each) for each in subjects],
            state__in=(*ANSWERED, DecisionState.ASKED_BACK),
        )
        rows = found.select_related("answered_by", "chosen")
        return {f"{self.kind}:{row.pk}": _news(district, row) for row in rows}


def _news(district: District, request: DecisionRequest) -> Line:
    kwargs = {"district": district.slug, "pk": request.pk}
    if request.state == DecisionState.ASKED_BACK:
        verb, words = "Reply", "The decider needs to know more first."
    else:
        verb, words = request.get_state_display(), answered_words(request, district)
    return Line(
        verb=verb,
        title=request.question,
        path=reverse("roadmap:decision", kwargs=kwargs),
        words=words,
        why="you asked for this decision",
    )


def decision_subject(request_pk: int) -> str:
    """A decision as what an item of an agenda is about."""
    return f"decision:{request_pk}"


def answered_words(request: DecisionRequest, district: District) -> str:
    """ "Approved by Ellen Vargas, Nov 5: a coach for 0.4 of a position", for notes and letters."""
    if request.answered_at is None:
        return str(request.get_state_display())
    day = date_format(request.answered_at.astimezone(district.zone), "M j")
    chosen = f": {request.chosen}" if request.chosen else ""
    words = f" “{request.answer}”" if request.answer else ""
    said = f"{request.get_state_display()} by {request.answered_by}, {day}{chosen}.{words}"
    return said if len(said) <= 400 else f"{said[:399]}…"


class Commitments(News):
    """Asked of a department's partners once a decision is approved."""

    kind = "commitment"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that are not answered. One query."""
        waiting = _commitments(district, subjects).waiting()
        return {f"{self.kind}:{row.pk}": _asked(district, row) for row in waiting}


class CommitmentNews(News):
    """Said to who asked for the decision: a department confirmed or declined."""

    kind = "commitment_news"

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that are answered. One query."""
        found = _commitments(district, subjects).exclude(state=Commitment.State.WAITING)
        return {f"{self.kind}:{row.pk}": _said(district, row) for row in found}


def _commitments(district: District, subjects: Collection[str]) -> Any:
    pks = [number(subject) for subject in subjects]
    found = Commitment.objects.filter(district=district, pk__in=pks)
    return found.select_related("department", "request")


def _asked(district: District, row: Commitment) -> Line:
    gives = "; ".join(filter(None, (row.people, row.time)))
    return Line(
        verb="Confirm",
        title=f"{row.department}: {row.request.question}",
        path=reverse("roadmap:commitment-answer", kwargs={"district": district.slug, "pk": row.pk}),
        words=f"The decision is approved. Asked of {row.department}: {gives}.",
        why=f"you speak for {row.department}",
    )


def _said(district: District, row: Commitment) -> Line:
    kwargs = {"district": district.slug, "pk": row.request_id}
    return Line(
        verb=row.get_state_display(),
        title=f"{row.department}: {row.request.question}",
        path=reverse("roadmap:decision", kwargs=kwargs),
        words=f"“{row.note}”" if row.note else "",
        why="you asked for this decision",
    )


def tell_decider(request: DecisionRequest, turn: DecisionTurn) -> None:
    """Whoever holds the deciding position today hears that it waits; nobody where it is vacant."""
    district, kind = request.district, Decisions.kind
    held = Assignment.objects.filter(position=request.decider_id).in_force(district.today())
    for assignment in held.exclude(holder=turn.by_id).select_related("holder"):
        notices.tell(
            district, assignment.holder, kind, f"{kind}:{request.pk}", again=str(turn.pk),
            position_id=request.decider_id, due_on=request.due_on,
        )  # fmt: skip


def tell_asker(request: DecisionRequest, turn: DecisionTurn) -> None:
    kind = DecisionNews.kind
    if request.asked_by_id != turn.by_id:
        subject = f"{kind}:{request.pk}"
        notices.tell(request.district, request.asked_by, kind, subject, again=str(turn.pk))


def tell_departments(request: DecisionRequest, today: dt.date) -> None:
    """Each partner of each department that an approved decision concerns."""
    for row in request.commitments.select_related("department"):
        held = Assignment.objects.filter(position__department=row.department_id).in_force(today)
        partners: dict[int, User] = {a.holder_id: a.holder for a in held.select_related("holder")}
        for partner in partners.values():
            kind = Commitments.kind
            notices.tell(request.district, partner, kind, f"{kind}:{row.pk}")


def tell_asker_of(row: Commitment, said_by: User) -> None:
    """Who asked for the decision hears what a department said; its partners are asked no more."""
    district, kind = row.district, CommitmentNews.kind
    notices.withdraw(district, f"{Commitments.kind}:{row.pk}", f"{kind}:{row.pk}")
    if row.request.asked_by_id != said_by.pk and row.answered_at:
        stamp = row.answered_at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S%f")
        notices.tell(district, row.request.asked_by, kind, f"{kind}:{row.pk}", again=stamp)


def take_back(request: DecisionRequest) -> None:
    """Withdraw what waits to be said about a request: it stands otherwise now."""
    subjects = (f"{kind}:{request.pk}" for kind in (Decisions.kind, DecisionNews.kind))
    notices.withdraw(request.district, *subjects)

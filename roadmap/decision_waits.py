"""What of decisions waits on a person: to decide, to say more, to confirm for a department."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from roadmap.decision_reports import waiting_for
from roadmap.models import Commitment, DecisionRequest, DecisionState
from roles.capabilities import Capability
from roles.own_waits import departments_of
from roles.waits import Row, Wait, Who, chip, name_of, short, told


class ToDecide:
    """Decisions asked of a position that this person holds."""

    kind = "decide"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.DECISION_ANSWER)
        if not reach:
            return None
        found = waiting_for(reach, who.today)
        return told(found, due_on="due_on", question="question", by=name_of("asked_by"))

    def say(self, row: Row, who: Who) -> Wait:
        return _wait(
            row,
            who,
            title=f"Decide: {row.more['question']}",
            sub=f"Asked by {row.more['by']}.",
            url=who.page("roadmap:decision-answer", row.pk),
        )


class AskedBack:
    """Questions of the decider to whoever asked for the decision."""

    kind = "asked_back"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.DECISION_ASK)
        if not reach:
            return None
        found = DecisionRequest.objects.reachable(reach).filter(
            asked_by=reach.user.pk, state=DecisionState.ASKED_BACK
        )
        return told(found, due_on="due_on", question="question")

    def say(self, row: Row, who: Who) -> Wait:
        return _wait(
            row,
            who,
            title=f"Say more: {row.more['question']}",
            sub="You were asked back before it is decided.",
            url=who.page("roadmap:decision", row.pk),
        )


class Commitments:
    """What approved decisions ask of a department that this person speaks for."""

    kind = "commitment"

    def rows(self, who: Who) -> QuerySet | None:
        reach = who.access.reach(Capability.DECISION_VIEW)
        if not reach or not who.access.reach(Capability.DEPARTMENT_WORK):
            return None
        found = Commitment.objects.reachable(reach).waiting()
        return told(
            found.filter(department__in=departments_of(who)),
            due_on="request__due_on",
            department="department__name",
            question="request__question",
            people="people",
            time="time",
        )

    def say(self, row: Row, who: Who) -> Wait:
        asked = ", ".join(each for each in (row.more["people"], row.more["time"]) if each)
        return _wait(
            row,
            who,
            title=f"{row.more['department']} is to confirm: {asked or 'people and time'}",
            sub=f"For the decision: {row.more['question']}",
            url=who.page("roadmap:commitment-answer", row.pk),
        )


SOURCES = (ToDecide(), AskedBack(), Commitments())


def _wait(row: Row, who: Who, *, title: str, sub: str, url: str) -> Wait:
    due_on: Any = row.due_on
    kind, label = chip((due_on - who.today).days)
    return Wait(
        kind=row.kind,
        pk=row.pk,
        title=title,
        sub=sub,
        url=url,
        chip=kind,
        label=label,
        when=f"by {short(due_on)}",
        due_on=due_on,
        minutes=3,
        more=row.more,
    )

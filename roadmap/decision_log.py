"""The log of decisions: what it shows for which filters, and its rows as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, F, Prefetch, Q, When

from roadmap.models import Commitment, DecisionOption, DecisionRequest
from roadmap.models.decisions import ANSWERED, OPEN, DecisionRequestQuerySet
from roadmap.spreadsheets import Column, Value
from roles.access import Reach

RELATED = (
    "decider__role", "decider__school", "decider__department", "asked_by", "answered_by", "chosen",
    "school_year",
)  # fmt: skip
SETS = {"open": OPEN, "answered": ANSWERED}
COLUMNS = (
    Column("Question", "", 50),
    Column("What speaks for it", "", 50),
    Column("Cost", "", 24),
    Column("Needed by", "", 12),
    Column("Decider", "", 28),
    Column("State", "", 18),
    Column("Options", "", 50),
    Column("Chosen", "", 40),
    Column("Answer", "", 40),
    Column("Answered by", "", 22),
    Column("Answered on", "", 12),
    Column("Asked by", "", 22),
    Column("Asked on", "", 12),
    Column("Departments", "", 50),
    Column("School year", "", 12),
)


def logged(reach: Reach, narrowed: dict[str, Any]) -> DecisionRequestQuerySet:
    """Requests that fit the filters ("q", "state", "department", "school_year"): open ones first by
    their day, then the newest answers.
    """
    found = DecisionRequest.objects.reachable(reach)
    for word in (narrowed.get("q") or "").split():
        found = found.filter(_says(word))
    if state := narrowed.get("state"):
        found = found.filter(state__in=SETS.get(state, (state,)))
    if department := narrowed.get("department"):
        concerned = Commitment.objects.filter(department=department).values("request")
        found = found.filter(pk__in=concerned)
    if year := narrowed.get("school_year"):
        found = found.filter(school_year=year)
    rank = Case(When(state__in=OPEN, then=0), default=1)
    newest = F("answered_at").desc(nulls_last=True)
    ordered: DecisionRequestQuerySet = found.select_related(*RELATED).order_by(
        rank, newest, "due_on", "pk"
    )
    return ordered


def _says(word: str) -> Q:
    options = DecisionOption.objects.filter(text__icontains=word).values("request")
    return (
        Q(question__icontains=word)
        | Q(background__icontains=word)
        | Q(answer__icontains=word)
        | Q(cost__icontains=word)
        | Q(pk__in=options)
    )


def with_departments(found: DecisionRequestQuerySet) -> DecisionRequestQuerySet:
    """The same with what is asked of departments at hand. One query more."""
    named = Commitment.objects.select_related("department")
    whole: DecisionRequestQuerySet = found.prefetch_related(Prefetch("commitments", named))
    return whole


def rows(found: DecisionRequestQuerySet, reach: Reach) -> Iterator[list[Value]]:
    """One row of `COLUMNS` for each request."""
    zone = reach.district.zone
    for each in with_departments(found).prefetch_related("options"):
        answered = each.answered_at.astimezone(zone).date() if each.answered_at else None
        yield [
            each.question,
            each.background,
            each.cost,
            each.due_on,
            str(each.decider),
            each.get_state_display(),
            "\n".join(_way(option) for option in each.options.all()),
            str(each.chosen or ""),
            each.answer,
            str(each.answered_by or ""),
            answered,
            str(each.asked_by),
            each.asked_at.astimezone(zone).date(),
            "\n".join(_share(row) for row in each.commitments.all()),
            str(each.school_year.label),
        ]


def _way(option: Any) -> str:
    advised = "advised" if option.is_advised else ""
    beside = ", ".join(filter(None, (option.cost, advised)))
    return f"{option.text} ({beside})" if beside else str(option.text)


def _share(row: Commitment) -> str:
    gives = "; ".join(filter(None, (row.people, row.time, row.get_state_display())))
    return f"{row.department}: {gives}"

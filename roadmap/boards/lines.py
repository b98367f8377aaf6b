"""The lines of a roadmap's page, read from the database: sections with counts, then 50 lines.

A line is one milestone, or all of one title in one phase that stand at schools: two hundred schools
that each get a second room ready are one line, "37 of 200 schools".
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Expression,
    F,
    Func,
    JSONField,
    Max,
    Min,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncMonth

from roadmap.models import OPEN, Milestone, State

PER_PAGE = 50
NONE = "none"  # sorts behind 6b.1 and its like


class _Codes(Func):
    """One row for each indicator that a milestone supports; NONE if it supports none."""

    function = "jsonb_array_elements_text"
    set_returning = True
    output_field = TextField()


# numbers are sorted out sooner than words
_TITLE = Func(
    "title", Cast("phase", BigIntegerField()), function="hashtextextended",
    output_field=BigIntegerField(),
)  # fmt: skip


@dataclass(frozen=True)
class Arrangement:
    """What puts a milestone into its section, and the order of sections. `within` keeps those of
    some sections; without it that cannot be asked before they are gathered.
    """

    section: Expression | F
    order: tuple[Any, ...]
    within: Callable[[Sequence[Any]], Q] | None = None


def end_of(month: dt.date) -> dt.date:
    """Its last day."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _of_months(months: Sequence[dt.date]) -> Q:
    found = Q(pk__in=[])
    for month in months:
        found |= Q(due_on__gte=month, due_on__lte=end_of(month))
    return found


def _of_roles(roles: Sequence[int | None]) -> Q:
    found = Q(owner__role__in=[role for role in roles if role])
    return found | Q(owner=None) if None in roles else found


BY_MONTH = Arrangement(
    TruncMonth("due_on", output_field=DateField()), ("section",), within=_of_months
)
BY_PHASE = Arrangement(
    F("phase"), ("phase__order", "phase"), within=lambda phases: Q(phase__in=phases)
)
BY_ROLE = Arrangement(
    F("owner__role"),
    (F("owner__role__order").asc(nulls_last=True), "owner__role"),
    within=_of_roles,
)
BY_CODE = Arrangement(
    _Codes(
        Case(
            When(supports=[], then=Value([NONE], output_field=JSONField())),
            default=F("supports"),
        )
    ),
    ("section",),
)


@dataclass(frozen=True)
class Tally:
    """Figures of a section, of all pages of it; what does not apply is in `aside` only."""

    section: Any
    every: int
    aside: int
    done: int
    late: int
    lines: int

    @property
    def total(self) -> int:
        return self.every - self.aside

    @property
    def is_settled(self) -> bool:
        return self.done == self.total


@dataclass(frozen=True)
class Group:
    """One milestone at several schools, or several times at one. `first` and `last`: due."""

    one: int
    phase: int
    title: str
    every: int
    schools: int
    aside: int
    done: int
    late: int
    starts: dt.date
    first: dt.date
    last: dt.date

    @property
    def total(self) -> int:
        return self.every - self.aside

    @property
    def words(self) -> str:
        """How many are done, and how many late."""
        of = "schools" if self.schools == self.every else f"at {self.schools} schools"
        if self.schools == 1:
            of = "done"
        said = f"{self.done} of {self.total} {of}"
        return f"{said}, {self.late} late" if self.late else said

    @property
    def due_words(self) -> str:
        """ "Sep 4 to Oct 30"."""
        days = dict.fromkeys((self.first, self.last))
        return " to ".join(f"{day:%b} {day.day}" for day in days)

    @property
    def late_words(self) -> str:
        return f"{self.late} late"

    @property
    def kind(self) -> str:
        if self.late:
            return "late"
        if self.done == self.total:
            return "done" if self.total else "not_applicable"
        return "in_progress" if self.done else "not_started"


@dataclass(frozen=True)
class Line:
    section: Any
    thing: Milestone | Group


def tallies(
    milestones: QuerySet[Milestone], by: Arrangement, today: dt.date, *, apart: bool
) -> list[Tally]:
    """The sections in order with their figures, in one query. `apart`: schools are not gathered."""
    line = F("pk") if apart else Case(When(school=None, then=F("pk")), default=_TITLE)
    rows = milestones.annotate(section=by.section).values("section")
    found = rows.annotate(
        every=Count("pk"),
        **_figures(today),
        lines=Count(line, distinct=True),
    ).order_by(*by.order)
    return [Tally(*row) for row in found.values_list(*Tally.__annotations__)]


def lines(
    milestones: QuerySet[Milestone],
    by: Arrangement,
    today: dt.date,
    *,
    apart: bool,
    begin: int = 0,
) -> list[Line]:
    """Fifty from the `begin`-th on, by section and then by date, in three queries."""
    found = milestones.annotate(
        section=by.section,
        each=F("pk") if apart else Case(When(school=None, then=F("pk")), default=Value(0)),
    )
    rows = list(
        found.values("section", "phase", "title", "each")
        .annotate(
            one=Min("pk"),
            every=Count("pk"),
            schools=Count("school", distinct=True),
            starts=Min("starts_on"),
            first=Min("due_on"),
            last=Max("due_on"),
            **_figures(today),
        )
        .order_by(*by.order, "last", "one")[begin : begin + PER_PAGE]
    )
    alone = Milestone.objects.filter(pk__in=[row["one"] for row in rows if row["every"] == 1])
    known = {milestone.pk: milestone for milestone in alone.with_owner(today)}
    return [Line(row["section"], _thing(row, known)) for row in rows]


def _thing(row: Mapping[str, Any], known: Mapping[int, Milestone]) -> Milestone | Group:
    if row["every"] == 1:
        return known[row["one"]]
    return Group(**{name: row[name] for name in Group.__annotations__})


def _figures(today: dt.date) -> dict[str, Count]:
    return {
        "aside": Count("pk", filter=Q(state=State.NOT_APPLICABLE)),
        "done": Count("pk", filter=Q(state=State.DONE)),
        "late": Count("pk", filter=Q(state__in=OPEN, due_on__lt=today)),
    }

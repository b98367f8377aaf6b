"""What waits on one person, of any app: the registry behind every home.

An app registers a source for each kind of thing in its `AppConfig.ready`. A source says which rows
these are, as a queryset of the columns that `told` makes, and puts a row into words. All sources
together are one question to the database (`roles.prepared`): its querysets are built once, with
stand-ins for who asks and when, and never look at a clock themselves.

    class Needs:
        kind = "need"

        def rows(self, who): ...   # a queryset, or None where this person is never asked
        def say(self, row, who): ...

    waits.register(Needs())
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.db.models import (
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    QuerySet,
    Value,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject, NullIf, Trim
from django.urls import reverse
from django.utils.formats import date_format

from roles.access import Access
from roles.models import Level
from roles.schooltime import Span
from roles.services.calendar import closures_of

MOST = 20  # rows of one kind; `Row.many` says how many there are
SOON = dt.timedelta(days=14)
NO_DAY = Cast(Value(None), DateField())
NO_MOMENT = Cast(Value(None), DateTimeField())
COLUMNS = ("wait_pk", "wait_due", "wait_at", "wait_many", "wait_more")


@dataclass(frozen=True)
class Who:
    """On whom it waits. `positions` are those that this person holds, or answers for while they
    are vacant; `near` those of them within reach: to be used as `owner__in=who.positions`.

    `server_day` is the date of the server, by which acknowledgements lapse.
    """

    access: Access
    today: dt.date
    server_day: dt.date
    positions: Any
    near: Any

    def page(self, view_name: str, pk: int) -> str:
        return reverse(view_name, kwargs={"district": self.access.district.slug, "pk": pk})

    @cached_property
    def closures(self) -> Sequence[Span]:
        """The district's, for what is counted in school days. One query, if it is asked at all."""
        return closures_of(self.access.district)

    def day(self, moment: dt.datetime) -> dt.date:
        """The district's day of a moment."""
        return moment.astimezone(self.access.district.zone).date()


@dataclass(frozen=True)
class Row:
    """One thing as the database tells it; `more` is what its source put into the row."""

    kind: str
    pk: int
    due_on: dt.date | None
    at: dt.datetime | None
    many: int
    more: dict[str, Any]


@dataclass(frozen=True)
class Wait:
    """One thing as a home shows it. `chip` and `label` go to the status tag, `when` says the day.

    `minutes` is how long it takes, None where nobody can tell. What only is shown and asks nothing
    of this person is not `counted`.
    """

    kind: str
    pk: int
    title: str
    sub: str
    url: str
    chip: str
    label: str
    when: str = ""
    due_on: dt.date | None = None
    minutes: int | None = None
    counted: bool = True
    more: dict[str, Any] = field(default_factory=dict, compare=False)


class Source(Protocol):
    """An app's answer about one kind of thing."""

    kind: str
    """At most 20 letters; stable."""

    def rows(self, who: Who) -> QuerySet | None:
        """Those that wait, see `told`; None if this access never has any."""
        ...

    def say(self, row: Row, who: Who) -> Wait | None:
        """The row in words; None if it turns out to wait no more."""
        ...


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Add an app's sources; called once, when apps are ready."""
    _sources.update({source.kind: source for source in sources})


def sources() -> dict[str, Source]:
    """By kind."""
    return dict(_sources)


def told(
    found: QuerySet,
    *,
    due_on: str | Combinable | None = None,
    at: str | Combinable | None = None,
    pk: str = "pk",
    **more: Any,
) -> QuerySet:
    """The columns of a source, the earliest first: what is due, or what waits since then. `more`
    are fields or expressions by the name under which `Row.more` has them.
    """
    day = NO_DAY if due_on is None else F(due_on) if isinstance(due_on, str) else due_on
    since = NO_MOMENT if at is None else F(at) if isinstance(at, str) else at
    columns = found.order_by().annotate(
        wait_pk=F(pk),
        wait_due=day,
        wait_at=since,
        wait_many=Window(Count("*")),
        wait_more=JSONObject(**more),
    )
    ordered = columns.order_by("wait_due", "wait_at", "wait_pk")
    rows: QuerySet = ordered.values_list(*COLUMNS)[:MOST]
    return rows


def name_of(path: str) -> Combinable:
    """A person as `str(user)` names them, for `told`."""
    both = Concat(f"{path}__first_name", Value(" "), f"{path}__last_name")
    name = NullIf(Trim(both), Value(""))
    return Coalesce(name, F(f"{path}__email"), output_field=CharField())


def position_of(path: str) -> dict[str, str]:
    """The fields of a position that `place_in` and `position_in` put into words, for `told`."""
    return {
        "role": f"{path}__role__title",
        "level": f"{path}__role__level",
        "school": f"{path}__school__name",
        "department": f"{path}__department__name",
    }


def place_in(more: dict[str, Any]) -> str:
    """As `Position.place`."""
    return str(more["school"] or more["department"] or "central office")


def position_in(more: dict[str, Any]) -> str:
    """As `str(position)`."""
    if more["department"] and more["level"] == Level.DEPARTMENT:
        return str(more["role"])
    return f"{more['role']}, {place_in(more)}"


def chip(days: int) -> tuple[str, str]:
    """The chip of a thing that is due in so many days."""
    if days < 0:
        return "late", f"{-days} day{'' if days == -1 else 's'} late"
    if days == 0:
        return "due-soon", "Today"
    if days == 1:
        return "due-soon", "Tomorrow"
    return ("due-soon" if days <= 7 else "upcoming"), f"In {days} days"


def short(day: dt.date) -> str:
    return date_format(day, "M j")

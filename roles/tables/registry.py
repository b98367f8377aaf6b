"""What can be had as a table: its columns, its rows as far as the reader gets, and who may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from roles.access import Access, Reach
from roles.capabilities import Capability
from roles.models import District, SchoolYear
from roles.table_files import Value
from roles.years import year_called

Rows = QuerySet[Any] | Sequence[Any]


@dataclass(frozen=True)
class Asked:
    """Who wants a table, and the filters of the page it stands on, as in its address."""

    access: Access
    given: QueryDict
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What columns and rows both need, made once."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    @property
    def district(self) -> District:
        return self.access.district

    @cached_property
    def today(self) -> dt.date:
        return self.district.today()

    @cached_property
    def year(self) -> SchoolYear | None:
        """The school year named in the address, else the one of today."""
        return year_called(self.district, self.given.get("year", ""))

    def reach(self, capability: Capability) -> Reach:
        return self.access.reach(capability)

    def number(self, name: str) -> int:
        """A primary key from the address; 0, which no row has, where there is none."""
        value = self.given.get(name, "")
        return int(value) if value.isdecimal() and len(value) <= 18 else 0


@dataclass(frozen=True)
class Column:
    """One column: what stands over it, its value of a row, and how wide it is drawn."""

    head: str
    value: Callable[[Any], Any]
    width: int = 16


@dataclass(frozen=True)
class Table:
    """One table.

    `page` is the view it stands on. `rows` are those that the reader reaches: a queryset, whose
    rows are read in portions, with what `more` makes of a portion; or a report, which is short.
    `also` are rights by which some see more in it. `needs` names what the address must say.
    """

    name: str
    title: str
    says: str
    page: str
    requires: Capability
    columns: Sequence[Column] | Callable[[Asked], Sequence[Column]]
    rows: Callable[[Asked], Rows]
    more: Callable[[Asked, list[Any]], Iterable[Any]] | None = None
    also: tuple[Capability, ...] = ()
    needs: tuple[str, ...] = ()

    def columns_for(self, asked: Asked) -> Sequence[Column]:
        return self.columns(asked) if callable(self.columns) else self.columns

    def count(self, rows: Rows) -> int:
        return rows.count() if isinstance(rows, QuerySet) else len(rows)

    def portion(self, asked: Asked, rows: Iterable[Any]) -> Iterable[Any]:
        """The rows with what else the columns want to know of them."""
        return self.more(asked, list(rows)) if self.more else rows


def cell(value: Any) -> Value:
    """What a column says, as a file holds it: moments by the wall clock, the rest as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None, second=0, microsecond=0)
    if value is None or isinstance(value, int | float | dt.date):
        return value
    return str(value)


_tables: dict[str, Table] = {}


def register(*tables: Table) -> None:
    """Offer these tables. A second one under the same name replaces the first."""
    _tables.update({table.name: table for table in tables})


def find(name: str) -> Table | None:
    return _tables.get(name)


def tables_for(access: Access) -> list[Table]:
    """All that somebody may have, in the order of registering."""
    return [table for table in _tables.values() if access.reach(table.requires)]


def all_tables() -> list[Table]:
    return list(_tables.values())

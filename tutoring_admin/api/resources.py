"""What a kind of record is to the API: where its rows come from, and how one is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from roles.access import Reach
from tutoring_admin.api.paging import Record
from tutoring_admin.api.scopes import Caller, Scope

BEFORE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # of a row that was put back without its traces


@dataclass(frozen=True)
class Reading:
    """One page being read: by whom, how far they reach, and when its records last changed."""

    caller: Caller
    reach: Reach
    changed: Mapping[int, dt.datetime]

    @property
    def today(self) -> dt.date:
        return self.reach.district.today()

    def head(self, row: Any) -> dict[str, Any]:
        """What every record begins with."""
        return {"id": row.pk, "updated_at": self.changed.get(row.pk, BEFORE)}


@dataclass(frozen=True)
class Resource:
    """One kind of record. `kind` is its name in addresses and in traces.

    `rows` gives all that the reach gets to, with what `show` needs fetched in a fixed number of
    queries. `means` is what a record of it is, in words for the reference.
    """

    kind: str
    scope: Scope
    title: str
    means: str
    record: type[Record]
    rows: Callable[[Reach], QuerySet]
    show: Callable[[Sequence[Any], Reading], list[Any]]

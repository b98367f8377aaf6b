"""What was computed from a district's records, kept for exactly as long as it is true.

The database notes every change of the records with its table (`roles.stamping`). While a value is
computed, the tables that it is read from are noted too: it is computed anew as soon as one of them
changed, on another day, and after a minute at the latest: names of people belong to no district,
so their changes are not noted. One visit of a minute computes anew all that its reach keeps.
Values are kept in this process only, and shared by all who reach the same schools: never keep in
one what is meant for one reader.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar, cast

from django.db import connection, models
from django.db.models import Count, Exists, Max, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from roles.access import Reach
from roles.models import Change

Value = TypeVar("Value")
Part = tuple[str, int | None]  # of a table; None is all of it
State = Mapping[Part, tuple[int, int]]  # its last change, and how many are on record
MOST, SECONDS = 512, 60.0
KEPT_FOR = dt.timedelta(hours=1)
# What a page has read before it asks for any value: reach, district and year come from these.
BEFOREHAND = frozenset(
    (table, None)
    for table in ("roles_district", "roles_schoolyear", "roles_closure", "roles_membership")
)
_TABLE = re.compile(r"\b(?:roles|checklists|roadmap|selfassessment)_\w+")
_UNCHANGED = (0, 0)
NO_PART = 0


@dataclass(frozen=True)
class _Kept:
    at: float
    value: Any
    state: State
    parts: frozenset[Part]

    def holds(self, since: float, state: State) -> bool:
        return self.at >= since and all(
            state.get(part, _UNCHANGED) == self.state.get(part, _UNCHANGED) for part in self.parts
        )


_values: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
_minutes: OrderedDict[tuple[Any, ...], float] = OrderedDict()
"""Since when what is kept for a reach is kept: all of it ends at once, in one visit of a minute."""
_lock = Lock()
_reading: ContextVar[set[Part] | None] = ContextVar("parts_read", default=None)
"""What the queries of the value that is being computed have read."""


@dataclass(frozen=True)
class Keep:
    """Where what is read on one day, within one reach, in one state of the records is kept."""

    key: tuple[Any, ...]
    state: State

    @classmethod
    def of(cls, reach: Reach, today: dt.date) -> Keep:
        """One query, a quick one: what changed last in each table."""
        changes = Change.objects.reachable(reach).order_by().values_list("table", "part")
        state: dict[Part, tuple[int, int]] = {}
        for table, part, last, many in changes.annotate(last=Max("pk"), many=Count("pk")):
            newest, all_of_it = state.get((table, None), _UNCHANGED)
            state[table, part] = (last, many)
            state[table, None] = (max(newest, last), all_of_it + many)
        # An acknowledgement lapses by the date of the server.
        key = (reach.district.pk, reach.schools, today, timezone.now().date())
        return cls(key, state)

    def get(self, name: str, make: Callable[[], Value]) -> Value:
        """The kept value of that name, or what `make` returns, which must not change afterwards."""
        key, now = (name, *self.key), time.monotonic()
        with _lock:
            since, kept = self._since(now), _values.get(key)
            if kept and kept.holds(since, self.state):
                _values.move_to_end(key)
                _note(kept.parts)
                return cast("Value", kept.value)
        with _noted() as read:
            value = make()
        with _lock:
            _values[key] = _Kept(now, value, self.state, BEFOREHAND | read)
            _values.move_to_end(key)
            while len(_values) > MOST:
                _values.popitem(last=False)
        return value

    def _since(self, now: float) -> float:
        """When the present minute of this reach began; at most a minute before now."""
        since = _minutes.get(self.key, -SECONDS)
        if now - since >= SECONDS:
            since = _minutes[self.key] = now
            _minutes.move_to_end(self.key)
            while len(_minutes) > MOST:
                _minutes.popitem(last=False)
        return since


def note_sql(sql: str) -> None:
    """The tables of a question whose words the database gets in another way."""
    _note(_parts_of(sql))


@contextmanager
def of_parts(model: type[models.Model]) -> Iterator[Callable[[Iterable[int]], None]]:
    """Of the model's table, which notes its changes in parts, what is asked within reads those
    parts only that the function it gives is called with: the changes of others disturb nothing.
    Without a call it is all of the table.
    """
    told: list[Part] = []
    table = model._meta.db_table

    def only(parts: Iterable[int]) -> None:
        told[:] = [(table, NO_PART), *((table, part) for part in parts)]

    with _noted(lambda read: read - {(table, None)} | set(told) if told else read):
        yield only


@contextmanager
def _noted(of_all: Callable[[set[Part]], set[Part]] = set) -> Iterator[set[Part]]:
    """The tables in all queries that are asked within. What is noted for the value around it is
    what `of_all` makes of them.
    """
    read: set[Part] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's signature
        if _reading.get() is read:  # what is asked further inside tells by itself
            read.update(_parts_of(sql))
        return execute(sql, params, many, context)

    mark = _reading.set(read)
    try:
        with connection.execute_wrapper(look):
            yield read
    finally:
        _reading.reset(mark)
        _note(of_all(read))


def _note(parts: Iterable[Part]) -> None:
    read = _reading.get()
    if read is not None:
        read.update(parts)


def _parts_of(sql: str) -> set[Part]:
    return {(table, None) for table in _TABLE.findall(sql)}


def remove_old_changes() -> int:
    """Take away notes of over an hour ago, but for the newest of each part. How many went.

    The newest stays, and so does what a transaction may still be adding to: no state of the records
    is taken for an earlier one. Runs outside the wall, for all districts.
    """
    newer = Change.objects.alias(of=Coalesce("part", 0)).filter(
        district=OuterRef("district"),
        table=OuterRef("table"),
        of=Coalesce(OuterRef("part"), 0),
        pk__gt=OuterRef("pk"),
    )
    old = Change.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    removed: int = old.filter(Exists(newer)).delete()[0]
    return removed


def forget() -> None:
    """Keep nothing: for tests and measurements."""
    with _lock:
        _values.clear()
        _minutes.clear()

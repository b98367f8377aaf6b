"""Questions to the database that are put into words once and asked often.

Where the answer is small, building a query in Python and planning it in the database cost
more than answering it. The query is built from querysets as ever, with stand-ins for what varies;
the database keeps it prepared for as long as the connection lives. Where a pool gives each
transaction another connection, it is sent in full each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError, connection
from django.db.models import QuerySet

from roles.gate import ONE_PLAN
from roles.keeping import note_sql

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""Which of them each connection has prepared."""


@dataclass(frozen=True)
class Prepared:
    """SQL and its parameters, some of them stand-ins.

    `planned_once`: one plan serves all values. The database plans anew for each of the first five
    otherwise, and for ever where it takes its own estimates of a long question too seriously.
    """

    sql: str
    params: tuple[Any, ...]
    planned_once: bool = False

    @property
    def name(self) -> str:
        return f"q{sha256(self.sql.encode()).hexdigest()[:24]}"

    def ask(self, values: Mapping[Any, Any]) -> tuple[Any, ...] | None:
        """The first row; None if there is none. `values` gives for each stand-in what takes its
        place.
        """
        return next(iter(self.ask_all(values)), None)

    def ask_all(self, values: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """All rows.

        Outside a transaction it asks straight away and once more where the connection had gone,
        instead of asking first whether it stands: that would be as much as the question itself.
        """
        if connection.in_atomic_block:
            return self._rows(values)
        connection.health_check_done = True  # type: ignore[attr-defined]  # Django's own mark
        try:
            return self._rows(values)
        except (OperationalError, InterfaceError):
            connection.close()
            return self._rows(values)

    def _rows(self, values: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        note_sql(self.sql)
        given = [values.get(param, param) for param in self.params]
        with connection.cursor() as cursor:
            if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:  # DATABASE_POOLED
                cursor.execute(self.sql, given)
                return list(cursor.fetchall())
            known = _known.setdefault(connection.connection, set())
            if self.name not in known:
                cursor.execute(f"PREPARE {self.name} AS {_numbered(self.sql)}")
                known.add(self.name)
            before = ONE_PLAN if self.planned_once else ""
            cursor.execute(f"{before}EXECUTE {self.name} ({', '.join(['%s'] * len(given))})", given)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def of_all(rows: QuerySet) -> Prepared:
    """A queryset of tuples (`values_list`)."""
    return Prepared(*rows.query.sql_with_params())


def of_one(rows: QuerySet) -> Prepared:
    """The first row of a queryset of tuples (`values_list`)."""
    return of_all(rows[:1])


def of_figures(*rows: QuerySet) -> Prepared:
    """One row made of the single figure that each queryset comes to."""
    words, params = zip(*(each.query.sql_with_params() for each in rows), strict=True)
    sql = f"SELECT {', '.join(f'({each})' for each in words)}"
    return Prepared(sql, tuple(param for each in params for param in each))


def _numbered(sql: str) -> str:
    """The same with numbered parameters, as a prepared statement has them."""
    first, *rest = sql.split("%s")
    numbered = first + "".join(f"${n}{part}" for n, part in enumerate(rest, 1))
    return numbered.replace("%%", "%")

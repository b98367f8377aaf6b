"""Questions to the database that are put into words once and asked often.

Building a query costs more than asking it, where the answer is one small row. The query is built
from querysets as ever, with stand-ins for what varies; each asking puts values in their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class Prepared:
    """SQL that answers with one row, and its parameters, some of them stand-ins."""

    sql: str
    params: tuple[Any, ...]

    def ask(self, values: Mapping[Any, Any]) -> tuple[Any, ...] | None:
        """The row; None if there is none. `values` gives for each stand-in what takes its place."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values.get(param, param) for param in self.params])
            found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def of_one(rows: QuerySet) -> Prepared:
    """The first row of a queryset of tuples (`values_list`)."""
    return Prepared(*rows[:1].query.sql_with_params())


def of_figures(*rows: QuerySet) -> Prepared:
    """One row made of the single figure that each queryset comes to."""
    words, params = zip(*(each.query.sql_with_params() for each in rows), strict=True)
    sql = f"SELECT {', '.join(f'({each})' for each in words)}"
    return Prepared(sql, tuple(param for each in params for param in each))

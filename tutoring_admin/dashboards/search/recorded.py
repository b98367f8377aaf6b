"""All kinds in one query, kept for a reader: putting it together takes longer than answering it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection

from roles.access import Access
from tutoring_admin.dashboards.search.asked import Asked
from tutoring_admin.dashboards.search.kinds import KINDS
from tutoring_admin.dashboards.search.searching import Search


@dataclass(frozen=True)
class Row:
    kind: str
    key: int
    title: str
    more: str
    day: dt.date | None
    fit: float


def rows(search: Search) -> Iterator[Row]:
    """What the records hold, the best of each kind first. One query."""
    asked, reader = search.asked, Reader.of(search.access)
    sql, blanks = _sentence(reader, search.most, search.roughly)
    given: dict[Any, Any] = {
        _WHOLE: asked.whole,
        _PARTS: asked.parts,
        _BEGINS: asked.begins,
        _ROUGH: asked.rough,
        _DAY: search.today,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(_name(blank), blank) for blank in blanks])
        for row in cursor.fetchall():
            yield Row(*row)


# The query is kept with blanks where the words and the day go.
_WHOLE, _PARTS, _BEGINS, _ROUGH = (f"\N{WHITE SQUARE}{n}" for n in range(4))
_DAY = dt.date.min


class _Blank(Asked):
    whole = _WHOLE
    parts = [_PARTS]
    begins = [_BEGINS]
    rough = [_ROUGH]


def _name(blank: Any) -> Any:
    return blank[0] if isinstance(blank, list) and len(blank) == 1 else _hashable(blank)


def _hashable(value: Any) -> Any:
    return None if isinstance(value, list) else value


@dataclass(frozen=True)
class Reader:
    """Who searches; equal for as long as they reach the same."""

    key: tuple[Any, ...]
    access: Access = field(compare=False)

    @classmethod
    def of(cls, access: Access) -> Reader:
        reaches = frozenset(access.schools.items())
        return cls((access.user.pk, access.district.pk, reaches), access)


@lru_cache(maxsize=256)
def _sentence(reader: Reader, most: int, roughly: bool) -> tuple[str, list[Any]]:  # noqa: FBT001 -- part of the key
    """The query of one reader: SQL, and its parameters with blanks."""
    search = Search(reader.access, _Blank(()), _DAY, most, roughly)
    first, *others = (kind(search) for kind in KINDS)
    sql, parameters = first.union(*others, all=True).query.sql_with_params()
    return sql, list(parameters)

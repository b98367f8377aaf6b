"""Who answers for positions that nobody holds, as rows: for letters, previews and hand-over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connection

from roles.models import Assignment
from roles.models.answering import pairs, superiors


def stand_ins(
    day: dt.date, positions: Collection[int], *, left: Collection[int] = ()
) -> dict[int, list[Assignment]]:
    """For each of these positions (primary keys) that is vacant on the day: who answers for it.

    Positions `left` are taken as vacant, to see what a leave would do. A position without a
    superior that anybody holds is missing. At most 2 queries.
    """
    if not positions:
        return {}
    return _assignments(*pairs(day, positions, left))


def supervisors(day: dt.date, positions: Collection[int]) -> dict[int, list[Assignment]]:
    """For each of these positions: who holds the one it reports to, or the next one up that anybody
    holds. At most 2 queries.
    """
    return _assignments(*superiors(day, positions)) if positions else {}


def _assignments(sql: str, params: dict[str, Any]) -> dict[int, list[Assignment]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[int, int]] = cursor.fetchall()
    related = ("holder", "position__role", "position__school", "position__department")
    keys = {assignment for _, assignment in found}
    rows = Assignment.objects.select_related(*related).in_bulk(keys) if keys else {}
    answering: dict[int, list[Assignment]] = defaultdict(list)
    for vacant, assignment in sorted(found):
        answering[vacant].append(rows[assignment])
    return dict(answering)

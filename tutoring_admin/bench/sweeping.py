"""Finding what is due among a million milestones, beside the same statement by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from roadmap.models import Milestone
from roadmap.notices import ANY_FIRST, ANY_LAST, ANYWHERE, Milestones, everybodys
from roles.models import District
from roles.notices import AHEAD
from roles.services.notices import BACK

MANY, YEARS, OPEN_ONE_IN, ROUNDS = 1_000_000, 10, 100, 15


@dataclass(frozen=True)
class Sweeping:
    """Medians of one run, the two ways by turns."""

    milestones: int
    due: int
    product_ms: float
    bare_ms: float

    @property
    def ratio(self) -> float:
        return self.product_ms / self.bare_ms

    def line(self) -> str:
        return (
            f"Sweep: {self.due} due of {self.milestones:,} milestones found in"
            f" {self.product_ms:.1f} ms, the statement alone {self.bare_ms:.1f} ms,"
            f" ratio {self.ratio:.2f}"
        )


def measure(district: District) -> Sweeping:
    """Adds the milestones, most of them of past years and settled, and takes them out again."""
    with transaction.atomic():
        _add(district)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE roadmap_milestone")
        found = _by_turns(district)
        transaction.set_rollback(True)
    return found


def _by_turns(district: District) -> Sweeping:
    today = district.today()
    days = (today - BACK, today + AHEAD)
    due = len(list(Milestones().due(district, *days)))
    asked = everybodys()
    values = {ANYWHERE: district.pk, ANY_FIRST: days[0], ANY_LAST: days[1]}
    params = [values.get(param, param) for param in asked.params]
    product, bare = [], []
    for _ in range(ROUNDS):
        product.append(_ms(lambda: list(Milestones().due(district, *days))))
        bare.append(_ms(lambda: _run(asked.sql, params)))
    return Sweeping(MANY, due, median(product), median(bare))


def _run(sql: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.cursor.execute(sql, params)
        cursor.fetchall()


def _ms(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return (perf_counter() - began) * 1000


def _add(district: District) -> None:
    """Copies of one milestone, one in a hundred of them open, over ten years around today."""
    fields = [str(f.column) for f in Milestone._meta.local_concrete_fields if not f.primary_key]
    day = district.today() - dt.timedelta(days=365 * YEARS // 2)
    is_open = f"mod(n, {OPEN_ONE_IN}) = 0"
    other = {
        "key": "''",
        "state": f"CASE WHEN {is_open} THEN 'in_progress' ELSE 'not_applicable' END",
        "reason": f"CASE WHEN {is_open} THEN '' ELSE 'Of an earlier year' END",
        "starts_on": f"DATE '{day}' + mod(n / {OPEN_ONE_IN}, {365 * YEARS}) - 7",
        "due_on": f"DATE '{day}' + mod(n / {OPEN_ONE_IN}, {365 * YEARS})",
        **dict.fromkeys(("anchor_id", "start_offset", "due_offset"), "NULL"),
        **dict.fromkeys(("done_on", "done_at", "done_by_id"), "NULL"),
        **dict.fromkeys(("proof_text", "proof_link", "proof_file"), "''"),
    }
    chosen = ", ".join(other.get(column, f"m.{column}") for column in fields)
    statement = (
        f"INSERT INTO roadmap_milestone ({', '.join(fields)}) SELECT {chosen}"  # noqa: S608 -- our own columns
        " FROM (SELECT * FROM roadmap_milestone WHERE district_id = %s LIMIT 1) m,"
        " generate_series(1, %s) n"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [district.pk, MANY])

"""The data inventory as a table to take along, for a schedule of data."""

from __future__ import annotations

from roles.capabilities import Capability
from roles.tables.registry import Asked, Column, Rows, Table
from tutoring_admin.systems.privacy.inventory import Held, held
from tutoring_admin.systems.privacy.rules import days_of, span


def _rows(asked: Asked) -> Rows:
    return [(area, row) for area, rows in held().items() for row in rows]


def _columns(asked: Asked) -> list[Column]:
    days = days_of(asked.district.pk)

    def kept(row: Held) -> str:
        return span(days[row.use.rule]) if row.use.rule else row.use.kept

    return [
        Column("Area", lambda pair: pair[0], 30),
        Column("Record", lambda pair: pair[1].record, 28),
        Column("What", lambda pair: pair[1].fields, 50),
        Column("Why", lambda pair: pair[1].use.why, 50),
        Column("Who sees it", lambda pair: pair[1].use.seen_by, 34),
        Column("How long", lambda pair: kept(pair[1]), 40),
    ]


HELD = Table(
    "data-held",
    "What is held about people",
    "One kind of record, and what of it is about a person.",
    "systems:privacy",
    Capability.HOME_VIEW,
    _columns,
    _rows,
)

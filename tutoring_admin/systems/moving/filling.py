"""Adds rows that came in as texts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from tutoring_admin.systems.moving.catalogue import Column, Table
from tutoring_admin.systems.moving.values import quote, type_of


def insert(
    table: Table,
    columns: Iterable[Column],
    rows: list[dict[str, str | None]],
    district: int | None = None,
) -> None:
    """Add rows; the database itself makes its values of the texts."""
    every = list(columns)
    names = [quote(each.name) for each in every]
    values = [f"r.{quote(each.name)}::{type_of(each)}" for each in every]
    for each, kept in table.left_out:
        names.append(quote(each.name))
        values.append(kept.instead)
    if district is not None and table.is_of_district:
        names.append("district_id")
        values.append(f"{district:d}")
    texts = ", ".join(f"{quote(each.name)} text" for each in every)
    sql = (
        f"INSERT INTO {quote(table.name)} ({', '.join(names)}) SELECT {', '.join(values)}"  # noqa: S608
        f" FROM jsonb_to_recordset(%s::jsonb) AS r ({texts})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows)])

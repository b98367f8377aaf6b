"""Tables as files: short ones at once, long ones by a worker, portion by portion."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import IO, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from roles import table_files
from roles.making import Lost, Work
from roles.models import MadeFile
from roles.packing import safe
from roles.services import making
from roles.services.audit import record
from roles.table_files import Value
from roles.tables.registry import Asked, Column, Rows, Table, cell, find

MOST = 2000  # rows that are answered at once
PORTION = 1000  # rows that a worker reads in one transaction
MAKER = "table"


def at_once(table: Table, asked: Asked, kind: str) -> IO[bytes] | None:
    """The table as a file to read from; None where it is so long that a worker has to make it.

    Who took it is on record.
    """
    rows = table.rows(asked)
    if table.count(rows) > MOST:
        return None
    file = io.BytesIO()
    columns = table.columns_for(asked)
    told = cells(columns, table.portion(asked, rows))
    written = table_files.write(kind, file, table.title, heads(columns), told)
    file.seek(0)
    by = asked.reach(table.requires)
    record(by, "table.downloaded", by.district, title=table.title, rows=written)
    return file


def ask(table: Table, asked: Asked, kind: str) -> MadeFile:
    """Owe the table as a file."""
    arguments = {"table": table.name, "kind": kind, "given": asked.given.urlencode()}
    return making.ask(
        MAKER,
        arguments,
        f"{table.title}, {kind.upper()}",
        name_of(table, asked, kind),
        by=asked.reach(table.requires),
        also=[asked.reach(each) for each in table.also],
    )


def name_of(table: Table, asked: Asked, kind: str) -> str:
    return f"{safe(f'{asked.district.slug}-{table.name}-{asked.today}')}.{kind}"


def heads(columns: Sequence[Column]) -> list[table_files.Head]:
    return [(column.head, column.width) for column in columns]


def cells(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[list[Value]]:
    """The values of each row in turn."""
    for row in rows:
        yield [cell(column.value(row)) for column in columns]


def make(work: Work) -> IO[bytes]:
    """Write a long table. Its rows are noted first and read in portions, so neither the memory nor
    a transaction grows with it, and whoever waits sees how far it is.
    """
    table = find(work.of["table"])
    if table is None:  # an earlier release had it
        raise Lost
    with work.reading() as access, timezone.override(access.district.zone):
        asked = _asked(access, work)
        columns = table.columns_for(asked)
        keys = _keys(table.rows(asked))
    told = _read(work, table, columns, keys)
    with ExitStack() as unless_done:
        file = unless_done.enter_context(tempfile.TemporaryFile())
        table_files.write(work.of["kind"], file, table.title, heads(columns), told)
        unless_done.pop_all()  # whoever stores it closes it
    return file


def _asked(access: Any, work: Work) -> Asked:
    return Asked(access, QueryDict(work.of["given"]))


def _keys(rows: Rows) -> list[Any]:
    """Primary keys in the order of the rows; a report is its own."""
    return list(rows.values_list("pk", flat=True) if isinstance(rows, QuerySet) else rows)


def _read(
    work: Work, table: Table, columns: Sequence[Column], keys: list[Any]
) -> Iterator[list[Value]]:
    upcoming, done = iter(keys), 0
    work.step(0, len(keys))
    while portion := list(islice(upcoming, PORTION)):
        with work.reading() as access, timezone.override(access.district.zone):
            asked = _asked(access, work)
            rows = table.rows(asked)
            found = rows.filter(pk__in=portion) if isinstance(rows, QuerySet) else portion
            read = list(cells(columns, table.portion(asked, found)))
        yield from read
        done += len(portion)
        work.step(done, len(keys))

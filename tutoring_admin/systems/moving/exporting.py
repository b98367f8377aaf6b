"""Writes a whole district into one zip, in one consistent view of the database.

Rows go from the database's COPY straight into the zip: never more than one block in memory. All of
it is read behind the wall, so no row of another district can be in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from roles.models import District
from roles.wall import district_scope
from tutoring_admin.systems.moving import manifest, seals
from tutoring_admin.systems.moving.catalogue import Table, file_columns, keys_to_people, tables
from tutoring_admin.systems.moving.describing import readme
from tutoring_admin.systems.moving.manifest import Manifest, Part
from tutoring_admin.systems.moving.values import quote, selected

BLOCK = 1 << 20
Step = Callable[[int, int], None]


def no_step(made: int, total: int) -> None:
    """Nobody watches."""


@contextmanager
def one_view() -> Iterator[None]:
    """A transaction that sees the database as it is now until it ends, and writes nothing.

    Inside another transaction it is that one's view.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def export(district_pk: int, file: IO[bytes], step: Step = no_step) -> Manifest:
    """Write the district's export into an open file. `step` hears after each table."""
    with one_view():
        versions, shape = manifest.versions(), manifest.shape()
        with district_scope(district_pk):
            district = District.objects.get(pk=district_pk)
            return _written(district, file, step, versions, shape)


def _written(
    district: District, file: IO[bytes], step: Step, versions: dict[str, str], shape: str
) -> Manifest:
    found = tables()
    total = len(found) + 1
    made_at = timezone.now().isoformat(timespec="seconds")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
        text = readme(name=district.name, slug=district.slug, made_at=made_at, tables=found)
        packed.writestr(manifest.README, text)
        parts: dict[str, Part] = {}
        for n, table in enumerate(found, 1):
            parts[table.label] = _table(packed, table, district.pk)
            step(n, total)
        told = Manifest(
            slug=district.slug,
            name=district.name,
            home=manifest.home_of(district.slug),
            district=district.pk,
            made_at=made_at,
            versions=versions,
            shape=shape,
            tables=parts,
            files=_files(packed, district.pk),
            seal=seals.newest(district.pk),
        )
        packed.writestr(manifest.MANIFEST, told.written())
    step(total, total)
    return told


@dataclass
class _Counted:
    """A file being written: how long it is, and its digest."""

    to: IO[bytes]
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, block: bytes | memoryview) -> None:
        self.to.write(block)
        self.size += len(block)
        self.digest.update(block)

    def part(self, name: str, **counted: int) -> Part:
        return Part(name=name, sha256=self.digest.hexdigest(), bytes=self.size, **counted)


def _table(packed: zipfile.ZipFile, table: Table, district_pk: int) -> Part:
    name = quote(table.name)
    where = of_district(table, district_pk)
    rows = f"{selected(table)} WHERE {where} ORDER BY {name}.id"  # the number: "id" is its text
    with packed.open(table.file, "w", force_zip64=True) as member:
        counted = _Counted(member)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER true)", counted)
            cursor.execute(
                f"SELECT count(*), coalesce(min(id), 0), coalesce(max(id), 0)"  # noqa: S608
                f" FROM {name} WHERE {where}"
            )
            count, first, last = cursor.fetchone()
    return counted.part(table.file, rows=count, first=first, last=last)


def of_district(table: Table, district_pk: int) -> str:
    """The condition that a row goes with the district. All of it is our own names and a number."""
    if table.is_of_district:
        return f"district_id = {district_pk:d}"
    if table.label == "roles.District":
        return f"id = {district_pk:d}"
    return f"id IN ({people_of(district_pk)})"


def people_of(district_pk: int) -> str:
    """SELECT of the keys of all people that a row of the district points at."""
    return " UNION ".join(
        f"SELECT {quote(column)} FROM {quote(table)} WHERE district_id = {district_pk:d}"  # noqa: S608
        for table, column in keys_to_people()
    )


def _files(packed: zipfile.ZipFile, district_pk: int) -> Part:
    listed = io.StringIO(newline="")
    writer = csv.writer(listed)
    writer.writerow(manifest.FILES_HEAD)
    count = 0
    for name in names_of_files(district_pk):
        writer.writerow((name, *_file(packed, name)))
        count += 1
    content = listed.getvalue().encode()
    packed.writestr(manifest.FILES, content)
    digest = hashlib.sha256(content).hexdigest()
    return Part(name=manifest.FILES, sha256=digest, bytes=len(content), rows=count)


def _file(packed: zipfile.ZipFile, name: str) -> tuple[int, str]:
    """Size and digest of a stored file that was packed; 0 and "missing" if it is gone."""
    try:
        content = default_storage.open(name)
    except OSError:
        return 0, manifest.MISSING
    with content, packed.open(f"files/{name}", "w", force_zip64=True) as member:
        counted = _Counted(member)
        while block := content.read(BLOCK):
            counted.write(block)
    return counted.size, counted.digest.hexdigest()


def names_of_files(
    district_pk: int, but: frozenset[str] = frozenset({"roles_madefile"})
) -> list[str]:
    """Every stored file that a row of the district names, each once; not those of tables `but`."""
    wanted = " UNION ".join(
        f"SELECT {quote(column)} AS name FROM {quote(table)} WHERE {owner} = {district_pk:d}"  # noqa: S608
        for table, column, owner in file_columns()
        if table not in but
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM ({wanted}) AS named WHERE name <> '' ORDER BY name")  # noqa: S608
        return [name for (name,) in cursor.fetchall()]

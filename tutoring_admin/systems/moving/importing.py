"""Takes a whole district in: checked first, then all of it in one transaction, files and all.

Runs outside the wall, as the owner of the tables. Rows come in children first: what is closed,
archived or published refuses rows only once it is there itself, and keys are looked at when the
transaction ends. So no rule of the database is switched off.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from roles.models import District
from roles.services.audit import record_for
from tutoring_admin.systems.moving import people
from tutoring_admin.systems.moving.catalogue import Column, Table, children_first, tables
from tutoring_admin.systems.moving.checking import OF_DISTRICT, Checked, NotTaken, opened
from tutoring_admin.systems.moving.exporting import Step, no_step
from tutoring_admin.systems.moving.filling import insert
from tutoring_admin.systems.moving.keys import Block, Keys, next_key, reserve
from tutoring_admin.systems.moving.manifest import home_of
from tutoring_admin.systems.moving.resealing import Digests
from tutoring_admin.systems.moving.spelled import INSIDE, SPELLED
from tutoring_admin.systems.moving.values import read

AT_ONCE = 500
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
TAKEN = "There is a district “{}” here. Give the imported one another name with --slug."
NO_SLUG = "“{}” is no part of an address: use small letters, figures and hyphens, 50 at most."
MISFIT = "The records do not fit together, so nothing was imported: {}"
NOT_SENT = "Set aside: the district moved to another installation."
UNSENT = ("waiting", "running", "unsure")


@dataclass(frozen=True)
class Imported:
    """What came in: rows of all tables, files, accounts that were here already, and new ones."""

    district: District
    rows: int
    files: int
    missing: int
    people_known: int
    people_new: int


def import_district(file: IO[bytes], *, slug: str = "", step: Step = no_step) -> Imported:
    """Import an export. Raises NotTaken, in words, and then nothing has changed.

    Nobody is written to: letters that had not been sent are set aside, and no bell is rung.
    """
    with opened(file) as checked:
        wanted = slug or checked.told.slug
        if len(wanted) > 50 or not SLUG.fullmatch(wanted):
            raise NotTaken(NO_SLUG.format(wanted[:60]))
        if District.objects.filter(slug=wanted).exists():
            raise NotTaken(TAKEN.format(wanted))
        blocks = _blocks(checked)
        placed: list[str] = []
        try:
            with transaction.atomic():
                return _Import(checked, wanted, Keys(blocks), placed, step).run()
        except BaseException as error:
            for name in placed:
                default_storage.delete(name)
            if isinstance(error, (DatabaseError, KeyError, TypeError, ValueError)):
                raise NotTaken(MISFIT.format(str(error).splitlines()[0][:300])) from error
            raise


def _blocks(checked: Checked) -> dict[str, Block]:
    """New keys for all tables but those two whose rows are looked at one by one."""
    return {
        label: reserve(label, part.first, part.last)
        for label, part in checked.told.tables.items()
        if part.rows and label not in ("roles.District", "roles.User")
    }


class _Import:
    """One import, inside its transaction. `placed` are the files that were put into the store."""

    def __init__(
        self, checked: Checked, slug: str, keys: Keys, placed: list[str], step: Step
    ) -> None:
        self.checked, self.slug, self.keys = checked, slug, keys
        self.placed, self.step = placed, step
        self.tables = {table.label: table for table in tables()}
        self.names: dict[str, str] = {}
        self.digests = Digests()

    def run(self) -> Imported:
        told = self.checked.told
        self.keys.home = (told.home, home_of(self.slug))
        self.keys.district = (told.district, next_key("roles.District"))
        found = people.taken_in(self._people(), next_key)
        self.keys.people = found.keys
        self._place_files()
        self._district()
        self.digests = Digests.of(self._snapshots(), self.keys)
        rows = self._all_rows()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        district = District.objects.get(pk=self.keys.district[1])
        self._record(district)
        missing = sum(each.is_missing for each in self.checked.stored)
        return Imported(
            district,
            rows + 1,
            len(self.placed),
            missing,
            found.known,
            len(found.keys) - found.known,
        )

    def _people(self) -> Iterator[dict[str, str | None]]:
        return self._read(self.tables["roles.User"])

    def _snapshots(self) -> Iterator[dict[str, str | None]]:
        return self._read(self.tables["selfassessment.EvidenceSnapshot"])

    def _read(self, table: Table) -> Iterator[dict[str, str | None]]:
        """Rows with the texts that the database makes its values of, as they were exported."""
        for row in self.checked.rows(self.checked.told.tables[table.label]):
            yield {each.name: read(row[each.name], each) for each in table.columns}

    def _place_files(self) -> None:
        for each in self.checked.stored:
            wanted = OF_DISTRICT.sub(f"district-{self.keys.district[1]}", each.name)
            self.names[each.name] = wanted
            if not each.is_missing:
                with self.checked.packed.open(f"files/{each.name}") as member:
                    stored = default_storage.save(wanted, File(member, name=wanted))
                self.placed.append(stored)
                self.names[each.name] = stored

    def _district(self) -> None:
        table = self.tables["roles.District"]
        (row,) = self._read(table)
        row |= {"id": str(self.keys.district[1]), "slug": self.slug}
        insert(table, table.columns, [{**row, "logo": self._name_of(row["logo"])}])

    def _all_rows(self) -> int:
        alone = ("roles.District", "roles.User")
        ordered = [t for t in children_first(tuple(self.tables.values())) if t.label not in alone]
        total = 0
        for n, table in enumerate(ordered, 1):
            change = self._changes(table)
            for some in _batches(self._read(table)):
                total += len(some)
                insert(table, table.columns, [change(row) for row in some], self.keys.district[1])
            self.step(n, len(ordered))
        return total

    def _changes(self, table: Table) -> Callable[[dict[str, str | None]], dict[str, str | None]]:
        """What becomes of a row of a table."""
        changing = [(each, change) for each in table.columns if (change := self._change(each))]
        digest = self.digests.column_of(table.label)

        def changed(row: dict[str, str | None]) -> dict[str, str | None]:
            new = {
                each.name: change(value, row)
                for each, change in changing
                if (value := row[each.name]) is not None
            }
            if digest and (old := row[digest]):
                new[digest] = self.digests.new(old)
            return _settled(table, {**row, **new}, self.keys)

        return changed

    def _change(self, column: Column) -> Callable[[str, Any], str] | None:
        moved = self.keys
        if column.field.primary_key:
            label = str(column.field.model._meta.label)
            return lambda value, _: str(moved(label, int(value)))
        if column.target:
            return lambda value, _: str(moved(column.target, int(value)))
        if column.is_file:
            return lambda value, _: self._name_of(value)
        if (spell := SPELLED.get(column.label)) is not None:
            return lambda value, row: spell(value, row, moved)
        if (inside := INSIDE.get(column.label)) is not None:
            return lambda value, row: json.dumps(
                inside(json.loads(value), row, moved), ensure_ascii=False
            )
        return None

    def _name_of(self, name: str | None) -> str:
        return self.names.get(name or "", "") if name else ""

    def _record(self, district: District) -> None:
        """How far the keys of each table moved, so that anyone can follow one back."""
        told = self.checked.told
        by = {label: block.by for label, block in sorted(self.keys.blocks.items())}
        record_for(
            district,
            None,
            "district.imported",
            district,
            exported_at=told.made_at,
            was=told.slug,
            keys_moved=by,
            digests=self.digests.pairs,
            seal=told.seal,
        )


def _settled(table: Table, row: dict[str, str | None], keys: Keys) -> dict[str, str | None]:
    """What is not the same in the new place: unsent letters, and where lots were cast from."""
    if table.label == "roles.Letter" and row["status"] in UNSENT:
        row |= {"status": "cancelled", "last_error": NOT_SENT, "lease_until": None}
        row["done_at"] = row["done_at"] or row["owed_at"]
        row["unsure_since"] = None
    if table.label == "checklists.ObserverDraw" and (block := keys.blocks.get("roles.School")):
        row["keys_moved"] = str(int(row["keys_moved"] or 0) + block.by)
    return row


def _batches(rows: Iterable[dict[str, str | None]]) -> Iterator[list[dict[str, str | None]]]:
    waiting = iter(rows)
    while some := list(itertools.islice(waiting, AT_ONCE)):
        yield some

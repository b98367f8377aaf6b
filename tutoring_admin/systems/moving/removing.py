"""Removes a district: every row, every file, everyone who belongs to no other district.

What there is to remove is asked of the database's own catalogue, so that no table is forgotten.
Runs outside the wall, as the owner of the tables, in one transaction. Rows go parents first: what
is closed, archived or published protects its rows only for as long as it is there itself, and keys
are looked at when the transaction ends. The audit trail refuses its owner too, but for this act.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from roles.models import Certificate, District, DistrictRemoval, User
from roles.services.redacting import audit_exception
from tutoring_admin.systems.moving.catalogue import file_columns
from tutoring_admin.systems.moving.exporting import names_of_files
from tutoring_admin.systems.moving.values import quote

log = logging.getLogger(__name__)
LAST = ("roles_calendarchange", "roles_trace", "roles_change")  # what triggers write meanwhile


@dataclass(frozen=True)
class Owned:
    """A table with rows of districts, by the column that says whose."""

    table: str
    column: str

    def where(self, district_pk: int) -> str:
        return f"FROM {quote(self.table)} WHERE {quote(self.column)} = {district_pk:d}"


def owned_tables() -> list[Owned]:
    """All tables that point at a district, constraint or not, as the catalogue has them; parents
    before what points at them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWNED)
        found = [Owned(table, column) for table, column in cursor.fetchall()]
        cursor.execute(_KEYS)
        parents: dict[str, set[str]] = {}
        for child, parent in cursor.fetchall():
            parents.setdefault(child, set()).add(parent)
    return _parents_first(found, parents)


_OWNED = """
SELECT c.relname, a.attname FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
   AND (a.attname = 'district_id' OR EXISTS (
     SELECT FROM pg_constraint k
      WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.confrelid = 'roles_district'::regclass
        AND k.conkey = ARRAY[a.attnum]))
 ORDER BY 1, 2
"""
_KEYS = """
SELECT DISTINCT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
 WHERE contype = 'f' AND conrelid <> confrelid
"""


def _parents_first(found: Sequence[Owned], parents: dict[str, set[str]]) -> list[Owned]:
    by_name = {each.table: each for each in found}
    ordered: list[Owned] = []
    seen: set[str] = set()

    def visit(each: Owned) -> None:
        if each.table in seen:
            return
        seen.add(each.table)
        for name in sorted(parents.get(each.table, ())):
            if name in by_name:
                visit(by_name[name])
        ordered.append(each)

    for each in found:
        visit(each)
    return sorted(ordered, key=lambda each: LAST.index(each.table) if each.table in LAST else -1)


def remove(
    district_pk: int,
    *,
    way: Certificate.Way,
    asked_at: dt.datetime,
    number: uuid.UUID | None = None,
    by: DistrictRemoval | None = None,
) -> Certificate | None:
    """Remove a district and certify it. None if it is gone already, or if `by` was called off.

    Files go once the rows are gone for good; what cannot be deleted now is owed (`delete_files`).
    """
    with transaction.atomic():
        district = District.objects.select_for_update().filter(pk=district_pk).first()
        if district is None or (by is not None and not _still(by)):
            return None
        certificate = _removed(district, way, asked_at, number or uuid.uuid4())
    delete_files(certificate)
    return certificate


def _still(by: DistrictRemoval) -> bool:
    standing = DistrictRemoval.objects.standing().filter(due_at__lte=timezone.now())
    return standing.select_for_update(of=("self",)).filter(pk=by.pk).exists()


def _removed(
    district: District, way: Certificate.Way, asked_at: dt.datetime, number: uuid.UUID
) -> Certificate:
    owned = owned_tables()
    pk, slug, name = district.pk, district.slug, district.name
    rows = {each.table: count for each in owned if (count := _count(each, pk))}
    files = _files_of(pk)
    people = _people_of(owned, pk)
    with audit_exception(f"district {pk}"):
        _delete_rows(owned, pk)
    gone = _delete_people(people)
    return Certificate.objects.create(
        number=number,
        slug=slug,
        name=name,
        way=way,
        asked_at=asked_at,
        rows={**rows, "roles_district": 1},
        files=len(files),
        people=gone,
        people_kept=len(people) - gone,
        backups_until=timezone.localdate() + dt.timedelta(days=settings.BACKUPS_KEPT_DAYS),
        files_owed=files,
    )


def _count(each: Owned, district_pk: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {each.where(district_pk)}")
        return int(cursor.fetchone()[0])


def _delete_rows(owned: Iterable[Owned], district_pk: int) -> None:
    """All of them, and then what triggers noted while they went."""
    with connection.cursor() as cursor:
        for each in owned:
            cursor.execute(f"DELETE {each.where(district_pk)}")
        cursor.execute(f"DELETE FROM roles_calendarchange WHERE district_id = {district_pk:d}")  # noqa: S608
        cursor.execute(f"DELETE FROM roles_district WHERE id = {district_pk:d}")  # noqa: S608
        for name in ("roles_trace", "roles_change"):
            cursor.execute(f"DELETE FROM {name} WHERE district_id = {district_pk:d}")  # noqa: S608
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _people_keys(owned: Iterable[Owned]) -> list[tuple[Owned, str]]:
    """Every key to a person in tables of districts."""
    by_name = {each.table: each for each in owned}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, a.attname FROM pg_constraint k"
            " JOIN pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]"
            " WHERE contype = 'f' AND confrelid = 'roles_user'::regclass"
        )
        return [(by_name[table], name) for table, name in cursor.fetchall() if table in by_name]


def _people_of(owned: Sequence[Owned], district_pk: int) -> list[int]:
    """Everyone whom a row of the district names."""
    named = " UNION ".join(
        f"SELECT {quote(column)} AS person {each.where(district_pk)}"
        for each, column in _people_keys(owned)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT person FROM ({named}) AS named WHERE person IS NOT NULL")  # noqa: S608
        return [person for (person,) in cursor.fetchall()]


def _delete_people(people: Sequence[int]) -> int:
    """Delete those whom no row of any district names now, with all ways in. How many.

    The installation's own operators stay.
    """
    named = " UNION ".join(
        f"SELECT {quote(column)} AS person FROM {quote(each.table)}"  # noqa: S608
        for each, column in _people_keys(owned_tables())
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM roles_user WHERE id = ANY(%s) AND NOT is_staff AND NOT is_superuser"  # noqa: S608
            f" AND id NOT IN (SELECT person FROM ({named}) AS named WHERE person IS NOT NULL)",
            [list(people)],
        )
        alone = [pk for (pk,) in cursor.fetchall()]
    users = User.objects.filter(pk__in=alone)
    signed_in = UserSession.objects.filter(user__in=alone).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(signed_in)).delete()
    users.delete()
    return len(alone)


def _files_of(district_pk: int) -> list[str]:
    """The stored files of a district: those its rows name and no other's do, and whatever else
    lies in its folders.
    """
    named = set(names_of_files(district_pk, frozenset()))
    shared = _named_elsewhere(district_pk, named)
    return sorted(named - shared | set(_in_folders(district_pk)))


def _named_elsewhere(district_pk: int, names: set[str]) -> set[str]:
    wanted = " UNION ".join(
        f"SELECT {quote(column)} AS name FROM {quote(table)} WHERE {owner} <> {district_pk:d}"  # noqa: S608
        for table, column, owner in file_columns()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name FROM ({wanted}) AS named WHERE name = ANY(%s)",  # noqa: S608
            [sorted(names)],
        )
        return {name for (name,) in cursor.fetchall()}


def _in_folders(district_pk: int) -> Iterable[str]:
    """All that lies in <folder>/district-<key>/, such as documents of texts that changed since."""
    try:
        folders, _ = default_storage.listdir("")
    except (OSError, NotImplementedError):
        return
    for folder in folders:
        yield from _below(f"{folder}/district-{district_pk}")


def _below(folder: str) -> Iterable[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except OSError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for inner in folders:
        yield from _below(f"{folder}/{inner}")


def delete_files(certificate: Certificate) -> int:
    """Delete what is owed of a removed district's files. How many are still left."""
    left = []
    for name in certificate.files_owed:
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("A file of a removed district is still there")
            left.append(name)
    Certificate.objects.filter(pk=certificate.pk).update(files_owed=left)
    certificate.files_owed = left
    return len(left)

"""Districts drawn by chance come back as they were: every row of every table, and every file."""

import io
import random

import pytest
from django.db import connection

from roles.models import User
from tests.tutoring_admin.moving import world as worlds
from tests.tutoring_admin.moving.comparing import DIGESTS, OF_THE_MOVE, Export, differences
from tests.tutoring_admin.moving.words import TOLD
from tutoring_admin.systems.moving.catalogue import COLUMNS_LEFT_OUT, tables
from tutoring_admin.systems.moving.exporting import export
from tutoring_admin.systems.moving.importing import import_district
from tutoring_admin.systems.moving.spelled import INSIDE, SPELLED

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
SET_ASIDE = {"status", "last_error", "done_at", "lease_until", "unsure_since"}


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    disk = "django.core.files.storage.FileSystemStorage"
    place = {"BACKEND": disk, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": place}


def exported(district):
    file = io.BytesIO()
    export(district.pk, file)
    return Export(file.getvalue())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_districts_drawn_by_chance_come_back_row_by_row(seed):
    people = worlds.people(random.Random(seed), 8)  # noqa: S311 -- a world, no secret
    made = [worlds.build(seed * 10 + n, f"district-{n}", people[n:]) for n in range(2)]
    before = [exported(each.district) for each in made]
    told = [rows_as_text(each.district) for each in made]
    names = people_by_address()
    gone = [who.pk for who in people[::2]]  # unknown where the districts come to
    for who in gone:
        User.objects.filter(pk=who).update(email=f"moved-{who}@elsewhere.example")

    for n, export_ in enumerate(before):
        assert all(export_.tables.values()), "a table without a row"
        done = import_district(io.BytesIO(export_.content), slug=f"copy-{n}")
        assert differences(export_, exported(done.district), slug=f"copy-{n}") == []
        assert rows_as_text(done.district) == told[n]
        assert done.people_new + done.people_known == len(export_.tables["roles.User"])
    here = people_by_address()
    assert len(here) > len(people)  # some came in as new
    assert {address: here.get(address) for address in moved_people(before)} == {
        address: names[address] for address in moved_people(before)
    }


def moved_people(exports):
    return {row["email"] for each in exports for row in each.tables["roles.User"]}


def rows_as_text(district):
    """{table: rows in their order}: what the database itself says of columns that hold no keys."""
    return {
        table.label: _rows(table, district)
        for table in tables()
        if table.is_of_district or table.label == "roles.District"
    }


def _rows(table, district):
    names = [f'"{each.name}"::text' for each in table.columns if _stays(each)]
    own = "district_id" if table.is_of_district else "id"
    but = f"AND verb <> ALL(ARRAY{list(OF_THE_MOVE)})" if table.label == "roles.AuditEvent" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(names) or '1'} FROM {table.name}"  # noqa: S608 -- our names
            f" WHERE {own} = {district.pk} {but} ORDER BY id"
        )
        return cursor.fetchall()


def _stays(column):
    changes = column.label in (*SPELLED, *INSIDE, *DIGESTS, *COLUMNS_LEFT_OUT)
    keys = column.field.primary_key or column.target or column.is_file
    settled = column.model_label == "roles.Letter" and column.name in SET_ASIDE
    other = column.label in ("checklists.ObserverDraw.keys_moved", "roles.District.slug")
    return not (changes or keys or settled or other)


def people_by_address():
    kept = [f for f in User._meta.local_concrete_fields if f"roles.User.{f.name}" not in LOST]
    return {
        row["email"]: row for row in User.objects.values(*(f.name for f in kept if f.name != "id"))
    }


LOST = set(COLUMNS_LEFT_OUT)


def test_all_that_spells_keys_is_drawn_as_the_product_writes_it():
    drawn = {f"{label}.{name}" for label, names in TOLD.items() for name in names}

    assert set(SPELLED) | set(INSIDE) <= drawn

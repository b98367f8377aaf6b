"""S18: a deleted district leaves no row, no file and no one behind; counted by the catalogue."""

import datetime as dt
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from checklists.models import ItemEvidence
from roles.capabilities import AccessLevel
from roles.models import Certificate, District, User
from tests.factories.roles import SchoolFactory, UserFactory, member
from tutoring_admin.demo import checklists, jobs, reviews, roadmap, roles, selfassessment, windows

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]
TABLES = """
SELECT DISTINCT c.relname, a.attname FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'
   AND k.confrelid = 'roles_district'::regclass AND k.conkey = ARRAY[a.attnum]
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
   AND (a.attname = 'district_id' OR k.oid IS NOT NULL)
"""


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    disk = "django.core.files.storage.FileSystemStorage"
    place = {"BACKEND": disk, "OPTIONS": {"location": str(tmp_path / "store")}}
    settings.STORAGES = {**settings.STORAGES, "default": place}


def counted(district_pk):
    """Rows of a district by table, asked of the database and of nothing in our code."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for table, column in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = %s",  # noqa: S608 -- catalogue
                [district_pk],
            )
            found[table] = cursor.fetchone()[0]
    return {table: rows for table, rows in found.items() if rows}


def stored(folder=""):
    """All files of the store."""
    folders, files = default_storage.listdir(folder)
    below = [each for name in folders for each in stored(f"{folder}{name}/")]
    return {*below, *(f"{folder}{name}" for name in files)}


@pytest.fixture
def district():
    """A district with closed rounds, published texts, submitted forms and files."""
    world = roles.found("cedar-falls", "a-password-hash")
    for app in (jobs, reviews, checklists, windows, roadmap, selfassessment):
        app.build(world)
    evidence = ItemEvidence.objects.filter(district=world.district).first()
    for name in (f"job-descriptions/district-{world.district.pk}/old.pdf", "evidence/mine.pdf"):
        default_storage.save(name, ContentFile(b"of this district"))
    District.objects.filter(pk=world.district.pk).update(logo="evidence/mine.pdf")
    assert evidence is None or evidence.pk
    return world.district


def test_nothing_of_a_deleted_district_is_left_and_nothing_of_another_is_touched(
    district, tmp_path
):
    other = SchoolFactory(district__slug="maple-valley").district
    both = UserFactory(email="both@example.org")
    member(AccessLevel.DISTRICT_LEAD, at=other, user=both)
    member(AccessLevel.AUDITOR, at=district, user=both)
    operator = UserFactory(email="operator@example.org", is_staff=True)
    member(AccessLevel.AUDITOR, at=district, user=operator)
    default_storage.save(f"made/district-{other.pk}/kept.pdf", ContentFile(b"of another"))
    here, there, people = counted(district.pk), counted(other.pk), set(alone(district))

    call_command(
        "delete_district",
        "cedar-falls",
        certificate=tmp_path / "paper.pdf",
        by="Pat Lee",
        name=district.name,
        stdout=io.StringIO(),
    )

    assert sum(here.values()) > 500
    assert counted(district.pk) == {}
    assert counted(other.pk) == there
    assert not District.objects.filter(slug="cedar-falls").exists()
    assert stored() == {f"made/district-{other.pk}/kept.pdf"}
    assert people
    assert not User.objects.filter(pk__in=people).exists()
    assert User.objects.filter(email__in=[both.email, operator.email]).count() == 2
    certified(here, tmp_path)


def alone(district):
    """People of this district, as the demo makes them."""
    return (
        User.objects.filter(memberships__district=district, is_staff=False)
        .exclude(email="both@example.org")
        .values_list("pk", flat=True)
    )


def certified(rows, tmp_path):
    """The certificate counts what was there, names nobody where it is kept, and is on paper."""
    kept = Certificate.objects.get(slug="cedar-falls")
    assert {name: n for name, n in kept.rows.items() if name != "roles_district"} == rows
    assert kept.files == 2
    assert kept.files_owed == []
    assert kept.backups_until > dt.datetime.now(tz=dt.UTC).date()
    text = (tmp_path / "paper.txt").read_text()
    assert str(kept.number) in text
    assert "Pat Lee" in text
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert "Pat Lee" not in str(vars(kept))

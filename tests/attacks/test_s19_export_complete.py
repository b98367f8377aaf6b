"""S19: an export holds every row of its district, and not a word of another or of a secret."""

import contextlib
import io
import json
import zipfile

import pytest
from django.db import IntegrityError, connection, transaction

from roles.capabilities import AccessLevel
from roles.models import Invitation, Letter, Membership, User
from roles.sealing import seal
from roles.wall import district_scope
from tests.factories.roles import SchoolFactory, UserFactory, member
from tutoring_admin.demo import jobs, roadmap, roles
from tutoring_admin.systems.moving.catalogue import LEFT_OUT, owned_models
from tutoring_admin.systems.moving.exporting import export

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(400)]
MARKER = "zebrawood"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    disk = "django.core.files.storage.FileSystemStorage"
    place = {"BACKEND": disk, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": place}


def unpacked(district):
    file = io.BytesIO()
    export(district.pk, file)
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def marked(district):
    """Put the marker into every text of another district that takes any, in whatever table."""
    done = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in owned_models():
            for field in filter(_takes_words, model._meta.local_concrete_fields):
                with contextlib.suppress(IntegrityError), transaction.atomic():
                    cursor.execute(
                        f'UPDATE {model._meta.db_table} SET "{field.column}" ='  # noqa: S608
                        f" '{MARKER} ' || id WHERE district_id = %s",
                        [district.pk],
                    )
                    done += cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    return done


def _takes_words(field):
    kind = field.get_internal_type()
    long = kind == "CharField" and (field.max_length or 0) >= 80 and not field.choices
    return kind == "TextField" or long


def test_an_export_counts_what_the_database_counts_and_holds_nothing_of_another_district():
    mine = roles.found("cedar-falls", "a-password-hash")
    theirs = roles.found("maple-valley", "a-password-hash")
    for world in (mine, theirs):
        for app in (jobs, roadmap):
            app.build(world)
    assert marked(theirs.district) > 500
    User.objects.filter(memberships__district=theirs.district).update(last_name=MARKER)

    files = unpacked(mine.district)

    parts = json.loads(files["manifest.json"])["tables"]
    for model in owned_models():
        if model._meta.label not in LEFT_OUT:
            rows = model._base_manager.filter(district=mine.district).count()
            assert parts[model._meta.label]["rows"] == rows, model
    assert sum(part["rows"] for part in parts.values()) > 300
    assert [name for name, content in files.items() if MARKER.encode() in content] == []


def test_no_secret_leaves():
    school = SchoolFactory()
    who = UserFactory(first_name="Dana")
    who.set_password("correct horse battery")
    who.save()
    member(AccessLevel.DISTRICT_LEAD, at=school.district, user=who)
    Invitation.objects.create(
        district=school.district,
        email="new@example.org",
        level=AccessLevel.AUDITOR,
        token_hash="h" * 64,
        invited_by=who,
        expires_at=who.date_joined,
    )
    sealed = seal("https://example.org/invitations/abc/")
    Letter.objects.create(
        district=school.district,
        key="invitation:1:x",
        to="new@example.org",
        body=f"Join here: {sealed} today",
        message_id="<1@example.org>",
    )

    whole = b"".join(unpacked(school.district).values())

    for secret in (who.password, "h" * 64, sealed, "[sealed:"):
        assert secret.encode() not in whole
    assert b"Join here: [left out] today" in whole
    assert b"Dana" in whole


def test_an_export_is_read_behind_the_wall():
    """Even an export whose condition was forgotten would hold one district."""
    here, elsewhere = SchoolFactory(), SchoolFactory()
    member(AccessLevel.AUDITOR, at=here.district)
    member(AccessLevel.AUDITOR, at=elsewhere.district)

    with district_scope(here.district):
        assert Membership.objects.count() == 1

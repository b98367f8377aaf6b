"""Out of one installation and into another: nothing is lost, and no number stays behind."""

import io
import itertools
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from checklists.models import ObserverDraw
from checklists.services.observers import draw_again
from roles.models import AuditEvent, Certificate, District, Letter, OwedStatus, User
from selfassessment.freezing import digest
from selfassessment.models import EvidenceSnapshot, SignOff
from tests.tutoring_admin.moving.comparing import Export, differences
from tutoring_admin.systems.moving.catalogue import tables
from tutoring_admin.systems.moving.exporting import export
from tutoring_admin.systems.moving.importing import import_district
from tutoring_admin.systems.moving.removing import remove

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
FIRST = 400_000  # keys that nothing else in a district looks like
APART = 2_500


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    disk = "django.core.files.storage.FileSystemStorage"
    place = {"BACKEND": disk, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": place}


def keys_from(first):
    """Have every table count on from numbers of its own."""
    with connection.cursor() as cursor:
        for n, table in enumerate(tables()):
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                [table.name, first + n * APART],
            )


def exported(district):
    file = io.BytesIO()
    export(district.pk, file)
    return Export(file.getvalue())


@pytest.fixture
def demo():
    keys_from(FIRST)
    call_command("seed_demo", stdout=io.StringIO())
    return District.objects.get(slug="maple-valley")


def test_the_demo_comes_back_as_it_was(demo, django_capture_on_commit_callbacks):
    before = exported(demo)
    keys_from(5_000)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True) as bells:
        done = import_district(io.BytesIO(before.content), slug="maple-valley-2")
    after = exported(done.district)

    assert differences(before, after, slug="maple-valley-2") == []
    assert sum(map(len, before.tables.values())) > 3000
    assert (bells, mail.outbox) == ([], [])
    assert not Letter.objects.filter(
        district=done.district, status__in=[OwedStatus.WAITING, OwedStatus.RUNNING]
    ).exists()
    assert numbers_left(after) == {}
    seals_hold(done.district)
    draws = ObserverDraw.objects.filter(district=done.district)
    assert draws
    assert all(map(draw_again, draws))
    somewhere_else(demo, done.district, before)


def somewhere_else(demo, copy, before):
    """Where nobody of the district is known, and its name is free."""
    for district in (copy, demo):
        remove(district.pk, way=Certificate.Way.COMMAND, asked_at=timezone.now())
    people = [person["email"] for person in before.tables["roles.User"]]
    left = User.objects.filter(email__in=people)
    assert [who for who in left if not (who.is_staff or who.memberships.exists())] == []
    known = len(left)

    done = import_district(io.BytesIO(before.content))

    assert (done.people_new, done.people_known) == (len(people) - known, known)
    assert known < 5
    assert differences(before, exported(done.district)) == []


def numbers_left(after):
    """Keys of the old installation that still stand somewhere, by file."""
    people = {str(row["id"]) for row in after.tables["roles.User"]}
    high = re.compile(r"(?<![\w.])[45]\d{5}(?![\w.])")
    found = {
        name: sorted(set(high.findall(text)) - people)[:5]
        for name, text in after.text.items()
        if not name.endswith(("roles_auditevent.csv", "files.csv"))
    }
    events = itertools.chain.from_iterable(
        high.findall(f"{row['subject_pk']} {row['detail']}")
        for row in after.tables["roles.AuditEvent"]
    )
    found["audit"] = sorted(set(events) - people)[:5]
    return {name: left for name, left in found.items() if left}


def seals_hold(district):
    """What was frozen still has its digest, and signatures still name it."""
    snapshots = EvidenceSnapshot.objects.filter(district=district)
    assert snapshots.exists()
    for each in snapshots:
        assert digest(each.content) == each.digest
    signed = SignOff.objects.filter(district=district, withdrawn_at=None)
    assert set(signed.values_list("digest", flat=True)) <= {each.digest for each in snapshots}
    told = AuditEvent.objects.get(district=district, verb="district.imported").detail
    assert set(told["digests"].values()) == {each.digest for each in snapshots}

"""A district lead asks for the export on the page; a worker makes it, one step for each table."""

import zipfile

import pytest

from roles.capabilities import AccessLevel
from roles.models import AuditEvent, MadeFile, Membership, OwedStatus
from roles.services import making
from tests.factories.roles import SchoolFactory, member
from tutoring_admin.systems.moving.catalogue import tables

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def school():
    return SchoolFactory(district__slug="lake-county")


@pytest.fixture
def lead(school):
    return member(AccessLevel.DISTRICT_LEAD, at=school.district)


@pytest.fixture
def asked(lead, client):
    client.force_login(lead)
    client.post("/d/lake-county/systems/moving/export/")
    made = MadeFile.objects.get(maker="district-export")
    MadeFile.objects.filter(pk=made.pk).update(status=OwedStatus.WAITING, tries=0, file="", made=0)
    return made


def test_the_file_is_made_step_by_step_and_fetched_by_its_asker(asked, client):
    assert making.make(asked.district_id, asked.pk)

    asked.refresh_from_db()
    assert (asked.status, asked.total) == (OwedStatus.DONE, len(tables()) + 1)
    with zipfile.ZipFile(asked.file.open()) as packed:
        assert "manifest.json" in packed.namelist()
        assert packed.testzip() is None
    assert asked.title in client.get("/d/lake-county/systems/moving/").content.decode()
    assert client.get(f"/d/lake-county/roles/files/{asked.pk}/").status_code in (200, 404)
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert "file.asked" in verbs


def test_who_may_no_longer_look_after_the_systems_gets_nothing(asked, lead):
    Membership.objects.filter(user=lead).update(level=AccessLevel.AUDITOR)

    assert not making.make(asked.district_id, asked.pk)

    asked.refresh_from_db()
    assert asked.status == OwedStatus.FAILED
    assert not asked.file


def test_a_cancelled_export_stops(asked):
    MadeFile.objects.filter(pk=asked.pk).update(status=OwedStatus.CANCELLED)

    assert not making.make(asked.district_id, asked.pk)

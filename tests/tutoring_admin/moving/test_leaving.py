"""A district is deleted after days of waiting in which any lead can call it off."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Certificate, District, DistrictRemoval, Letter
from roles.services.refusal import Refused
from tests.factories.roles import DistrictFactory, UserFactory, member
from tests.reach import reach
from tutoring_admin.systems.moving import leaving

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory(name="Lake County Schools", slug="lake-county")


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district, user=UserFactory(first_name="Dana"))


@pytest.fixture
def by(district, lead):
    return reach(district, lead, capability=Capability.SYSTEMS_MANAGE)


def test_all_leads_hear_of_it_and_nothing_goes_before_its_day(district, by):
    second = member(AccessLevel.DISTRICT_LEAD, at=district)
    auditor = member(AccessLevel.AUDITOR, at=district)

    asked = leaving.ask(" Lake  County Schools ", by=by)

    assert (asked.due_at - timezone.now()).days == 13
    told = set(Letter.objects.values_list("to", flat=True))
    assert told == {by.user.email, second.email}
    assert auditor.email not in told
    assert str(asked.number) in Letter.objects.first().body
    assert leaving.carry_out_due() == 0
    assert District.objects.filter(pk=district.pk).exists()
    assert AuditEvent.objects.filter(verb="district.removal_asked").exists()


def test_another_name_and_a_second_time_are_refused(by):
    with pytest.raises(Refused, match="Lake County Schools"):
        leaving.ask("Lake County", by=by)
    leaving.ask("Lake County Schools", by=by)
    with pytest.raises(Refused, match="already"):
        leaving.ask("Lake County Schools", by=by)


def test_what_is_called_off_is_not_done(district, by):
    asked = leaving.ask("Lake County Schools", by=by)
    DistrictRemoval.objects.filter(pk=asked.pk).update(due_at=timezone.now())

    assert leaving.call_off(by=by)
    assert not leaving.call_off(by=by)
    assert leaving.carry_out_due() == 0
    assert District.objects.filter(pk=district.pk).exists()
    assert Letter.objects.filter(subject__contains="called off").count() == 1


def test_when_its_day_has_come_a_worker_deletes_it_and_the_certificate_opens(district, by, client):
    asked = leaving.ask("Lake County Schools", by=by)
    address = f"/deleted/{asked.number}/"
    assert client.get(address).status_code == 404
    DistrictRemoval.objects.filter(pk=asked.pk).update(due_at=timezone.now() - dt.timedelta(1))

    assert leaving.carry_out_due() == 1
    assert leaving.carry_out_due() == 0

    kept = Certificate.objects.get()
    assert (kept.number, kept.way, kept.slug) == (asked.number, "page", "lake-county")
    shown = client.get(address)
    assert shown.status_code == 200
    assert "Lake County Schools" in shown.content.decode()
    assert "Dana" not in shown.content.decode()
    assert client.get(f"{address}pdf/").content.startswith(b"%PDF")
    assert client.get(f"/deleted/{uuid.uuid4()}/").status_code == 404


def test_a_wrong_name_is_said_beside_the_field_and_kept(district, lead, client):
    client.force_login(lead)

    answer = client.post(f"/d/{district.slug}/systems/moving/delete/", {"name": "Lake"})

    assert answer.status_code == 422
    assert 'value="Lake"' in answer.content.decode()
    assert "exactly as it stands here" in answer.content.decode()
    assert not DistrictRemoval.objects.exists()


def test_the_page_offers_to_call_it_off(district, by, lead, client):
    leaving.ask("Lake County Schools", by=by)
    client.force_login(lead)

    page = client.get(f"/d/{district.slug}/systems/moving/").content.decode()
    assert "Call it off" in page
    answer = client.post(f"/d/{district.slug}/systems/moving/delete/call-off/", follow=True)

    assert "the district stays as it is" in answer.content.decode()
    assert not DistrictRemoval.objects.standing().exists()

"""Everything about one person as a ZIP: for themself, and for a lead to give to them."""

import csv
import io
import json
import zipfile

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import MadeFile, Membership
from roles.services import making
from roles.services.audit import record_for
from tests.factories.checklists import ChecklistFactory, RatingFactory
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    LetterFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def owen(district):
    owen = UserFactory(first_name="Owen", last_name="Baker", email="owen@district.example")
    owen.set_password("correct horse battery staple")
    owen.save()
    member(AccessLevel.AUDITOR, at=district, user=owen)
    AssignmentFactory(district=district, holder=owen)
    RatingFactory(
        district=district,
        checklist=ChecklistFactory(district=district, holder=owen),
        note="=1+1 about Owen",
    )
    LetterFactory(district=district, reader=owen, to=owen.email, body="For Owen alone.")
    LetterFactory(district=district, reader=UserFactory(), body="For somebody else.")
    record_for(district, owen, "role.added", owen, title="Coach")
    return owen


def made_for(client, address):
    assert client.post(address).status_code == 302
    owed = MadeFile.objects.get()
    assert making.make(owed.district_id, owed.pk)
    owed.refresh_from_db()
    return zipfile.ZipFile(io.BytesIO(owed.file.read()))


def test_a_person_takes_along_what_is_held_about_them(client, district, owen):
    client.force_login(owen)
    archive = made_for(client, reverse("systems:privacy-own", args=[district.slug]))
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "For Owen alone." in everything
    assert "For somebody else." not in everything
    assert owen.password not in everything
    assert json.loads(archive.read("person.json"))["E-mail address"] == "owen@district.example"
    for name in ("assignment", "rating", "letter", "auditevent", "membership", "checklist"):
        assert {f"{name}.csv", f"{name}.json"} <= set(archive.namelist())
    rows = list(csv.DictReader(io.StringIO(archive.read("rating.csv").decode("utf-8-sig"))))
    assert rows[0]["Note"] == "'=1+1 about Owen"
    assert "<h1>All data about Owen Baker</h1>" in archive.read("read-me-first.html").decode()


def test_a_lead_gets_it_and_loses_it_with_the_right(client, district, owen):
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(lead)
    address = reverse("systems:privacy-person-data", args=[district.slug, owen.pk])
    assert "assignment.csv" in made_for(client, address).namelist()
    Membership.objects.filter(user=lead).update(level=AccessLevel.AUDITOR)
    owed = MadeFile.objects.get()
    fetch = reverse("roles:made-file", args=[district.slug, owed.pk])
    assert client.get(fetch).status_code == 403


def test_nobody_asks_for_the_data_of_others_without_the_right(client, district, owen):
    client.force_login(member(AccessLevel.AUDITOR, at=district))
    address = reverse("systems:privacy-person-data", args=[district.slug, owen.pk])
    assert client.post(address).status_code == 403
    stranger = member(AccessLevel.DISTRICT_LEAD, at=DistrictFactory())
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(lead)
    address = reverse("systems:privacy-person-data", args=[district.slug, stranger.pk])
    assert client.post(address).status_code == 404

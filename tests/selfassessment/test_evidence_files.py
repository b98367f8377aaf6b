"""Files as evidence by hand: what is taken, what is left behind, and who gets it back."""

import hashlib
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from PIL import Image

from checklists.evidence_files import Taken
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from selfassessment.models import EvidenceRevision, HandEvidence
from selfassessment.services import evidence
from tests.factories.roles import DistrictFactory, SchoolFactory, SchoolYearFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
PDF = b"%PDF-1.7\nThe chart\n%%EOF\n"
TYPED = {"label": "Chart", "dated_on": "2026-08-03", "for_6b.2": "org_chart"}


@pytest.fixture
def district():
    return SchoolYearFactory().district


@pytest.fixture
def lead(client, district):
    who = member(AccessLevel.DISTRICT_LEAD, at=district)
    client.force_login(who)
    return who


@pytest.fixture
def by(district, lead):
    return Reach(lead, district, Capability.ASSESSMENT_RATE, EVERYWHERE)


@pytest.fixture(autouse=True)
def before():
    """What other tests left."""
    return stored()


def stored():
    try:
        return set(default_storage.listdir("evidence")[1])
    except FileNotFoundError:
        return set()


def pdf(name="Chart.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def taken(content=PDF):
    return Taken(ContentFile(content), "Chart.pdf", ".pdf", "application/pdf")


def photo():
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Who is on it"
    Image.new("RGB", (2000, 1000), "green").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("IMG_1.jpg", out.getvalue())


def at(district, name, **kwargs):
    return reverse(f"selfassessment:{name}", kwargs={"district": district.slug, **kwargs})


def add(client, district, file, **change):
    return client.post(at(district, "evidence-new"), TYPED | {"file": file} | change)


def test_a_file_is_kept_with_its_hash_under_a_name_that_says_nothing(
    client, district, lead, before
):
    add(client, district, pdf("../..\\Board\x07 minutes.pdf"))

    kept = EvidenceRevision.objects.get()
    assert kept.file_name == "Board minutes.pdf"
    assert (kept.size, kept.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert "minutes" not in kept.file.name
    assert len(stored() - before) == 1


def test_a_photo_is_made_anew_without_what_it_carried(client, district, lead):
    add(client, district, photo())

    kept = EvidenceRevision.objects.get()
    assert kept.content_type == "image/jpeg"
    with Image.open(kept.file) as picture:
        assert not picture.getexif()


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("setup.pdf", b"MZ\x90\x00" + bytes(2000)),
        SimpleUploadedFile("page.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        SimpleUploadedFile("page.html", b"<p>Hello</p>"),
        SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("run.exe", b"MZ"),
        SimpleUploadedFile("nothing.pdf", b""),
        SimpleUploadedFile("large.pdf", b"%PDF-1.7\n" + bytes(11_000_000) + b"%%EOF\n"),
    ],
    ids=lambda file: file.name,
)
def test_what_is_not_taken_is_said_so_and_leaves_nothing_behind(
    client, district, lead, before, file
):
    file.seek(0)
    response = add(client, district, file)

    assert response.status_code == 422
    assert "file" in response.context["form"].errors
    assert not HandEvidence.objects.exists()
    assert stored() == before


def test_a_file_is_asked_for_again_if_something_else_is_wrong(client, district, lead, before):
    response = add(client, district, pdf(), dated_on="2030-01-01")

    assert "Choose the file again" in response.context["form"].errors["file"][0]
    assert stored() == before


def test_a_save_that_fails_leaves_no_file_behind(by, before):
    says = {"label": "Chart", "dated_on": None, "expires_on": by.district.today()}

    with pytest.raises(IntegrityError):
        evidence.add({"6b.2": ""}, says, file=taken(), by=by)

    assert stored() == before


def test_each_revision_keeps_its_own_file(client, district, lead, by):
    piece = evidence.add({"6b.2": ""}, _says(by), file=taken(), by=by)
    address = at(district, "evidence-edit", pk=piece.pk)

    client.post(address, TYPED | {"seen": "1", "label": "Chart of 2026"})
    client.post(address, TYPED | {"seen": "2", "file": pdf("New.pdf", PDF + b"\n")})
    client.post(address, TYPED | {"seen": "3", "drop_file": "on", "text": "In the binder."})

    names = piece.revisions.values_list("number", "file_name")
    assert list(names) == [(4, ""), (3, "New.pdf"), (2, "Chart.pdf"), (1, "Chart.pdf")]
    first, third = piece.revisions.get(number=1), piece.revisions.get(number=3)
    assert body(client.get(at(district, "evidence-file", pk=first.pk))) == PDF
    assert body(client.get(at(district, "evidence-file", pk=third.pk))) == PDF + b"\n"


def test_taking_the_only_thing_off_is_asked_again(client, district, lead, by):
    piece = evidence.add({"6b.2": ""}, _says(by), file=taken(), by=by)

    response = client.post(
        at(district, "evidence-edit", pk=piece.pk), TYPED | {"seen": "1", "drop_file": "on"}
    )

    assert response.status_code == 422
    assert piece.revisions.count() == 1


def test_a_file_is_handed_out_as_a_download_and_only_within_reach(client, district, lead, by):
    piece = evidence.add({"6b.2": ""}, _says(by), file=taken(), by=by)
    address = at(district, "evidence-file", pk=piece.revisions.get().pk)

    response = client.get(address)

    assert response["Content-Disposition"] == 'attachment; filename="Chart.pdf"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    for level, place in (
        (AccessLevel.COACH, SchoolFactory(district=district)),
        (AccessLevel.DEPARTMENT_PARTNER, district),
        (AccessLevel.DISTRICT_LEAD, DistrictFactory()),
    ):
        client.force_login(member(level, at=place))
        assert client.get(address).status_code == 404
    client.force_login(member(AccessLevel.AUDITOR, at=district))
    assert client.get(address).status_code == 200


def test_a_file_that_is_gone_from_the_disk_is_not_found(client, district, lead, by):
    piece = evidence.add({"6b.2": ""}, _says(by), file=taken(), by=by)
    says = piece.revisions.get()
    default_storage.delete(says.file.name)

    assert client.get(at(district, "evidence-file", pk=says.pk)).status_code == 404


def body(response):
    return b"".join(response.streaming_content)


def _says(by):
    return {"label": "Chart", "text": "", "link": "", "dated_on": by.district.today()}

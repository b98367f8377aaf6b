"""The logo: taken in clean or refused with a sentence, shown within the district, then on paper."""

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from roles import letterhead
from roles.capabilities import AccessLevel
from roles.models import AuditEvent
from roles.services import letterheads
from tests.factories.roles import DistrictFactory, member
from tests.reach import reach

pytestmark = pytest.mark.django_db


def picture(kind="PNG", size=(300, 100), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "navy").save(out, kind, **options)
    return out.getvalue()


def moving():
    frames = [Image.new("RGB", (60, 60), color) for color in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claims_to_be_huge():
    """A few hundred bytes that would be 10 GB of pixels."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels)


def swells_in_a_comment():
    """A small picture with a comment that unpacks to 200 MB."""
    comment = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    small = picture(size=(60, 60))
    return small[:33] + comment + small[33:]


@pytest.fixture
def district():
    return DistrictFactory(name="Maple Valley")


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def post(client, district, content, name="logo.png"):
    address = reverse("roles:letterhead", args=[district.slug])
    return client.post(address, {"logo": SimpleUploadedFile(name, content)})


REFUSED = {
    "no picture": (b"hello, this is a letter", "logo.png", "not a picture"),
    "empty": (b"", "logo.png", "The file is empty"),
    "cut off": (picture(size=(400, 400))[:200], "logo.png", "not a picture"),
    "a JPEG called PNG": (picture("JPEG"), "logo.png", "ends unlike the picture"),
    "a GIF": (picture("GIF"), "logo.gif", "not a picture"),
    "a GIF called PNG": (picture("GIF"), "logo.png", "not a picture"),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "SVG can carry"),
    "a moving one": (moving(), "logo.png", "The picture moves"),
    "a dot": (picture(size=(1, 1)), "logo.png", "too small to print"),
    "a bomb": (claims_to_be_huge(), "logo.png", "not a picture|pixels"),
    "a bomb in a comment": (swells_in_a_comment(), "logo.png", "not a picture"),
    "many pixels": (picture(size=(4000, 4000), mode="L"), "logo.png", "4000 by 4000 pixels"),
    "2 MB": (picture() + bytes(2_000_000), "logo.png", "larger than 1 MB"),
    "50 MB": (picture() + bytes(50_000_000), "logo.png", "larger than 1 MB"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_what_is_no_logo_is_refused_beside_the_field_soon_and_in_little_memory(
    lead, district, what
):
    content, name, why = REFUSED[what]

    began = time.process_time()  # a busy machine is slow, not wrong
    answer = post(lead, district, content, name)
    took = time.process_time() - began

    district.refresh_from_db()
    (error,) = answer.context["form"].errors["logo"]
    assert answer.status_code == 422
    assert any(each in error for each in why.split("|"))
    assert 'aria-invalid="true"' in answer.content.decode()
    assert took < 2
    assert not district.logo


@pytest.mark.parametrize("bomb", [claims_to_be_huge, swells_in_a_comment])
def test_a_bomb_unpacks_into_no_more_than_a_few_megabytes(bomb):
    upload = io.BytesIO(bomb())
    tracemalloc.start()

    with pytest.raises(letterhead.NotALogo):
        letterhead.cleaned(upload, "a.png")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_no_file_at_all_is_asked_for(lead, district):
    answer = lead.post(reverse("roles:letterhead", args=[district.slug]))

    assert answer.context["form"].errors["logo"] == ["Choose the file with your logo."]


def test_a_logo_is_written_anew_small_and_without_what_else_was_in_the_file(lead, district):
    said = PngInfo()
    said.add_text("Comment", "made at 12 Elm Street")
    content = picture(size=(1800, 900), pnginfo=said) + b"<?php evil(); ?>"

    answer = post(lead, district, content, "Our Logo.PNG")

    district.refresh_from_db()
    png = district.logo.read()
    assert answer.status_code == 302
    assert b"Elm Street" not in png
    assert b"php" not in png
    assert Image.open(io.BytesIO(png)).size == (600, 300)
    assert district.logo.name.startswith(f"logos/district-{district.pk}/")
    assert AuditEvent.objects.get(verb="letterhead.changed").district == district


def test_a_photo_turned_by_its_camera_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right

    png = letterhead.cleaned(io.BytesIO(picture("JPEG", (200, 100), exif=exif)), "a.jpeg")

    assert Image.open(io.BytesIO(png)).size == (100, 200)
    assert b"eXIf" not in png


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "1", "I;16"])
def test_every_kind_of_png_becomes_a_logo(mode):
    out = io.BytesIO()
    Image.new(mode, (100, 50)).save(out, "PNG")

    logo = letterhead.cleaned(io.BytesIO(out.getvalue()), "a.png")

    assert all(Image.open(io.BytesIO(logo)).size)


def test_a_print_shops_jpeg_becomes_a_logo():
    png = letterhead.cleaned(io.BytesIO(picture("JPEG", mode="CMYK")), "a.jpg")

    assert Image.open(io.BytesIO(png)).mode == "RGB"


def test_the_same_logo_twice_is_one_file_and_a_new_one_takes_the_old_ones_place(
    district, django_capture_on_commit_callbacks
):
    by = reach(district)
    first, second = picture(size=(100, 50)), picture(size=(50, 50))
    with django_capture_on_commit_callbacks(execute=True):
        old = letterheads.set_logo(first, by=by).logo.name
        assert letterheads.set_logo(first, by=by).logo.name == old

    with django_capture_on_commit_callbacks(execute=True):
        new = letterheads.set_logo(second, by=by).logo.name

    assert not default_storage.exists(old)
    assert default_storage.exists(new)


def test_a_removed_logo_is_gone_and_removing_twice_does_nothing(
    district, django_capture_on_commit_callbacks
):
    by = reach(district)
    name = letterheads.set_logo(picture(), by=by).logo.name

    with django_capture_on_commit_callbacks(execute=True):
        removed = [letterheads.remove_logo(by=by) for _ in range(2)]

    district.refresh_from_db()
    assert removed == [True, False]
    assert letterhead.logo_data_uri(district) == ""
    assert not default_storage.exists(name)


def test_the_logo_is_shown_within_its_district_as_what_it_is(client, district):
    letterheads.set_logo(picture(), by=reach(district))
    address = reverse("roles:logo", args=[district.slug])

    client.force_login(member(AccessLevel.AUDITOR, at=district))
    shown = client.get(address)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=DistrictFactory()))

    assert shown.content == picture()
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "private" in shown["Cache-Control"]
    assert client.get(address).status_code == 404


def test_a_logo_whose_file_is_lost_leaves_the_name_alone(district):
    district.logo.name = "logos/gone.png"

    assert letterhead.logo_data_uri(district) == ""


def test_documents_carry_the_logo_as_data(district):
    district.logo.name = letterhead.store(district, picture())

    assert letterhead.logo_data_uri(district).startswith("data:image/png;base64,iVBOR")


def test_no_file_beyond_the_bound_of_all_uploads_is_kept(lead, district, settings):
    kept = []
    settings.FILE_UPLOAD_TEMP_DIR = None
    big = ContentFile(bytes(11_000_000), name="logo.png")

    answer = lead.post(reverse("roles:letterhead", args=[district.slug]), {"logo": big})
    kept = list(answer.wsgi_request.FILES)

    assert kept == []
    assert "larger than 1 MB" in answer.context["form"].errors["logo"][0]

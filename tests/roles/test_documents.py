"""The PDF of a job description: tagged, titled, self-contained, and deaf to the outside."""

import io

import pikepdf
import pytest
from django.db import connection
from django.urls import reverse

from roles import documents
from roles.capabilities import AccessLevel
from roles.merging import Line
from roles.models import OwedStatus, Rendering
from roles.services import drafts, jobs, library, renderings
from tests.factories.roles import (
    DistrictFactory,
    RenderingFactory,
    SchoolFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db


def published(**fields):
    district = DistrictFactory()
    library.adopt(district)
    role = library.LeadershipRole.objects.get(district=district, key="PROJECT_MANAGER")
    by = reach(district)
    draft = drafts.start_draft(role, by=by)
    lines = [Line("Keep one plan, & update it <weekly>.")]
    drafts.save_draft(draft, fields=fields, lines=lines, seen=draft.edited_at, by=by)
    jobs.publish(draft, by=by)
    return draft


def render(version):
    rendering = Rendering.objects.get(version=version)
    assert renderings.render(version.district_id, rendering.pk)
    rendering.refresh_from_db()
    return rendering


def test_the_pdf_is_tagged_titled_and_embeds_its_fonts():
    rendering = render(published())

    pdf = pikepdf.open(io.BytesIO(rendering.file.read()))
    root = pdf.Root
    fonts = [
        font
        for page in pdf.pages
        for font in page.Resources.get("/Font", {}).values()
        for font in font.get("/DescendantFonts", [font])
    ]
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert b"pdfuaid:part" in root.Metadata.read_bytes()
    assert "Tutoring Project Manager" in str(pdf.docinfo["/Title"])
    assert fonts
    assert all("/FontFile2" in f.FontDescriptor or "/FontFile3" in f.FontDescriptor for f in fonts)
    assert {"Source" in str(f.BaseFont) for f in fonts} == {True}


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_pages_are_set(monkeypatch):
    printed, inside = documents.printed, []

    def watched(html):
        inside.append(connection.in_atomic_block)
        return printed(html)

    monkeypatch.setattr(documents, "printed", watched)

    published()  # whose task runs at once here, after the commit

    assert inside == [False]


def test_rendering_twice_makes_one_file():
    rendering = render(published())

    assert not renderings.render(rendering.district_id, rendering.pk)
    assert rendering.status == OwedStatus.DONE


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "https://example.org/a.png",
        "file:///etc/hostname",
        "file:///static/../manage.py",
        "file:///static/%2e%2e/manage.py",
        "file://host/static/css/paper.css",
    ],
)
def test_a_document_reads_nothing_but_our_static_files(address):
    with pytest.raises(ValueError, match="may not read"):
        documents.sources().static_bytes(address)


def test_markup_typed_into_a_job_description_stays_text():
    evil = "<link rel=attachment href='file:///etc/hostname'><img src='http://127.0.0.1/x'>"
    rendering = render(published(summary=evil))

    pdf = pikepdf.open(io.BytesIO(rendering.file.read()))
    assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
    assert len(pdf.attachments) == 0


def test_a_failed_rendering_says_so_and_can_be_owed_again():
    rendering = RenderingFactory(status=OwedStatus.FAILED, tries=3)

    assert renderings.owe_again(rendering)
    assert not renderings.owe_again(rendering)
    rendering.refresh_from_db()
    assert (rendering.status, rendering.tries) == (OwedStatus.WAITING, 0)


def test_the_page_shows_the_pdf_being_made_and_then_ready(client):
    version = published()
    client.force_login(member(AccessLevel.COACH, at=SchoolFactory(district=version.district)))
    kwargs = {"district": version.district.slug, "pk": version.pk}

    waiting = client.get(reverse("roles:version-file", kwargs=kwargs)).content.decode()
    render(version)
    ready = client.get(reverse("roles:version-file", kwargs=kwargs)).content.decode()
    pdf = client.get(reverse("roles:version-pdf", kwargs=kwargs))

    assert 'hx-trigger="every 1s"' in waiting
    assert "hx-trigger" not in ready
    assert pdf["Content-Type"] == "application/pdf"
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-1.7")


def test_a_draft_is_not_there_for_people_who_may_not_edit(client):
    draft = VersionFactory()
    client.force_login(member(AccessLevel.AUDITOR, at=draft.district))

    answer = client.get(
        reverse("roles:version", kwargs={"district": draft.district.slug, "pk": draft.pk})
    )

    assert answer.status_code == 404

"""Documents in a browser: the bar outlives a reload and tells its end; prints look like paper."""

import io

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from roles.capabilities import AccessLevel
from roles.models import Archive, OwedStatus
from roles.services import archives
from tests.factories.roles import (
    RenderingFactory,
    ResponsibilityFactory,
    SchoolYearFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 20_000  # ms


@pytest.fixture
def version():
    """Published last, since its lines are frozen then."""
    version = VersionFactory(title="Site Lead")
    SchoolYearFactory(district=version.district)
    ResponsibilityFactory(district=version.district, version=version)
    version.status, version.published_at = "published", timezone.now()
    version.published_by = UserFactory()
    version.save()
    return version


@pytest.fixture
def visit(page, live_server, client, version):
    """Opens a page of the district as its auditor."""
    client.force_login(member(AccessLevel.AUDITOR, at=version.district))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(PATIENCE)

    def go(name, *arguments):
        page.goto(live_server.url + reverse(name, args=[version.district.slug, *arguments]))

    return go


def test_the_bar_outlives_a_reload_and_the_page_tells_when_the_zip_is_ready(page, visit, version):
    pdf = RenderingFactory(district=version.district, version=version)  # nobody makes it yet
    visit("roles:documents")

    page.get_by_role("button", name="Download all as ZIP").click()
    bar = page.get_by_role("progressbar", name="PDFs ready")
    expect(bar).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(bar).to_be_visible(timeout=PATIENCE)
    pdf.file.save("a.pdf", ContentFile(b"%PDF-1.7"))
    pdf.status = OwedStatus.DONE
    pdf.save()
    archives.advance(version.district.pk)

    said = page.locator("#archive-says")
    expect(said).to_have_text("The ZIP of all job descriptions is ready.", timeout=PATIENCE)
    with page.expect_download() as taken:
        page.get_by_role("link", name="All job descriptions, ZIP").click()
    assert taken.value.suggested_filename.endswith(".zip")


def test_a_running_zip_is_cancelled_by_keyboard(page, visit, version):
    RenderingFactory(district=version.district, version=version)
    visit("roles:documents")
    page.get_by_role("button", name="Download all as ZIP").press("Enter")

    page.get_by_role("button", name="Cancel").press("Enter")

    expect(page.locator("#archive-says")).to_have_text("The ZIP was cancelled.", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Download all as ZIP")).to_be_visible()
    assert Archive.objects.get().status == OwedStatus.CANCELLED


def test_a_version_and_an_outline_print_as_sheets_without_their_buttons(page, visit, version):
    role = version.job_description.role
    for name, pk, words in (
        ("roles:version-print", version.pk, "Keep one plan"),
        ("roles:outline", role.pk, "It is not a job description"),
    ):
        visit(name, pk)
        page.set_viewport_size({"width": 360, "height": 740})
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found = Axe().run(page, options={"preload": False}).response["violations"]
        sheets = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages

        text = " ".join(" ".join(sheet.extract_text().split()) for sheet in sheets)
        assert wide <= 0
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == []
        assert words in text
        assert "Back to" not in text
        assert [round(float(side)) for side in sheets[0].mediabox[2:]] == [612, 792]

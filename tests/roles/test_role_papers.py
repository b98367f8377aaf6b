"""What is on paper: the page "My role" and the hand-over pack, each as page and PDF."""

import html
import io
import re

import pikepdf
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from roles.capabilities import AccessLevel
from roles.models import MadeFile
from roles.services import handovers, making
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    JobDescriptionFactory,
    PositionFactory,
    ResponsibilityFactory,
    RoleFactory,
    SchoolFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def term():
    """A coordinator who reads what they answer for; a site lead reports to them."""
    district = DistrictFactory(name="Lake County Schools")
    role = RoleFactory(district=district, title="Tutoring Coordinator", level="administrative")
    below = RoleFactory(district=district, title="Site Lead", reports_to=role)
    position = PositionFactory(district=district, role=role, school=None)
    who = member(AccessLevel.ADMINISTRATIVE_LEADER, at=district)
    term = AssignmentFactory(district=district, position=position, holder=who)
    oak = SchoolFactory(district=district, name="Oak ES")
    AssignmentFactory(
        district=district, position=PositionFactory(district=district, role=below, school=oak)
    )
    job = JobDescriptionFactory(district=district, role=role)
    version = VersionFactory(district=district, job_description=job)
    for n in range(6):
        ResponsibilityFactory(
            district=district, version=version, text=f"Duty {n}: meet each school every month."
        )
    type(version).objects.filter(pk=version.pk).update(
        status="published", published_at=timezone.now(), published_by=who
    )
    return term


def words_of_page(text):
    """All that is inside <main>, without the bar above the document, and without spaces: what sets
    words apart in a PDF is where they stand.
    """
    inside = text.partition("<main>")[2].partition("</main>")[0]
    inside = re.sub(r"<nav.*?</nav>", " ", inside, flags=re.S)
    return "".join(html.unescape(re.sub(r"<[^>]+>", " ", inside)).split())


def words_of_pdf(data, foot):
    reader = pypdf.PdfReader(io.BytesIO(data))
    text = " ".join(page.extract_text() for page in reader.pages)
    text = re.sub(r"Page \d+ of \d+", " ", " ".join(text.split()))
    return "".join(text.replace(foot, " ").split())


def test_my_role_is_the_same_as_page_and_as_accessible_pdf_on_one_side(client, term):
    client.force_login(term.holder)
    slug = term.district.slug
    page = client.get(reverse("roles:my-role-print", args=[slug])).content.decode()
    client.post(reverse("roles:my-role-pdf", args=[slug]))
    made = MadeFile.objects.get()
    assert making.make(term.district_id, made.pk)
    made.refresh_from_db()
    data = made.file.read()

    today = f"{term.district.today():%B} {term.district.today().day}, {term.district.today().year}"
    foot = f"{term.district.name} · {term.holder} · {today}"
    assert words_of_pdf(data, foot) == words_of_page(page)
    assert "Oak ES" in page
    pdf = pikepdf.open(io.BytesIO(data))
    assert len(pdf.pages) == 1
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "en"
    assert str(pdf.docinfo["/Title"]).startswith("My role: ")


def test_a_hand_over_pack_reads_the_same_as_page_and_as_pdf(client, term):
    lead = member(AccessLevel.DISTRICT_LEAD, at=term.district)
    pack = handovers.ask(term, by=reach(term.district, lead))
    handovers.make(term.district_id, pack.pk)
    pack.refresh_from_db()
    client.force_login(lead)

    page = client.get(reverse("roles:handover-print", args=[term.district.slug, pack.pk]))

    day = term.district.today()
    foot = f"{term.district.name} · Hand-over, {term.position} · {day:%B} {day.day}, {day.year}"
    assert words_of_pdf(pack.file.read(), foot) == words_of_page(page.content.decode())


def test_who_left_keeps_the_file_and_does_not_read_on(client, term):
    pack = handovers.ask(term, by=reach(term.district))
    client.force_login(term.holder)

    address = reverse("roles:handover-print", args=[term.district.slug, pack.pk])

    assert client.get(address).status_code == 403

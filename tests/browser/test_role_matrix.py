"""The role matrix and a role's page in a real browser: by keyboard, and on paper."""

import io

import pikepdf
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roles.models import Involvement, LeadershipRole, WorkArea
from roles.services import library
from tests.factories.roles import DistrictFactory, PositionFactory, SchoolYearFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    library.adopt(district)
    for role in LeadershipRole.objects.filter(district=district):
        PositionFactory(district=district, role=role)
    return district


@pytest.fixture
def go(page, live_server, client, district):
    """Opens a page of the district as its lead."""
    client.force_login(member("district_lead", at=district))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(20_000)

    def to(name, *arguments):
        address = reverse(f"roles:{name}", args=[district.slug, *arguments])
        return page.goto(f"{live_server.url}{address}")

    return to


def test_a_line_moved_by_keyboard_takes_the_focus_along_and_loses_nothing_typed(page, go, district):
    role = LeadershipRole.objects.get(district=district, key="PROJECT_MANAGER")
    first, second = role.duties.all()[:2]
    go("role-edit", role.pk)
    page.get_by_label("Title").fill("Tutoring Coordinator")

    page.locator("#duty-1").get_by_role("button", name="Up").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#duties [role=status]")).to_contain_text("Moved to place 1 of 8")
    expect(page.locator(f"#up-{second.pk}")).to_be_focused()
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_text("The role is saved.")).to_be_visible()

    role.refresh_from_db()
    assert role.title == "Tutoring Coordinator"
    assert [duty.pk for duty in role.duties.all()[:2]] == [second.pk, first.pk]


def test_a_part_is_set_with_the_keyboard_alone(page, go, district):
    area = WorkArea.objects.get(district=district, key="fidelity")
    role = LeadershipRole.objects.get(district=district, key="SITE_LEAD")
    go("matrix-area", area.pk)

    page.get_by_label("Site Tutoring Lead").focus()
    page.keyboard.type("Supp")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("is saved")).to_be_visible()

    assert Involvement.objects.get(area=area, role=role).part == "supports"


def test_the_matrix_prints_on_one_page_lying_on_its_side(page, go):
    go("matrix")

    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        sheets = [(float(s.mediabox[2]), float(s.mediabox[3])) for s in paper.pages]

    assert len(sheets) == 1
    assert sheets[0][0] > sheets[0][1]


def test_on_a_phone_each_area_is_an_entry_that_names_its_lead(page, go):
    page.set_viewport_size({"width": 360, "height": 740})
    go("matrix")

    expect(page.get_by_role("table")).to_be_hidden()
    entry = page.locator(".mx-list summary").first
    expect(entry).to_contain_text("Leads: Executive Champion")
    entry.click()
    expect(page.locator(".mx-list details").first).to_contain_text("Tutoring Program Lead")

"""Standards and official results in a browser: axe, widths, and a file taken in by hand."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roles.capabilities import AccessLevel
from selfassessment.models import ImportedStandards
from selfassessment.standards import example, writing
from tests.browser.checklists import sign_in
from tests.browser.complaints import complaints
from tests.factories.roles import DistrictFactory, SchoolYearFactory, member
from tests.factories.selfassessment_standards import OfficialResultFactory, StandardsFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def district():
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def go(page, live_server, district):
    sign_in(page.context, live_server, member(AccessLevel.DISTRICT_LEAD, at=district))
    page.set_default_timeout(20_000)
    page.emulate_media(reduced_motion="reduce")

    def visit(name, *args):
        path = reverse(f"selfassessment:{name}", args=[district.slug, *args])
        return page.goto(live_server.url + path)

    return visit


def test_standards_and_official_results_break_no_accessibility_rule_and_fit_a_phone(
    page, go, district
):
    made = StandardsFactory(district=district)
    result = OfficialResultFactory(district=district, link="https://example.org/" + "a" * 200)
    OfficialResultFactory(district=district, withdrawn_at="2026-10-01T00:00Z")
    wrong = []
    for name, *args in (
        ("standards",),
        ("standards-set", made.pk),
        ("standards-import",),
        ("standards-retire", made.pk),
        ("official",),
        ("official-correct", result.pk),
    ):
        assert go(name, *args).status == 200, name
        for each in page.locator("summary").all():
            each.click()
        wrong += complaints(page, name)
    page.get_by_label("Taken on").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    wrong += complaints(page, "official, wrong")

    assert wrong == []


def test_a_file_is_corrected_looked_at_and_taken_in(page, go, district):
    go("standards-import")
    page.get_by_label("Name").fill("State")
    text = writing.as_yaml(example.EXAMPLE)
    page.get_by_label("Or paste the text").fill(text.replace("code: ST.a.1", "code: ST a"))
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_text("A code has no space in it")).to_be_visible()
    wrong = complaints(page, "wrong")

    page.get_by_label("Or paste the text").fill(text)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="2 indicators would come")).to_be_visible()
    wrong += complaints(page, "preview")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", level=1, name="State, version 1")).to_be_visible()

    assert wrong == []
    assert ImportedStandards.objects.get().content == example.EXAMPLE

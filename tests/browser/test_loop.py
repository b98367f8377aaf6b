"""The closed loop in a browser: 6b.1 starts at 1 and ends at 3, and the page shows why."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roles.capabilities import AccessLevel
from selfassessment.models import Gap
from tests.browser.checklists import sign_in
from tests.browser.complaints import complaints
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(400),  # some thirty pages, on a machine that may be busy
]

PROOF = "https://district.example/board/october"


@pytest.fixture
def lead(school_day):
    """One who leads the program, signs for the champion too, and rates in one room."""
    year = SchoolYearFactory()
    who = member(AccessLevel.DISTRICT_LEAD, at=year.district, user=UserFactory(last_name="Moss"))
    seats = {"PROGRAM_LEAD": "Program lead", "EXEC_CHAMPION": "Executive champion"}
    for key, title in seats.items():
        role = RoleFactory(district=year.district, key=key, title=title)
        seat = PositionFactory(district=year.district, role=role, school=None)
        AssignmentFactory(district=year.district, position=seat, holder=who)
    return who


@pytest.fixture
def pages(page, live_server, lead):
    page.set_default_timeout(30_000)
    sign_in(page.context, live_server, lead)
    district = lead.memberships.get().district

    def go(name, *args):
        page.goto(live_server.url + reverse(f"selfassessment:{name}", args=[district.slug, *args]))

    return go


def take(page, label, value, why):
    """From the form of a new round for one indicator to its second signature."""
    page.get_by_label("Name").fill(label)
    page.get_by_label("In one room, counts typed in").check()
    page.get_by_label("Aim").select_option("3")
    page.get_by_role("button", name="Open the round").click()
    page.wait_for_url(re.compile(r"/rounds/\d+/$"))
    path = page.url
    page.get_by_role("link", name=re.compile("Facilitate|Go to the room")).click()
    if "facilitator" in page.url:
        page.get_by_role("button", name=re.compile("acilitat")).click()
        page.goto(f"{path}room/")
    page.locator("label.answer").nth(value).click()
    expect(page.locator(f"input[name=value][value='{value}']")).to_be_checked()
    page.locator("textarea[name=rationale]").fill(why)
    for box in page.locator("input[name=causes]").all():
        box.check()
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.get_by_text("All indicators are agreed on")).to_be_visible()
    page.get_by_role("link", name="Go to the round").click()
    page.get_by_role("link", name="Finish the rating").click()
    page.get_by_role("button", name="Finish the rating").click()
    for capacity in ("program lead", "executive champion"):
        page.goto(f"{path}sign/")
        page.get_by_role("button", name=f"Sign as {capacity}").click()
        expect(page.get_by_text(f"You signed as {capacity}.")).to_be_visible()


def test_a_rating_of_1_becomes_3_and_the_page_shows_why(page, pages, lead):
    pages("round-open")
    for box in page.locator("input[name=codes]").all():
        box.set_checked(box.get_attribute("value") == "6b.1")
    take(page, "Baseline", 1, "An old posting exists, never approved.")

    pages("gaps")
    page.get_by_role("link", name="6b.1").click()
    wrong = complaints(page, "a gap to explain")
    page.locator("#id_cause").fill("Nobody owned the last step.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.locator("input[name=keys][value=M06]").check()
    page.get_by_role("button", name="Take into the roadmap").click()
    page.get_by_role("link", name="Open M06").click()
    page.locator("input[name=proof_link]").fill(PROOF)
    page.get_by_role("button", name="Mark done").click()
    expect(page.get_by_role("link", name=PROOF)).to_be_visible()

    pages("gaps")
    expect(page.get_by_text("Ready to re-rate")).to_be_visible()
    page.get_by_role("link", name="6b.1").click()
    page.get_by_role("link", name="Rate 6b.1 again").click()
    expect(page.locator("input[name=codes]:checked")).to_have_count(1)
    take(page, "Second take", 3, "Approved, published and read.")

    gap = Gap.objects.get()
    assert (gap.rating.value, gap.closing_rating.value) == (1, 3)
    pages("gap-story", gap.pk)
    expect(page.get_by_role("heading", level=1)).to_have_text("From 1 to 3")
    wrong += complaints(page, "the story")
    chain = page.locator(".tale > li")
    for part, said in enumerate(
        (
            "An old posting exists",
            "Nobody owned the last step.",
            "Program Lead job description approved",
            PROOF,
            "Program Lead job description approved",
            "Approved, published and read.",
        )
    ):
        expect(chain.nth(part)).to_contain_text(said)
    page.get_by_role("link", name="Read it from the new rating").click()
    expect(chain.first).to_contain_text("Rated 3")
    expect(chain.last).to_contain_text("Rated 1")
    assert wrong == []

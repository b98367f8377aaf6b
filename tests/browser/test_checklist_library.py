"""The checklist library in a real browser: from a job description to a version in force."""

import pytest
from playwright.sync_api import expect

from checklists.models import ChecklistTemplate
from checklists.services.library import adopt_library
from roles.merging import Line
from roles.models import LeadershipRole, User
from roles.services import drafts, jobs
from tests.browser.complaints import complaints
from tests.factories.checklists import RatingScaleFactory
from tutoring_admin.demo import roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG = "maple-valley"
GREET = "Greet new tutors on their first day."


@pytest.fixture
def lead(page, live_server, client):
    """The project manager of the demo district, at whose job descriptions one line is new."""
    world = roles.found(SLUG, "a-password-hash")
    adopt_library(world.district)
    RatingScaleFactory(district=world.district)
    manager = User.objects.get(email=f"pm@{SLUG}.example")
    _publish_with_a_new_line(world, world.reach(manager))
    client.force_login(manager)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(30_000)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{live_server.url}/d/{SLUG}/checklists/library/")
    return page


def _publish_with_a_new_line(world, by):
    role = LeadershipRole.objects.get(district=world.district, key="SITE_LEAD")
    lines = [Line(duty.text, duty.pk) for duty in role.duties.all()]
    draft = drafts.start_draft(role, by=by)
    drafts.save_draft(draft, fields={}, lines=[*lines, Line(GREET)], seen=draft.edited_at, by=by)
    assert jobs.publish(draft, by=by)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_new_duty_becomes_an_item_in_force(lead):
    page = lead
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("button", name="Add an item").click()
    expect(page.get_by_label("Action")).to_have_value("Greeted new tutors on their first day.")
    assert complaints(page, page.url) == []

    page.get_by_label("Action").fill("")
    press(page, "Save the item")
    expect(page.get_by_text("This field is required").first).to_be_visible()
    assert complaints(page, page.url) == []
    page.get_by_label("Action").fill("Each new tutor was greeted on the first day.")
    press(page, "Save the item")
    expect(page.locator("#items")).to_contain_text("Each new tutor was greeted on the first day.")

    page.get_by_role("link", name="Check and publish").click()
    expect(page.get_by_label("What changed, in a sentence")).to_be_visible()
    assert complaints(page, page.url) == []
    page.get_by_label("What changed, in a sentence").fill("New tutors are greeted.")
    press(page, "Publish version 2")
    expect(page.get_by_text("Version 2, in force since")).to_be_visible()
    assert complaints(page, page.url) == []
    published = ChecklistTemplate.objects.published().get(key="FC_SITE")
    assert published.items.get(key="FC_SITE-11").duty_text == GREET


def test_moving_an_item_keeps_the_place_of_the_keyboard(lead):
    page = lead
    page.get_by_role("link", name="Site Tutoring Lead checklist").click()
    press(page, "Change this checklist")
    second = page.locator("#items li").filter(has_text="Cover or a new time")
    second.get_by_role("button", name="Down").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#items .cl-list > li").nth(2)).to_contain_text("Cover or a new time")
    expect(page.locator("#down-FC_SITE-2")).to_be_focused()
    draft = ChecklistTemplate.objects.drafts().get()
    assert [item.key for item in draft.items.all()][:3] == ["FC_SITE-1", "FC_SITE-3", "FC_SITE-2"]
    press(page, "Discard draft")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert complaints(page, page.url) == []


@pytest.mark.parametrize("path", ["library/", "alignment/", "scales/", "scales/new/"])
def test_the_pages_are_sound_on_a_phone_and_on_a_desk(lead, live_server, path):
    lead.goto(f"{live_server.url}/d/{SLUG}/checklists/{path}")
    assert complaints(lead, lead.url) == []


def test_the_draft_and_its_settings_are_sound(lead):
    page = lead
    page.get_by_role("button", name="Write one for Superintendent").click()
    assert complaints(page, page.url) == []
    page.get_by_role("link", name="Edit settings").click()
    assert complaints(page, page.url) == []
    page.get_by_label("Developing from, percent").fill("99")
    press(page, "Save settings")
    expect(page.get_by_text("Developing begins below on track").first).to_be_visible()
    assert complaints(page, page.url) == []

"""The errands of departments and acknowledgements in a real browser."""

import pytest
from playwright.sync_api import expect

from roles.models import Acknowledgement, DepartmentNeed, Letter, Notice, User
from tests.browser.complaints import complaints
from tutoring_admin.demo import departments, jobs, reviews, roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG = "maple-valley"
CHECKS = "Background checks of the 14 tutors who start in January, with proof on file"


@pytest.fixture
def visit(page, live_server, client):
    """`visit(person, path, width)`: that person at a page of the demo district."""
    world = roles.found(SLUG, "a-password-hash")
    for app in (jobs, reviews, departments):
        app.build(world)
    page.set_default_timeout(30_000)
    page.emulate_media(reduced_motion="reduce")

    def go(person, path, width):
        client.force_login(User.objects.get(email=f"{person}@{SLUG}.example"))
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(f"{live_server.url}/d/{SLUG}/{path}")
        return page

    return go


def test_the_hr_partner_agrees_on_a_phone_and_says_why_not_to_the_other(visit):
    page = visit("hr", "", 360)
    page.get_by_role("link", name=CHECKS).click()
    page.get_by_role("link", name="Not yet").click()
    expect(page.get_by_role("heading", name="To settle")).to_be_visible()
    assert complaints(page, page.url) == []

    page.get_by_role("button", name=f"Agree to: {CHECKS}").click()
    expect(page.get_by_text("Thank you. Dana Whitfield is told your answer.")).to_be_visible()
    page.get_by_role("link", name="We cannot : Tutor coach position").click()
    assert complaints(page, page.url) == []
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Say why not, so that others").first).to_be_visible()
    page.get_by_label("Note").fill("The posting freeze lasts until February.")
    page.get_by_role("button", name="Send the answer").click()

    expect(page.locator(".needs").first).to_contain_text("The posting freeze lasts")
    states = DepartmentNeed.objects.filter(answered_by__email=f"hr@{SLUG}.example")
    assert sorted(states.values_list("answer", flat=True)) == ["agreed", "agreed", "declined"]
    told = Notice.objects.filter(source="need_answered", reader__email=f"pm@{SLUG}.example")
    assert told.count() == 2


def test_the_project_manager_adds_a_need_from_a_suggestion(visit):
    page = visit("pm", "roles/departments/", 1366)
    assert complaints(page, page.url) == []
    page.get_by_role("link", name="Ask for something of Human Resources").click()
    page.get_by_role("link", name="Onboard tutors and coaches").click()
    expect(page.get_by_label("What the program needs")).to_have_value(
        "Onboard tutors and coaches in time for training."
    )
    assert complaints(page, page.url) == []
    page.get_by_role("button", name="Ask for it").click()

    expect(page.get_by_text("Human Resources is asked.")).to_be_visible()
    made = DepartmentNeed.objects.get(text__startswith="Onboard tutors")
    notice = Notice.objects.get(subject=f"need:{made.pk}")
    assert notice.reader.email == f"hr@{SLUG}.example"


def test_a_holder_reads_what_is_new_on_a_phone_and_leaves_the_list(visit):
    page = visit("site", "", 360)
    page.get_by_role("link", name="Read your job description").first.click()
    expect(page.get_by_text("You acknowledged version 1")).to_be_visible()
    expect(page.locator("ins").first).to_be_visible()
    assert complaints(page, page.url) == []
    page.get_by_role("button", name="I have read it").click()

    expect(page.get_by_text("Your acknowledgement is on record")).to_be_visible()
    assert Acknowledgement.objects.filter(assignment__holder__first_name="Lucia").count() == 2
    page = visit("pm", "roles/acknowledgements/", 360)
    expect(page.get_by_role("heading", name="Has not read it")).to_be_visible()
    assert page.get_by_text("Lucia Ferro").count() == 0
    assert complaints(page, page.url) == []


def test_the_project_manager_reminds_one_and_then_all_who_are_left(visit):
    page = visit("pm", "roles/acknowledgements/", 1366)
    assert complaints(page, page.url) == []
    page.get_by_role("button", name="Remind now : Lucia Ferro").click()
    expect(page.get_by_text("Lucia Ferro is reminded.")).to_be_visible()
    expect(page.get_by_text("Reminded today")).to_have_count(1)
    page.get_by_role("button", name="Remind everyone").click()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("people are reminded.")).to_be_visible()
    by_hand = Letter.objects.filter(key__startswith="hand:acknowledgement:")
    assert by_hand.count() == by_hand.values("to").distinct().count() == 6

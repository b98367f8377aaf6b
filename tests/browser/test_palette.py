"""The command palette by keyboard alone, and without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from roles.models import Department, School, User
from tests.browser.complaints import complaints
from tutoring_admin.demo import jobs, roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG = "cedar-falls"


@pytest.fixture
def world():
    world = roles.found(SLUG, "a-password-hash")
    jobs.build(world)
    return world


@pytest.fixture
def go(world, page, live_server, client):
    """Signed in as the project manager; gives what opens a path."""
    client.force_login(User.objects.get(email=f"pm@{SLUG}.example"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(30_000)
    page.emulate_media(reduced_motion="reduce")
    return lambda path: page.goto(f"{live_server.url}/d/{SLUG}/{path}")


def violations(page):
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [(rule["id"], rule["nodes"][0]["target"]) for rule in found]


def test_the_keyboard_alone_finds_a_school_and_comes_back(page, go):
    school = School.objects.filter(district__slug=SLUG).order_by("name").first()
    go("roles/")
    page.locator("#main a").first.focus()
    before = page.evaluate("document.activeElement.href")

    page.keyboard.press("/")
    field = page.get_by_role("combobox", name=re.compile("Search for"))
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.href") == before

    page.keyboard.press("Control+k")
    page.keyboard.type("lead")
    status = page.locator("[data-palette-status]")
    expect(status).to_have_text(re.compile(r"^\d+ results$"))
    first, second = (page.get_by_role("option").nth(n) for n in (0, 1))
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    page.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "true")
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert violations(page) == []

    page.keyboard.press("Control+a")
    page.keyboard.type(school.name)
    expect(page.get_by_role("option").first).to_contain_text(school.name)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/schools/{school.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(school.name)

    page.keyboard.press("/")
    expect(page.get_by_role("option").first).to_have_text("Roles")
    expect(status).to_have_text("1 page opened lately")
    assert violations(page) == []


def test_keys_do_nothing_in_a_field_or_once_switched_off(page, go, live_server):
    palette = page.locator("#palette")
    go("search/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("a/b")
    expect(page.get_by_role("searchbox")).to_have_value("a/b")
    expect(palette).to_be_hidden()

    page.goto(f"{live_server.url}/shortcuts/")
    page.get_by_label("Use keyboard shortcuts").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert violations(page) == []
    go("roles/")
    page.keyboard.press("/")
    page.keyboard.press("Control+k")
    expect(palette).to_be_hidden()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(palette).to_be_visible()


def test_without_a_script_the_control_leads_to_the_page_of_the_search(browser, go, page, world):
    go("roles/")
    context = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(page.url)
    plain.get_by_role("link", name="Search", exact=True).first.click()
    plain.get_by_role("searchbox").fill("lead")
    plain.get_by_role("button", name="Search").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Found for")
    context.close()


def test_the_pages_of_a_school_a_department_and_a_person_break_no_rule(page, go):
    school = School.objects.filter(district__slug=SLUG).first()
    department = Department.objects.filter(district__slug=SLUG).first()
    person = User.objects.get(email=f"site@{SLUG}.example")
    paths = [f"schools/{school.pk}/", f"departments/{department.pk}/", f"people/{person.pk}/"]
    wrong = []
    for path in paths:
        assert go(path).status == 200, path
        wrong += complaints(page, path)

    assert wrong == []

"""The look in a real browser: nothing overflows, axe is content, the keyboard reaches all."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

PAGES = {
    "kit": "/kit/",
    "sign in": "/accounts/login/",
    "forgotten password": "/accounts/password/reset/",
    "reset sent": "/accounts/password/reset/done/",
    "by invitation": "/accounts/signup/",
    "not found": "/no/such/page/",
}
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@pytest.fixture
def complaints(page):
    """What the browser's console has to say against the page."""
    said = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_a_page_fits_each_width_and_breaks_no_accessibility_rule(
    live_server, page, complaints, path
):
    # Without motion: a colour caught in the middle of its change would be measured as it is then.
    page.emulate_media(reduced_motion="reduce")
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")
    assert [text for text in complaints if "status of 404" not in text] == []

    for width, scheme in ((1366, "light"), (768, "dark"), (320, "light")):
        page.set_viewport_size({"width": width, "height": 768})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert page.evaluate(OVERFLOW) == 0, f"{path} is too wide for {width}"
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == []


def test_the_pages_are_set_in_the_packaged_fonts(live_server, page):
    page.goto(live_server.url + "/accounts/login/")
    page.wait_for_load_state("networkidle")

    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => `${f.family} ${f.weight}`)"
    )
    assert any("Source Serif Pro" in face for face in loaded)
    assert any("Source Sans Pro" in face for face in loaded)


def test_the_first_tab_offers_to_skip_to_the_content(live_server, page):
    page.goto(live_server.url + "/kit/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_a_refused_sign_in_moves_focus_to_the_summary_which_leads_to_the_field(live_server, page):
    page.goto(live_server.url + "/accounts/login/")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_selector("[data-error-summary]:focus")
    page.locator("[data-error-summary] a").first.click()

    assert page.evaluate("document.activeElement.name") == "login"


def test_a_menu_opens_and_escape_closes_it(live_server, page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(live_server.url + "/kit/")
    page.get_by_role("button", name="More").click()
    more = page.locator("#more")
    assert more.get_by_role("link", name="Self-assessment").is_visible()

    page.keyboard.press("Escape")
    assert not more.is_visible()


def test_a_dialog_says_its_name_and_gives_the_focus_back(live_server, page):
    page.goto(live_server.url + "/kit/")
    page.get_by_role("button", name="Open the dialog").click()
    assert page.get_by_role("dialog", name="Approve version 3?").is_visible()

    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.dialog") == "approve"

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


# A page of its own, so that the network can be cut under it; its scripts are the real ones.
SAMPLE = """<!doctype html><html lang="en" data-person="7"><title>Sample</title>
<script src="/static/django_htmx/htmx-2.min.js"></script>
<script type="module" src="/static/js/save-state.js"></script>
<script type="module" src="/static/js/keep.js"></script>
<span data-save-state=""><span>Saved <time></time></span></span>
<form data-autosave hx-post="/sample/save/" hx-trigger="change" hx-target="#answer">
<input type="hidden" name="csrfmiddlewaretoken" value="t">
<label>In place <input type="radio" name="rating" value="2"></label></form><p id="answer"></p>"""


def test_a_tap_without_network_is_kept_on_the_device_and_sent_when_it_is_back(live_server, page):
    sent = []
    network = {"is_up": False}

    def answer(route):
        if not network["is_up"]:
            route.abort("internetdisconnected")
            return
        sent.append(route.request.post_data)
        route.fulfill(status=200, content_type="text/html", body="kept")

    page.route("**/sample/", lambda route: route.fulfill(content_type="text/html", body=SAMPLE))
    page.route("**/sample/save/", answer)
    page.goto(live_server.url + "/sample/")
    page.get_by_label("In place").check()
    page.wait_for_selector("[data-save-state=offline]")
    assert "rating" in page.evaluate("localStorage.getItem('unsent:7')")

    network["is_up"] = True
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-save-state=saved]")

    assert len(sent) == 1
    assert "rating=2" in sent[0]
    assert page.locator("#answer").inner_text() == "kept"
    assert page.evaluate("localStorage.getItem('unsent:7')") is None


def test_what_was_kept_is_sent_by_the_next_page_too(live_server, page):
    sent = []

    def answer(route):
        sent.append(route.request.post_data)
        route.fulfill(status=200, body="")

    kept = '{"/sample/save/": [["rating", "1"], ["csrfmiddlewaretoken", "old"]]}'
    page.route("**/sample/", lambda route: route.fulfill(content_type="text/html", body=SAMPLE))
    page.route("**/sample/save/", answer)
    page.add_init_script(f"localStorage.setItem('unsent:7', '{kept}')")
    page.goto(live_server.url + "/sample/")
    page.wait_for_function("localStorage.getItem('unsent:7') === null")

    assert sent == ["rating=1&csrfmiddlewaretoken=t"]

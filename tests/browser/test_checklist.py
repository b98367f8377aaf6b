"""Filling in a checklist on a phone: taps, ways through it, the keyboard, and without scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from checklists.models import Rating
from roles.capabilities import AccessLevel
from tests.browser.checklists import (
    address,
    item,
    marked,
    open_form,
    sign_in,
    state,
    tap,
    values,
)
from tests.factories.checklists import WindowFactory, form_with_items, lock
from tests.factories.roles import SchoolFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@pytest.fixture
def form():
    school = SchoolFactory()
    window = WindowFactory(district=school.district, label="October checklist")
    holder = member(AccessLevel.DISTRICT_LEAD, at=school.district)
    return form_with_items(4, district=school.district, school=school, holder=holder, window=window)


@pytest.fixture
def phone(page, live_server, form):
    """A 360 px screen on which the rater is signed in and the form is open."""
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page.context, live_server, form.rater)
    return open_form(page, live_server, form)


def test_each_tap_is_kept_and_the_last_one_leads_to_the_review(phone, form):
    for number, answer in enumerate(["2", "1", "0"]):
        tap(phone, number, answer)
    phone.get_by_text("3 of 4 rated").wait_for()
    phone.get_by_role("link", name="Next open item").click()
    expect(item(phone, 3)).to_be_in_viewport()
    tap(phone, 3, "N/A")
    expect(item(phone, 3).get_by_label("Why does it not apply?")).to_be_focused()
    phone.keyboard.type("No tutor was absent.")
    phone.get_by_role("button", name="Review and submit").click()
    phone.get_by_role("button", name="Submit checklist").click()
    phone.get_by_text("Your ratings are locked", exact=False).first.wait_for()

    form.refresh_from_db()
    assert values(form) == [2, 1, 0, None]
    assert (form.score, form.is_submitted) == (50, True)


def test_the_line_says_when_by_the_clock_of_the_server(phone, form):
    phone.clock.install(time="2001-01-01T03:33:00")  # the device's own clock is wrong
    tap(phone, 0, "2")
    state(phone, "saved")

    at = form.ratings.get().saved_at.astimezone(form.district.zone)
    expect(phone.locator("[data-save-line]")).to_have_text(f"Saved {at:%-I:%M %p}")


def test_a_late_reply_does_not_turn_the_count_back(phone, form):
    held = []

    def slow_first(route):
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    phone.route(re.compile(r"/items/\d+/"), slow_first)
    for number in range(3):
        tap(phone, number, "2")
    phone.wait_for_timeout(600)
    route, reply = held[0]
    route.fulfill(response=reply)
    state(phone, "saved")

    assert phone.get_by_text("3 of 4 rated").is_visible()
    assert values(form) == [2, 2, 2]


def test_a_reply_that_never_comes_does_not_hold_up_the_other_answers(phone, form):
    swallowed = []

    def swallow_first(route):
        if swallowed:
            route.continue_()
        else:
            swallowed.append(route)

    phone.route(re.compile(r"/items/\d+/"), swallow_first)
    for number in range(3):
        tap(phone, number, "1")
    phone.get_by_text("3 of 4 rated").wait_for()
    state(phone, "saved")

    assert values(form) == [1, 1, 1]


def test_one_at_a_time_a_tap_brings_the_next_item_by_itself(phone, form, live_server):
    phone.get_by_role("button", name="One at a time").click()
    for number in range(3):
        expect(item(phone, number)).to_be_visible()
        tap(phone, number, "2")
        expect(item(phone, number + 1)).to_be_visible()
        expect(item(phone, number)).to_be_hidden()
    phone.get_by_role("button", name="Back").click()
    expect(item(phone, 2)).to_be_visible()
    state(phone, "saved")
    phone.reload()

    expect(phone.get_by_role("button", name="One at a time")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(item(phone, 2)).to_be_visible()
    assert phone.url.startswith(address(live_server, "fill", form))
    assert values(form) == [2, 2, 2]


def test_the_arrow_keys_pass_over_answers_and_do_not_leave_the_item(phone):
    phone.get_by_role("button", name="One at a time").click()
    item(phone, 0).locator("input[type=radio]").first.focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowDown")
    phone.wait_for_timeout(600)

    expect(item(phone, 0)).to_be_visible()
    expect(item(phone, 0).locator("input:checked")).to_have_value("1")


def test_the_form_is_filled_in_by_keyboard_alone(phone):
    item(phone, 0).locator("input[type=radio]").first.focus()
    phone.keyboard.press("Space")
    state(phone, "saved")
    phone.keyboard.press("ArrowDown")
    phone.locator(".jump .st--mid").wait_for()
    marked(phone, 0, "server")

    assert Rating.objects.get().value == 1


def test_number_keys_answer_only_when_switched_on_and_never_while_typing(phone, form):
    phone.set_viewport_size({"width": 1366, "height": 768})
    item(phone, 0).locator("input[type=radio]").first.focus()
    phone.keyboard.press("2")
    expect(phone.get_by_text("0 of 4 rated")).to_be_visible()

    phone.get_by_label("Answer with the keys").check()
    item(phone, 0).locator("input[type=radio]").first.focus()
    for key in ("2", "1", "n"):
        phone.keyboard.press(key)
    phone.keyboard.type("012 n")
    expect(phone.get_by_text("3 of 4 rated")).to_be_visible()
    marked(phone, 2, "server")

    assert values(form) == [2, 1, None]
    assert form.ratings.last().note == "012 n"


def test_a_note_that_is_too_long_says_so_beside_itself_and_is_saved_once_shorter(phone, form):
    tap(phone, 0, "1")
    marked(phone, 0, "server")
    item(phone, 0).get_by_text("Add a note").click()
    note = item(phone, 0).locator("textarea")
    note.fill("a" * 10_000)
    note.blur()
    expect(item(phone, 0).get_by_text("has at most 2,000 characters")).to_be_visible()
    expect(item(phone, 0).get_by_text("10,000 of 2,000 characters")).to_be_visible()
    state(phone, "held")
    phone.reload()
    expect(note).to_have_value("a" * 10_000)
    note.fill("a" * 1_999)
    note.blur()
    state(phone, "saved")

    assert form.ratings.get().note == "a" * 1_999


def test_without_scripts_the_form_is_a_plain_one_and_loses_nothing(browser, live_server, form):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(context, live_server, form.rater)
    page = open_form(context.new_page(), live_server, form)
    stale = open_form(context.new_page(), live_server, form)
    save = {"name": "Save and review"}
    for number in range(4):
        tap(page, number, "2")
    page.get_by_role("button", **save).click()
    page.get_by_role("button", name="Submit checklist").wait_for()

    tap(stale, 0, "0")
    tap(stale, 1, "2")
    stale.get_by_role("button", **save).click()
    expect(item(stale, 0).get_by_text("choose which one stands")).to_be_visible()
    expect(item(stale, 3).get_by_text("choose which one stands")).to_be_hidden()
    stale.get_by_role("button", name="Use “Not in place” from here").click()
    stale.get_by_role("button", name="Submit checklist").wait_for()
    context.close()

    assert values(form) == [0, 2, 2, 2]


@pytest.mark.parametrize("name", ["index", "fill", "review", "result", "window", "create"])
def test_a_page_fits_each_width_and_breaks_no_accessibility_rule(phone, live_server, form, name):
    here = {"district": form.district.slug}
    lead = live_server.url
    if name == "result":
        lock(form, score=50, band="needs_support")
    places = {
        "index": lead + reverse("checklists:index", kwargs=here),
        "window": address(live_server, "window-detail", form, form.window_id),
        "create": lead + reverse("checklists:window-create", kwargs=here),
    }
    phone.goto(places.get(name) or address(live_server, name, form))
    for width, scheme in ((1366, "light"), (768, "dark"), (320, "light")):
        phone.set_viewport_size({"width": width, "height": 768})
        phone.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert phone.evaluate(OVERFLOW) == 0, f"{name} is too wide for {width}"
        found = Axe().run(phone, options={"preload": False}).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == []

"""Filling in a checklist on a phone: every tap is kept, and a lost network loses nothing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from checklists.models import Rating
from roles.capabilities import AccessLevel
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
def phone(page, live_server, client, form):
    """A 360 px screen on which the rater is signed in and the form is open."""
    client.force_login(form.rater)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.set_default_timeout(20_000)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address(live_server, "fill", form))
    return page


def address(live_server, name, form, pk=None):
    kwargs = {"district": form.district.slug, "pk": pk or form.pk}
    return live_server.url + reverse(f"checklists:{name}", kwargs=kwargs)


def tap(phone, item, answer):
    """Touch the card of an answer, as a thumb does: its label, not the hidden radio button."""
    shown = phone.locator("[data-item]").nth(item)
    shown.locator("label.answer").filter(has_text=re.compile(f"^\\s*{answer}")).click()


def saved(phone):
    phone.wait_for_selector("[data-save-state=saved]")


def values(form):
    return list(form.ratings.order_by("item__order").values_list("value", flat=True))


def test_each_tap_is_kept_and_the_last_one_leads_to_the_review(phone, form):
    for item, answer in enumerate(["2", "1", "0"]):
        tap(phone, item, answer)
    phone.get_by_text("3 of 4 rated").wait_for()
    phone.get_by_role("link", name="Next open item").click()
    assert phone.locator("[data-item]").nth(3).is_visible()
    tap(phone, 3, "N/A")
    phone.get_by_text("4 of 4 rated").wait_for()
    phone.get_by_role("button", name="Review and submit").click()
    phone.get_by_role("button", name="Submit checklist").click()
    phone.get_by_text("Your ratings are locked", exact=False).first.wait_for()

    form.refresh_from_db()
    assert values(form) == [2, 1, 0, None]
    assert (form.score, form.is_submitted) == (50, True)


def test_a_late_reply_does_not_turn_the_count_back(phone, form):
    held = []

    def slow_first(route):
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    phone.route(re.compile(r"/items/\d+/"), slow_first)
    for item in range(3):
        tap(phone, item, "2")
    phone.wait_for_timeout(600)
    route, reply = held[0]
    route.fulfill(response=reply)
    phone.wait_for_timeout(600)
    saved(phone)

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
    for item in range(3):
        tap(phone, item, "1")
    phone.get_by_text("3 of 4 rated").wait_for()
    saved(phone)

    assert values(form) == [1, 1, 1]


def test_answers_given_without_a_network_arrive_when_it_is_back(phone, form):
    tap(phone, 0, "2")
    saved(phone)
    phone.context.set_offline(True)
    tap(phone, 1, "1")
    phone.get_by_text("Not saved: offline").wait_for()
    tap(phone, 2, "2")
    phone.context.set_offline(False)
    saved(phone)

    assert values(form) == [2, 1, 2]


def test_no_answer_is_left_in_the_storage_of_the_device(phone):
    phone.context.set_offline(True)
    phone.locator(".item__note summary").first.click()
    phone.locator("textarea").first.fill("Sub on two Fridays")
    tap(phone, 0, "2")
    phone.get_by_text("Not saved: offline").wait_for()

    stored = phone.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Fridays" not in stored
    assert "value-" not in stored


def test_the_form_is_filled_in_by_keyboard_alone(phone, form):
    phone.locator("[data-item] input").first.focus()
    phone.keyboard.press("Space")
    saved(phone)
    phone.keyboard.press("ArrowDown")
    phone.locator(".jump .st--mid").wait_for()

    assert Rating.objects.get().value == 1


def test_an_answer_that_is_refused_says_why(phone, form):
    lock(form)
    tap(phone, 0, "2")

    phone.get_by_text("This checklist is submitted. Its ratings are locked.").wait_for()


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

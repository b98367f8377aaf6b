"""Answers that the network does not take: kept on the device, for their owner alone, and sent."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from roles.capabilities import AccessLevel
from tests.browser.checklists import (
    STORAGE,
    address,
    item,
    kept,
    marked,
    open_form,
    sign_in,
    sign_out,
    state,
    tap,
    values,
)
from tests.factories.checklists import WindowFactory, form_with_items, lock
from tests.factories.roles import SchoolFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
NOTE = "Two Fridays without a tutor"


@pytest.fixture
def form():
    school = SchoolFactory()
    window = WindowFactory(district=school.district, label="October checklist")
    holder = member(AccessLevel.SITE_LEADER, at=school)
    return form_with_items(4, district=school.district, school=school, holder=holder, window=window)


@pytest.fixture
def phone(page, live_server, form):
    page.set_viewport_size(PHONE)
    sign_in(page.context, live_server, form.rater)
    return open_form(page, live_server, form)


def write_note(page, number, text):
    item(page, number).get_by_text("Add a note").click()
    item(page, number).locator("textarea").fill(text)
    item(page, number).locator("textarea").blur()


def go_half_way(page):
    """Two answers with the network, two and a note without it."""
    tap(page, 0, "2")
    tap(page, 1, "1")
    marked(page, 1, "server")
    page.context.set_offline(True)
    tap(page, 2, "0")
    write_note(page, 2, NOTE)
    tap(page, 3, "2")
    marked(page, 2, "device")
    marked(page, 3, "device")
    expect(page.locator("[data-save-line]")).to_have_text("Not saved: offline, kept on this device")


def index(live_server, form):
    return live_server.url + reverse("checklists:index", kwargs={"district": form.district.slug})


def test_answers_given_without_a_network_arrive_when_it_is_back(phone, form):
    go_half_way(phone)
    assert values(form) == [2, 1]
    phone.context.set_offline(False)
    state(phone, "saved")

    assert values(form) == [2, 1, 0, 2]
    assert form.ratings.get(value=0).note == NOTE
    assert kept(phone) == []


def test_with_the_tab_closed_half_way_nothing_is_lost(phone, live_server, form):
    go_half_way(phone)
    phone.close()
    phone.context.set_offline(False)
    again = open_form(phone.context.new_page(), live_server, form)

    expect(again.get_by_text("4 of 4 rated")).to_be_visible()
    state(again, "saved")
    expect(item(again, 2).locator("textarea")).to_have_value(NOTE)
    assert values(form) == [2, 1, 0, 2]
    assert form.ratings.get(value=0).note == NOTE


def test_the_next_morning_the_list_of_checklists_sends_them(
    browser_type, browser_type_launch_args, tmp_path, live_server, form
):
    def browser():
        return browser_type.launch_persistent_context(
            tmp_path, viewport=PHONE, **browser_type_launch_args
        )

    evening = browser()
    sign_in(evening, live_server, form.rater)
    go_half_way(open_form(evening.new_page(), live_server, form))
    evening.close()
    morning = browser()
    sign_in(morning, live_server, form.rater)
    page = morning.new_page()
    page.goto(index(live_server, form))

    expect(page.get_by_text("Sent: 2 answers from this device.")).to_be_visible()
    morning.close()
    assert values(form) == [2, 1, 0, 2]


def test_another_person_on_the_same_browser_reads_nothing_and_sends_nothing(
    phone, live_server, form
):
    go_half_way(phone)
    phone.close()
    context = phone.context
    context.set_offline(False)
    sign_out(context)
    other = member(AccessLevel.SITE_LEADER, at=form.school)
    theirs = form_with_items(
        1, district=form.district, school=form.school, holder=other, window=form.window
    )
    sign_in(context, live_server, other)
    page = context.new_page()
    posts = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    page.goto(index(live_server, form))
    open_form(page, live_server, theirs)
    page.wait_for_timeout(1_000)

    rows = kept(page)
    everything = "".join(rows) + page.evaluate(STORAGE)
    secrets = [NOTE, "Not in place", "value", form.template.title, form.rater.email]
    secrets += [form.rater.first_name, *form.template.items.values_list("text", flat=True)]
    assert len(rows) == 2
    assert "/checklists/" not in "".join(rows)
    assert [secret for secret in secrets if secret in everything] == []
    assert posts == []
    assert values(form) == [2, 1]

    sign_out(context)
    sign_in(context, live_server, form.rater)
    open_form(page, live_server, form)
    state(page, "saved")
    assert values(form) == [2, 1, 0, 2]


def test_signed_out_the_line_says_so_and_after_signing_in_the_answers_are_sent(
    phone, live_server, form
):
    tap(phone, 0, "2")
    marked(phone, 0, "server")
    sign_out(phone.context)
    tap(phone, 1, "1")
    line = phone.locator("[data-save-line]")
    expect(line).to_have_text("Not saved: signed out, kept on this device. Sign in")
    line.get_by_role("link", name="Sign in").click()
    phone.wait_for_url("**/accounts/login/**")

    sign_in(phone.context, live_server, form.rater)
    open_form(phone, live_server, form)
    state(phone, "saved")
    assert values(form) == [2, 1]


def test_signed_in_again_in_another_tab_the_open_form_sends_on(phone, live_server, form):
    sign_out(phone.context)
    tap(phone, 0, "1")
    state(phone, "signed-out")
    sign_in(phone.context, live_server, form.rater)
    phone.context.new_page().goto(index(live_server, form))
    phone.evaluate("dispatchEvent(new Event('online'))")
    state(phone, "saved")

    assert values(form) == [1]


def test_somebody_else_signed_in_meanwhile_sends_nothing_for_the_first(phone, live_server, form):
    sign_out(phone.context)
    sign_in(phone.context, live_server, member(AccessLevel.DISTRICT_LEAD, at=form.district))
    phone.context.new_page().goto(index(live_server, form))
    tap(phone, 0, "1")
    state(phone, "signed-out")

    assert not form.ratings.exists()
    assert len(kept(phone)) == 1


@pytest.mark.parametrize(
    ("choice", "stands"), [("Keep “Partly in place”", 1), ("Use “In place”", 2)]
)
def test_of_two_tabs_the_newer_wins_only_where_the_person_chooses(
    phone, live_server, form, choice, stands
):
    other = open_form(phone.context.new_page(), live_server, form)
    tap(other, 0, "1")
    marked(other, 0, "server")
    tap(phone, 0, "2")
    state(phone, "held")

    assert values(form) == [1]
    clash = item(phone, 0).get_by_role("group", name="In another tab or on another device")
    expect(clash).to_contain_text("you answered “Partly in place” at")
    expect(clash).to_contain_text("Here you chose “In place”")
    assert Axe().run(phone, options={"preload": False}).response["violations"] == []

    clash.get_by_role("button", name=choice).focus()
    phone.keyboard.press("Enter")
    state(phone, "saved")
    expect(clash).to_be_hidden()
    expect(item(phone, 0).locator("input:checked")).to_have_value(str(stands))
    assert values(form) == [stands]
    assert kept(phone) == []


def test_a_clash_outlives_the_closed_tab(phone, live_server, form):
    other = open_form(phone.context.new_page(), live_server, form)
    tap(other, 0, "1")
    marked(other, 0, "server")
    tap(phone, 0, "2")
    state(phone, "held")
    phone.close()
    other.goto(index(live_server, form))
    other.get_by_role("link", name="Open the checklist to settle it").click()
    state(other, "held")
    other.get_by_role("button", name="Use “In place”").click()
    state(other, "saved")

    assert values(form) == [2]


def test_an_answer_for_a_form_submitted_meanwhile_is_shown_until_dismissed(
    phone, live_server, form
):
    go_half_way(phone)
    phone.close()
    lock(form)
    phone.context.set_offline(False)
    page = phone.context.new_page()
    page.goto(index(live_server, form))
    box = page.get_by_role("region", name="Answers kept on this device")
    expect(box).to_contain_text("This checklist is submitted. Its ratings are locked.")
    expect(box).to_contain_text(f"You answered “Not in place”, with the note “{NOTE}”")
    assert Axe().run(page, options={"preload": False}).response["violations"] == []

    page.goto(address(live_server, "result", form))
    for _ in range(2):
        box.get_by_role("button", name="Remove it from this device").first.click()
    expect(box).to_be_hidden()
    assert kept(page) == []


def test_an_answer_that_is_refused_says_why(phone, form):
    lock(form)
    tap(phone, 0, "2")

    expect(
        phone.get_by_text("This checklist is submitted. Its ratings are locked.")
    ).to_be_visible()
    state(phone, "held")


def test_where_nothing_can_be_kept_safely_the_line_says_to_keep_the_page_open(
    page, live_server, form
):
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined });")
    sign_in(page.context, live_server, form.rater)
    open_form(page, live_server, form)
    page.context.set_offline(True)
    tap(page, 0, "2")
    expect(page.locator("[data-save-line]")).to_have_text("Not saved: offline, keep this page open")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]

    page.context.set_offline(False)
    state(page, "saved")
    assert values(form) == [2]


def test_leaving_asks_nothing_while_the_answers_are_kept(phone):
    phone.context.set_offline(True)
    tap(phone, 0, "2")
    marked(phone, 0, "device")
    asked = []
    phone.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with phone.expect_event("close"):
        phone.close(run_before_unload=True)

    assert asked == []


def test_a_page_drawn_before_the_server_had_the_answer_still_shows_it(phone, form):
    on_its_way, heard, drawn = [], [], []

    def hold_the_first(answer):
        if on_its_way:
            answer.continue_()
        else:
            on_its_way.append(answer)

    def first_the_answer(page):
        """Lets the page in only after the page being left heard that its answer is saved."""
        drawn.append(page.fetch())
        reply = on_its_way[0].fetch()
        heard.append(reply.status)
        on_its_way[0].fulfill(response=reply)
        phone.wait_for_timeout(500)
        page.fulfill(response=drawn[0])

    phone.route(re.compile(r"/items/\d+/"), hold_the_first)
    phone.route(phone.url, first_the_answer)
    with phone.expect_request(re.compile(r"/items/\d+/")):
        tap(phone, 0, "2")
    phone.reload()

    assert "0 of 4 rated" in drawn[0].text()
    assert heard == [200]
    expect(phone.get_by_text("1 of 4 rated")).to_be_visible()
    expect(item(phone, 0).get_by_role("radio").first).to_be_checked()
    state(phone, "saved")
    expect(phone.locator("[data-kept=device]")).to_have_count(0)
    assert values(form) == [2]
    assert kept(phone) == []

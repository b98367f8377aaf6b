"""Writing a job description in a real browser: kept at rest, by two at once, without a network."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from roles.capabilities import AccessLevel
from roles.models import JobDescriptionVersion
from tests.factories.roles import (
    DutyFactory,
    JobDescriptionFactory,
    ResponsibilityFactory,
    RoleFactory,
    UserFactory,
    VersionFactory,
    member,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WORDS = ["Keep one plan.", "Chair the weekly meeting.", "Report to cabinet."]
CLOSING = "Other duties that fit this role."


@pytest.fixture
def draft():
    """A draft of three lines and a closing one; the fourth duty of the role is not worded."""
    role = RoleFactory(level="coaching")
    here = {"district": role.district}
    job = JobDescriptionFactory(role=role, **here)
    version = VersionFactory(job_description=job, location="Annex", **here)
    for n, text in enumerate([*WORDS, CLOSING], 1):
        duty = DutyFactory(role=role, key=f"PM{n}", text=f"Duty {n}.", order=n, **here)
        tied = None if text == CLOSING else duty
        ResponsibilityFactory(version=version, text=text, order=n, duty=tied, **here)
    return version


@pytest.fixture
def visit(browser, live_server, draft):
    """`visit(first_name)`: the draft in a browser of that person's own, signed in."""
    contexts = []

    def go(name="Dana", level=AccessLevel.DISTRICT_LEAD):
        who = member(level, at=draft.district, user=UserFactory(first_name=name))
        client = Client()
        client.force_login(who)
        context = browser.new_context(
            viewport={"width": 1366, "height": 740}, reduced_motion="reduce"
        )
        contexts.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(live_server.url + address(draft))
        return page

    yield go
    for context in contexts:
        context.close()


def address(draft):
    return reverse("roles:version-edit", args=[draft.district.slug, draft.pk])


def saved(page):
    page.wait_for_selector("[data-save-state=saved]")


def line(page, number):
    return page.get_by_label(f"Responsibility {number}", exact=True)


def texts(draft):
    return [row.text for row in draft.responsibilities.order_by("order")]


def after_saving(page, do):
    """Do something, and wait until the editor has had its answer to the save that follows."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        do()
    saved(page)


def test_what_is_typed_is_saved_at_rest_and_there_after_a_reload(visit, draft):
    page = visit()
    line(page, 2).fill("Chair the weekly meeting and keep its minutes.")
    page.get_by_label("Location").press("End")
    page.get_by_label("Location").press_sequentially(", room 4")
    expect(page.locator("[data-save-state=saving]")).to_be_visible()
    saved(page)
    page.reload()

    expect(line(page, 2)).to_have_value("Chair the weekly meeting and keep its minutes.")
    expect(page.get_by_label("Location")).to_have_value("Annex, room 4")
    assert texts(draft)[1] == "Chair the weekly meeting and keep its minutes."


def test_a_line_is_moved_with_the_keyboard_and_keeps_the_focus(visit, draft):
    page = visit()
    down = page.get_by_role("button", name="Move responsibility 1 down")
    down.focus()
    after_saving(page, lambda: page.keyboard.press("Enter"))

    expect(page.locator("[data-said]")).to_have_text("Moved to place 2 of 3.")
    expect(page.get_by_role("button", name="Move responsibility 2 down")).to_be_focused()
    assert texts(draft) == [WORDS[1], WORDS[0], WORDS[2], CLOSING]


@pytest.mark.parametrize(("moved", "onto", "order"), [(0, 2, [1, 2, 0]), (2, 0, [2, 0, 1])])
def test_a_line_is_dragged_to_another_place(visit, draft, moved, onto, order):
    page = visit()
    grips = page.locator("[data-line] [data-grip]")
    grips.nth(1).scroll_into_view_if_needed()
    start, end = grips.nth(moved).bounding_box(), grips.nth(onto).bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 50)
    page.mouse.down()
    beyond_the_middle = 0.8 if onto > moved else 0.2
    page.mouse.move(end["x"] + 8, end["y"] + end["height"] * beyond_the_middle, steps=12)
    page.wait_for_timeout(100)
    after_saving(page, page.mouse.up)

    assert texts(draft) == [*(WORDS[n] for n in order), CLOSING]
    expect(line(page, onto + 1)).to_have_value(WORDS[moved])


def test_a_line_taken_out_can_be_put_back_where_it_was(visit, draft):
    page = visit()
    after_saving(page, page.get_by_role("button", name="Remove responsibility 2").click)
    assert texts(draft) == [WORDS[0], WORDS[2], CLOSING]
    expect(page.get_by_text("PM2 Duty 2.")).to_be_visible()

    after_saving(page, page.get_by_role("button", name="Put back").click)
    assert texts(draft) == [*WORDS, CLOSING]
    expect(page.get_by_text("PM2 Duty 2.")).to_be_hidden()


def test_a_duty_no_line_words_is_added_in_front_of_the_closing_line(visit, draft):
    page = visit()
    after_saving(page, page.get_by_role("button", name="Add PM4").click)

    expect(line(page, 4)).to_be_focused()
    assert texts(draft) == [*WORDS, "Duty 4.", CLOSING]
    assert draft.responsibilities.get(text="Duty 4.").duty.key == "PM4"


def test_a_new_line_is_one_line_however_often_it_is_saved(visit, draft):
    page = visit()
    page.get_by_role("button", name="Add a responsibility").click()
    for text in ("Visit", "Visit each school", "Visit each school monthly."):
        after_saving(page, lambda text=text: line(page, 4).fill(text))

    assert texts(draft) == [*WORDS, "Visit each school monthly.", CLOSING]


def test_words_typed_without_a_network_are_saved_when_it_is_back(visit, draft):
    page = visit()
    page.context.set_offline(True)
    line(page, 1).fill("Keep one plan, up to date.")
    page.get_by_text("Not saved: offline").wait_for()
    line(page, 3).fill("Report to cabinet monthly.")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.context.set_offline(False)
    saved(page)

    assert "up to date" not in stored
    assert texts(draft)[:3] == [
        "Keep one plan, up to date.",
        WORDS[1],
        "Report to cabinet monthly.",
    ]


def test_a_save_whose_answer_is_lost_is_no_quarrel_with_oneself(visit, draft):
    page = visit()

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/edit/", lose_the_answer, times=1)
    line(page, 1).fill("Keep one plan, up")
    page.get_by_text("Not saved: offline").wait_for()
    line(page, 1).fill("Keep one plan, up to date.")
    saved(page)

    expect(page.locator("#clash")).to_have_count(0)
    assert texts(draft)[0] == "Keep one plan, up to date."


def test_two_who_write_in_different_places_keep_both_texts(visit, draft):
    first, second = visit("Dana"), visit("Yolanda", AccessLevel.DEPARTMENT_PARTNER)
    after_saving(first, lambda: line(first, 1).fill("Keep one plan, and show it."))
    line(second, 3).fill("Report to cabinet each quarter.")
    saved(second)

    expect(second.get_by_text("together with what Dana")).to_be_visible()
    expect(line(second, 1)).to_have_value("Keep one plan, and show it.")
    expect(line(second, 3)).to_be_focused()
    assert texts(draft) == [
        "Keep one plan, and show it.",
        WORDS[1],
        "Report to cabinet each quarter.",
        CLOSING,
    ]


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("Keep mine", "Keep one plan each week."), ("Take theirs", "Keep one plan, and show it.")],
)
def test_two_who_change_the_same_words_see_both_texts_and_choose(visit, draft, choice, stands):
    first, second = visit("Dana"), visit("Yolanda", AccessLevel.DEPARTMENT_PARTNER)
    after_saving(first, lambda: line(first, 1).fill("Keep one plan, and show it."))
    line(second, 1).fill("Keep one plan each week.")
    line(second, 2).fill("Chair the meeting.")
    panel = second.locator("#clash")
    expect(panel).to_contain_text("Dana")
    expect(panel.locator("label").first).to_contain_text("Keep one plan each week.")
    expect(panel.locator("label").last).to_contain_text("Keep one plan, and show it.")
    assert texts(draft)[0] == "Keep one plan, and show it."
    assert Axe().run(second, options={"preload": False}).response["violations"] == []

    panel.get_by_label(choice).check()
    panel.get_by_role("button", name="Save with these choices").click()
    saved(second)
    expect(panel).to_have_count(0)
    expect(line(second, 1)).to_have_value(stands)
    assert texts(draft)[:2] == [stands, "Chair the meeting."]


def test_who_opens_what_someone_else_just_wrote_is_told(visit, draft):
    first = visit("Dana")
    after_saving(first, lambda: first.get_by_label("Location").fill("Central office"))

    told = visit("Yolanda").get_by_text(re.compile("Dana .* edited this 0.minutes ago"))
    expect(told).to_be_visible()


def test_what_does_not_fit_is_refused_beside_its_field_and_stays_typed(visit, draft):
    page = visit()
    page.get_by_label("Title").fill("")
    line(page, 2).fill("x" * 401)
    page.get_by_text("Not saved: see the note below").wait_for()
    expect(page.get_by_text("1 characters too many")).to_be_visible()
    expect(page.locator("#id_title_error")).to_have_text("This cannot be left empty.")
    expect(line(page, 2)).to_have_value("x" * 401)
    assert texts(draft)[1] == WORDS[1]
    assert Axe().run(page, options={"preload": False}).response["violations"] == []

    page.get_by_label("Title").fill("Program Manager")
    line(page, 2).fill("Chair it.")
    saved(page)
    expect(page.locator("#id_title_error")).to_be_hidden()
    assert texts(draft)[1] == "Chair it."


def test_saving_on_the_way_out_never_runs_into_the_save_on_its_way(visit, draft):
    page = visit()
    line(page, 1).fill("Keep two plans.")
    page.get_by_role("button", name=re.compile("Save and check")).click()
    page.wait_for_url(re.compile(r"/(send|publish)/"))

    assert texts(draft)[0] == "Keep two plans."


def test_a_draft_is_discarded_after_a_question(visit, draft):
    page = visit()
    page.get_by_role("button", name="Discard draft").first.click()
    page.locator("dialog").get_by_role("button", name="Discard draft").click()
    page.get_by_text("is discarded").wait_for()

    assert not JobDescriptionVersion.objects.exists()


def test_the_editor_fits_each_width_and_breaks_no_accessibility_rule(visit, draft):
    page = visit()
    page.get_by_role("button", name="Remove responsibility 2").click()
    line(page, 1).fill("Ein" + "w" * 120)
    for width, scheme in ((1366, "light"), (768, "dark"), (360, "light")):
        page.set_viewport_size({"width": width, "height": 768})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert page.evaluate(OVERFLOW) == 0
        found = Axe().run(page, options={"preload": False}).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == []

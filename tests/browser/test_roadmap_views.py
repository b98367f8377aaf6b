"""The roadmap's views in a real browser: axe and widths, and moving a date in three ways."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from roadmap.models import Milestone
from roles.models import User
from tests.browser.complaints import complaints
from tutoring_admin.demo import roadmap, roles, succession

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG = "maple-valley"
VIEWS = ("month", "timeline", "owner")  # the others are drawn as these are
DAY = dt.timedelta(days=1)


@pytest.fixture
def go(page, live_server, client):
    """Opens a path of the district as its project manager."""
    world = roles.found(SLUG, "a-password-hash")
    succession.build(world)
    roadmap.build(world)
    client.force_login(User.objects.get(email=f"pm@{SLUG}.example"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(60_000)  # a view is drawn in a second, on a busy machine in ten
    page.emulate_media(reduced_motion="reduce")
    return lambda path: page.goto(f"{live_server.url}/d/{SLUG}/roadmap/{path}")


def test_the_views_break_no_accessibility_rule_and_fit_a_phone(page, go):
    wrong = []
    for view in VIEWS:
        go(f"?view={view}&state=open")
        page.get_by_text("Filter", exact=True).click()
        if view == "timeline":
            page.get_by_text("Show the same as a table").click()
        wrong += complaints(page, view)

    assert wrong == []


def test_a_date_is_moved_by_keyboard_and_by_dragging_and_nothing_is_written_before(page, go):
    page.set_viewport_size({"width": 1366, "height": 900})
    moving = Milestone.objects.open().order_by("-due_on").first()
    before = moving.due_on

    go("")
    page.get_by_role("link", name=moving.title, exact=True).focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page.get_by_role("status").filter(has_text="Press Enter")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("redate"))
    expect(page.get_by_label("New due date")).to_have_value(str(before + 8 * DAY))

    go(f"?text={moving.title[:20]}")
    row = page.locator("li[data-move]").filter(has_text=moving.title)
    row.drag_to(page.locator("section[data-month]").first.locator(".nowline"))
    page.wait_for_url(re.compile("redate"))
    now = dt.date.fromisoformat(page.get_by_label("New due date").input_value())
    assert (now.month, now.day) == (moving.district.today().month, before.day)

    go("?view=timeline")
    bar = page.locator(f'a[data-name="{moving.title}"] .tl__box')
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 3, y)
    page.mouse.down()
    page.mouse.move(box["x"] - 57, y, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("redate"))
    assert dt.date.fromisoformat(page.get_by_label("New due date").input_value()) < before

    moving.refresh_from_db()
    assert moving.due_on == before

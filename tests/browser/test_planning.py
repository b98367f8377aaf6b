"""The planning period in a real browser: axe and widths, minutes as they are typed, the order."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from roadmap.models import AgendaItem, Meeting, SeriesMember
from roadmap.services import agendas
from roles.capabilities import AccessLevel
from tests.browser.complaints import complaints
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_meetings import (
    AgendaItemFactory,
    DecisionFactory,
    MeetingActionFactory,
    MeetingFactory,
    chaired,
)
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2026, 10, 29, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def meeting():
    """Of today, with three items, a member, and one of the week before."""
    with time_machine.travel(NOW):
        year = SchoolYearFactory()
        lead = UserFactory()
        member(AccessLevel.DISTRICT_LEAD, at=year.district, user=lead)
        series = chaired(lead, district=year.district, school_year=year, agenda="Risks\nDecisions")
        seat = PositionFactory(
            district=year.district, role=RoleFactory(district=year.district, key="PROGRAM_LEAD")
        )
        AssignmentFactory(district=year.district, position=seat)
        SeriesMember.objects.create(district=year.district, series=series, position=seat)
        phase = PhaseFactory(district=year.district, school_year=year)
        MilestoneFactory(
            district=year.district, phase=phase, owner=seat, title="Rooms ready",
            due_on=dt.date(2026, 11, 4), state="blocked", reason="No key",
        )  # fmt: skip
        before = MeetingFactory(
            district=year.district, series=series, on=dt.date(2026, 10, 22), held=True
        )
        item = AgendaItemFactory(
            district=year.district, meeting=before, said="Two rooms.\nOne key.", title="Rooms"
        )
        DecisionFactory(district=year.district, meeting=before, item=item)
        MeetingActionFactory(district=year.district, meeting=before, item=item, owner=seat)
        MeetingFactory(district=year.district, series=series, on=dt.date(2026, 11, 5))
        today = MeetingFactory(district=year.district, series=series, on=dt.date(2026, 10, 29))
        agendas.draft(today)
        yield today


@pytest.fixture
def go(page, live_server, client, meeting):
    client.force_login(meeting.series.chair.assignments.get().holder)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(20_000)
    page.emulate_media(reduced_motion="reduce")

    def to(name, *args):
        address = reverse(f"roadmap:{name}", args=[meeting.district.slug, *args])
        page.goto(live_server.url + address)
        return address

    return to


PLACES = [("planning",), ("planning-adopt",), ("series", "series"), ("series-edit", "series")]
MEETINGS = [("meeting", "today"), ("minutes", "today"), ("meeting-close", "today")]
RECORDS = [("meeting", "held"), ("meeting-actions",), ("meeting-action", "action")]


@pytest.mark.parametrize("pages", [PLACES, MEETINGS, RECORDS], ids=["places", "today", "records"])
def test_its_pages_break_no_accessibility_rule_and_fit_a_phone(page, go, meeting, pages):
    held = Meeting.objects.get(state="held")
    rows = {"series": meeting.series, "today": meeting, "held": held, "action": held.actions.get()}
    wrong = []
    for name, *args in pages:
        wrong += complaints(page, go(name, *(rows[arg].pk for arg in args)))

    assert wrong == []


def test_minutes_are_saved_as_they_are_typed_and_two_writers_lose_nothing(page, go, meeting):
    item = meeting.agenda_items.get(title="Risks")
    go("minutes", meeting.pk)
    box = page.get_by_label("Notes about Risks")
    box.fill("A tutor is out for three weeks.")
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    page.locator("[data-present]").first.check()
    page.get_by_label("Dealt with: Risks").check()
    expect(page.locator("[data-there]")).to_have_text("1")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved")
    item.refresh_from_db()
    assert item.said == "A tutor is out for three weeks."
    assert item.settled_at is not None

    AgendaItem.objects.filter(pk=item.pk).update(said="Somebody else's words.")
    box.fill("My words.")
    expect(page.get_by_text("Somebody else's words.")).to_be_visible()
    expect(box).to_have_value("My words.")
    box.fill("My words. Somebody else's words.")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-save-state", "saved")
    item.refresh_from_db()
    assert item.said == "My words. Somebody else's words."


def test_an_action_about_an_item_keeps_what_was_typed_elsewhere(page, go, meeting):
    item = meeting.agenda_items.get(title="Risks")
    go("minutes", meeting.pk)
    page.get_by_label("Notes about Risks").fill("Written a moment before.")
    page.get_by_role("link", name="Action about Risks").click()
    page.get_by_label("What will be done").fill("Ask for a substitute")
    page.get_by_label("Who does it").select_option(index=1)
    page.get_by_role("button", name="Give it out").click()
    expect(page.get_by_role("link", name="Ask for a substitute")).to_be_visible()
    item.refresh_from_db()
    assert item.said == "Written a moment before."
    assert item.actions.get().text == "Ask for a substitute"


def test_the_order_is_kept_by_keyboard_and_by_dragging_alike(page, go, meeting):
    go("meeting", meeting.pk)
    titles = page.locator(".agenda__title")
    last = titles.last.text_content()
    up = page.get_by_role("button", name=f"Move up: {last}")
    with page.expect_response("**/put/"):
        up.press("Enter")
    expect(up).to_be_focused()
    page.reload()
    expect(titles.nth(-2)).to_have_text(last)

    grip = page.locator("[data-grip]").nth(0)
    first = titles.first.text_content()
    target = page.locator(".agenda > li").nth(2).bounding_box()
    start = grip.bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, target["y"] + target["height"] - 4, steps=8)
    with page.expect_response("**/put/"):
        page.mouse.up()
    page.reload()
    expect(titles.nth(2)).to_have_text(first)

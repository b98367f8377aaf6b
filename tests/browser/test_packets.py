"""Packets in a real browser: from the lines typed to a guest who reads, by axe and width."""

import pytest

from roles.capabilities import AccessLevel
from selfassessment.models import Packet
from tests.browser.complaints import complaints
from tests.factories.checklists import WindowFactory
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import PositionFactory, SchoolFactory, SchoolYearFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def district():
    year = SchoolYearFactory()
    phase = PhaseFactory(district=year.district, school_year=year)
    MilestoneFactory(district=year.district, phase=phase)
    PositionFactory(district=year.district, school=SchoolFactory(district=year.district))
    WindowFactory(district=year.district, school_year=year, over=True)
    return year.district


@pytest.fixture
def start(page, live_server, client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(60_000)
    page.goto(f"{live_server.url}/d/{district.slug}/packets/")


def test_a_packet_is_typed_looked_at_published_and_read_by_a_guest(start, page, browser):
    wrong = complaints(page, "no packet yet")
    page.get_by_role("link", name="Prepare the first one").click()
    wrong += complaints(page, "the lines")
    page.get_by_role("button", name="See what will be published").click()
    page.get_by_role("textbox", name="Money").wait_for()
    wrong += complaints(page, "the money line is missing")
    page.get_by_role("textbox", name="Money").fill("Half of it is spent.")
    page.get_by_role("button", name="See what will be published").click()
    wrong += complaints(page, "before it is published")
    page.get_by_role("button", name="Publish Board packet 1").click()
    page.get_by_text("Nothing in it changes any more").wait_for()
    wrong += complaints(page, "a packet")

    page.get_by_role("link", name="Guest addresses").click()
    page.get_by_label("For whom").fill("The board")
    page.get_by_role("button", name="Make the address").click()
    address = page.get_by_label("Address for The board").input_value()
    wrong += complaints(page, "guest addresses")
    guest = browser.new_context().new_page()
    guest.goto(page.url.split("/d/")[0] + "/packet/" + address.split("/packet/")[1])
    wrong += complaints(guest, "the guest page")
    guest.goto(page.url.split("/d/")[0] + "/packet/nothing/")
    wrong += complaints(guest, "no such address")

    kept = guest.context.cookies()
    guest.context.close()  # else its connections keep the server busy

    assert wrong == []
    assert kept == []
    assert Packet.objects.get().guest_links.get().opened == 1

"""The room in real browsers: five indicators by clicks, and pages that follow the facilitator."""

import os

import pytest
from playwright.sync_api import expect

from selfassessment.models import Mode, Stage
from selfassessment.services import voting
from tests.browser.checklists import sign_in
from tests.browser.complaints import complaints
from tests.factories.selfassessment import HandEvidenceFactory
from tests.selfassessment.rooms import CODE, a_team

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODES = ("6b.1", "6b.2", "6b.3", "6c.1", "6c.2")
MOST = {"facilitator": 4, "member": 2}  # presses for one indicator


class Desk:
    """One person with a browser of their own, whose presses are counted."""

    def __init__(self, browser, live_server, user, width=1366):
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, reduced_motion="reduce"
        )
        sign_in(self.context, live_server, user)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.presses = 0

    def press(self, name, *, role="button", exact=False):
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.presses += 1

    def choose(self, value):
        self.page.locator(f"label.answer:has(input[name=value][value='{value}'])").click()
        self.presses += 1


@pytest.fixture
def desks(browser, live_server):
    made = []

    def sit(user, **more):
        made.append(Desk(browser, live_server, user, **more))
        return made[-1]

    yield sit
    for desk in made:
        desk.context.close()


def test_five_indicators_take_few_presses(desks, live_server):
    team = a_team(2)
    for code in CODES:
        HandEvidenceFactory(district=team.round.district, owner=team.facilitator, code=code)
    room = live_server.url + team.at("room")
    leader = desks(team.facilitator)
    members = [desks(user, width=360) for user in team.people]
    for desk in (leader, *members):
        desk.page.goto(room)

    leader.press(f"Open the vote on {CODES[0]}")
    for number, code in enumerate(CODES):
        for desk in members:
            # No reload: the page follows the facilitator.
            expect(desk.page.locator("#ballot")).to_be_visible()
            expect(desk.page.locator(".ind__code")).to_have_text(code)
            desk.page.locator("#vote-2").click()
            desk.presses += 1
            expect(desk.page.get_by_text("You voted 2.")).to_be_visible()
        leader.press("Show the votes", exact=True)
        expect(leader.page.get_by_text("All 2 say 2.")).to_be_visible()
        leader.page.get_by_label("Why", exact=False).first.focus()
        leader.page.keyboard.type("Published, and in use.")
        after = CODES[number + 1] if number + 1 < len(CODES) else None
        leader.press(f"Agree, and open {after}" if after else "Agree", exact=True)

    expect(leader.page.get_by_text("All 5 indicators are agreed on.")).to_be_visible()
    agreed = team.round.ratings.filter(stage=Stage.AGREED, value=2)
    assert sorted(agreed.values_list("code", flat=True)) == sorted(CODES)
    assert leader.presses <= MOST["facilitator"] * len(CODES)
    assert all(desk.presses <= MOST["member"] * len(CODES) for desk in members)


def test_when_the_votes_are_shown_the_page_follows_and_says_so(desks, live_server):
    team = a_team(2)
    team.open()
    first, second = (desks(user, width=360) for user in team.people)
    for desk in (first, second):
        desk.page.goto(live_server.url + team.at("room"))
    first.press("2, ")
    expect(second.page.get_by_text("1 of 2 have voted.")).to_be_visible()
    second.page.get_by_label("Why, if you like").fill("Half a sentence")

    voting.reveal(team.round, CODE, turn=1, anyway=True, by=team.by)

    expect(first.page.locator("#votes")).to_be_visible()
    expect(first.page.locator("#room-says")).to_have_text("The votes on 6b.1 are shown.")
    # Whoever types keeps the page, the words and the cursor.
    expect(second.page.locator("[data-room-changed]")).to_be_visible()
    expect(second.page.get_by_label("Why, if you like")).to_be_focused()
    expect(second.page.get_by_label("Why, if you like")).to_have_value("Half a sentence")
    second.press("3, ")
    expect(second.page.get_by_text("You wrote: “Half a sentence”")).to_be_visible()


def test_without_scripts_the_room_works_by_looking_again(browser, live_server):
    team = a_team(1)
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, team.people[0])
    page = context.new_page()
    page.goto(live_server.url + team.at("room"))
    team.open()

    page.get_by_role("link", name="Look again").click()
    page.locator("#vote-1").click()

    expect(page.get_by_text("You voted 1.")).to_be_visible()
    context.close()


def test_the_room_breaks_no_accessibility_rule_and_fits_a_phone(page, live_server):
    team = a_team(8)
    district = team.round.district
    HandEvidenceFactory(district=district, owner=team.facilitator, code=CODE)
    page.emulate_media(reduced_motion="reduce")
    wrong = []

    def look(user, name):
        sign_in(page.context, live_server, user)
        page.goto(live_server.url + team.at("room"))
        wrong.extend(complaints(page, name))
        if "ROOM_PICTURES" not in os.environ:
            return
        for width in (360, 768, 1366):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(
                path=f"{os.environ['ROOM_PICTURES']}/{name}-{width}.png", full_page=True
            )

    look(team.facilitator, "waiting")
    team.open()
    for number, who in enumerate(team.people[:5]):
        team.cast(
            who, (1, 2, 2, 3, 2)[number], "She read it, and her duties follow it." * (number % 2)
        )
    look(team.people[0], "voting-member")
    look(team.facilitator, "voting-facilitator")
    team.show(anyway=True)
    look(team.facilitator, "shown")
    team.round.mode = Mode.ROOM
    team.round.save()
    voting.put_off(team.round, CODE, turn=1, by=team.by)
    look(team.facilitator, "one-room")

    assert wrong == []

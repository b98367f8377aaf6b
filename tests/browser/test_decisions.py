"""Decisions in a real browser: the pages by axe and width, and an answer on a phone by keyboard."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from roadmap.services import decisions
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from tests.browser.complaints import complaints
from tests.factories.roadmap_decisions import (
    CommitmentFactory,
    DecisionRequestFactory,
    asked_of,
    seat_of,
)
from tests.factories.roles import SchoolYearFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def champion(year):
    return member(AccessLevel.EXECUTIVE, at=year.district)


@pytest.fixture
def manager(year):
    return member(AccessLevel.DISTRICT_LEAD, at=year.district)


@pytest.fixture
def waiting(year, champion, manager):
    """What the champion is asked, with two departments, one of them the manager's."""
    soon = year.district.today() + dt.timedelta(days=5)
    made = asked_of(
        champion, year.district, school_year=year, asked_by=manager, due_on=soon,
        question="Fund a second tutor coach?",
    )  # fmt: skip
    for _ in range(2):
        row = CommitmentFactory(district=year.district, request=made)
    seat_of(manager, year.district, level="department", department=row.department)
    return made


@pytest.fixture
def as_person(page, live_server, client, year):
    """`as_person(user)` signs in; gives what opens a path under decisions."""

    def sign_in(person):
        client.force_login(person)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.set_default_timeout(60_000)
        page.emulate_media(reduced_motion="reduce")
        start = f"{live_server.url}/d/{year.district.slug}/roadmap/decisions/"
        return lambda path="": page.goto(start + path)

    return sign_in


def test_the_pages_of_decisions_break_no_accessibility_rule_and_fit_a_phone(
    page, as_person, year, champion, manager, waiting
):
    DecisionRequestFactory(district=year.district, school_year=year, question="W" * 150)
    one, wrong = f"{waiting.pk}/", []
    go = as_person(champion)
    for path in ("", "?q=nothing", one, f"{one}answer/"):
        go(path)
        wrong += complaints(page, path)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="One answer needs another look").wait_for()
    wrong += complaints(page, "answer with errors")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="Approve this?").wait_for()
    wrong += complaints(page, "the second look")
    go = as_person(manager)
    for path in ("ask/", f"{one}change/", f"{one}withdraw/"):
        go(path)
        wrong += complaints(page, path)
    go("ask/")
    page.get_by_role("button", name="Ask for the decision").click()
    page.get_by_role("heading", name="answers need another look").wait_for()
    wrong += complaints(page, "ask with errors")
    by = Reach(champion, year.district, Capability.DECISION_ANSWER, EVERYWHERE)
    seen = waiting.turns.latest("pk").pk
    decisions.approve(waiting, waiting.options.first(), words="Yes.", seen=seen, by=by)
    row = waiting.commitments.latest("pk")
    for path in (one, f"departments/{row.pk}/answer/"):
        go(path)
        wrong += complaints(page, f"approved {path}")

    assert wrong == []


def test_the_champion_answers_on_a_phone_with_nothing_but_a_keyboard(
    page, as_person, champion, waiting
):
    page.set_viewport_size({"width": 360, "height": 740})
    as_person(champion)(f"{waiting.pk}/")
    page.get_by_role("link", name="Answer").focus()
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Options").wait_for()
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Not this year, but bring it in March.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Approve")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Approve this?").wait_for()
    expect(page.get_by_text("Leave it as it is")).to_be_visible()
    page.get_by_role("button", name="Approve it").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Approved.", exact=False).first.wait_for()

    waiting.refresh_from_db()
    assert (waiting.state, waiting.chosen.text) == ("approved", "Leave it as it is")

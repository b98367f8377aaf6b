"""A round in a browser: people found as one types, a champion who signs on a phone, and axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from selfassessment.models import Round
from selfassessment.services import rounds
from tests.browser.checklists import sign_in
from tests.browser.complaints import complaints
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)
from tests.factories.selfassessment import RatingFactory, RoundMemberFactory, VoteFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(school_day):
    year = SchoolYearFactory()
    return member(AccessLevel.DISTRICT_LEAD, at=year.district, user=UserFactory(last_name="Moss"))


@pytest.fixture
def district(lead):
    return lead.memberships.get().district


@pytest.fixture
def champion(district):
    who = member(AccessLevel.EXECUTIVE, at=district, user=UserFactory(last_name="Okafor"))
    role = RoleFactory(district=district, key="EXEC_CHAMPION", title="Executive champion")
    seat = PositionFactory(district=district, role=role, school=None)
    AssignmentFactory(district=district, position=seat, holder=who)
    return who


def by(lead, district):
    return Reach(lead, district, Capability.ASSESSMENT_RATE, EVERYWHERE)


def opened_by(lead, district, **more):
    today = district.today()
    return rounds.open_round(
        "Fall 2026", today, today, facilitator=lead, by=by(lead, district), **more
    )


def agree(round_, *codes):
    for code in codes:
        round_.ratings.filter(code=code).delete()
        RatingFactory(
            district=round_.district, round=round_, code=code, dissent="Two of us saw a 1."
        )


def address(live_server, district, name, *args):
    return live_server.url + reverse(f"selfassessment:{name}", args=[district.slug, *args])


def test_the_team_is_found_as_one_types_and_stays_ticked(page, live_server, district, lead):
    for name in ("Álvarez", "Quist", "Quill"):
        member(AccessLevel.EXECUTIVE, at=district, user=UserFactory(last_name=name))
    sign_in(page.context, live_server, lead)
    page.goto(address(live_server, district, "round-open"))
    rows = page.locator("#people > li:visible")

    page.get_by_label("Find people").fill("qui")
    expect(rows).to_have_count(2)
    rows.filter(has_text="Quist").get_by_role("checkbox").check()
    page.get_by_label("Find people").fill("alvarez")
    expect(rows).to_have_count(2)
    expect(page.get_by_text("2 of 4 shown, 1 ticked")).to_be_visible()
    page.get_by_role("button", name="Open the round").click()

    page.wait_for_url("**/rounds/*/")
    assert [m.user.last_name for m in Round.objects.get().members.all()] == ["Quist"]


def test_a_champion_signs_on_a_phone_in_one_press(page, live_server, district, lead, champion):
    opened = opened_by(lead, district)
    agree(opened, "6b.1")
    rounds.finish(opened, by=by(lead, district))
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page.context, live_server, champion)

    page.goto(address(live_server, district, "round", opened.pk))
    page.get_by_role("link", name="Read and sign").click()
    expect(page.get_by_text("Two of us saw a 1.")).to_be_visible()
    page.get_by_role("button", name="Sign as executive champion").click()

    expect(page.get_by_text("You signed as executive champion.")).to_be_visible()
    assert opened.signatures.get().by == champion


def test_pages_of_a_round_break_no_accessibility_rule(page, live_server, district, lead, champion):
    sign_in(page.context, live_server, lead)
    page.goto(address(live_server, district, "round-open"))
    wrong = complaints(page, "open")
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Open the round").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    wrong += complaints(page, "open, refused")
    opened = opened_by(lead, district)
    agree(opened, "6b.1")
    rating = opened.ratings.get(code="6b.2")
    opened.ratings.filter(pk=rating.pk).update(stage="voting", turn=1)
    rating.refresh_from_db()
    voter = RoundMemberFactory(district=district, round=opened, user=champion)
    VoteFactory(district=district, rating=rating, member=voter)
    for name in ("round", "round-team", "round-facilitator", "round-finish"):
        page.goto(address(live_server, district, name, opened.pk))
        wrong += complaints(page, name)
    opened.ratings.filter(pk=rating.pk).update(stage="waiting")
    rounds.finish(opened, by=by(lead, district))
    for name in ("round", "round-sign", "round-reopen"):
        page.goto(address(live_server, district, name, opened.pk))
        wrong += complaints(page, f"{name}, finished")

    assert wrong == []

"""Readiness, one indicator, two rounds compared and the auditor's page, in a real browser."""

import pytest
from playwright.sync_api import expect

from roles.models import User
from tests.browser.checklists import sign_in
from tests.browser.complaints import complaints
from tutoring_admin.demo import (
    checklists,
    jobs,
    reviews,
    roadmap,
    roles,
    selfassessment,
    succession,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG = "maple-valley"
PAGES = ("", "6b.3/", "6c.1/", "rounds/compare/", "audit/")
LISTS = ("evidence/", "gaps/", "standards/", "official/")


@pytest.fixture
def world():
    world = roles.found(SLUG, "a-password-hash")
    for app in (succession, jobs, reviews, checklists, roadmap, selfassessment):
        app.build(world)
    return world


def test_the_pages_break_no_accessibility_rule_and_fit_a_phone(page, live_server, world):
    sign_in(page.context, live_server, User.objects.get(email=f"pm@{SLUG}.example"))
    page.emulate_media(reduced_motion="reduce")
    wrong = []
    for path in PAGES + LISTS:
        page.goto(f"{live_server.url}/d/{SLUG}/self-assessment/{path}")
        wrong += complaints(page, path)

    assert wrong == []
    page.goto(f"{live_server.url}/d/{SLUG}/self-assessment/")
    page.get_by_role("link", name="Compare rounds").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("From Baseline to")

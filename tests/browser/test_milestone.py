"""The page of a milestone, its edit page and the steps to a new roadmap in a real browser."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roadmap.models import Anchor, AtRiskProposal, Milestone, Precedence
from roadmap.notices import subject_of
from roles import mail_links
from roles.capabilities import AccessLevel
from roles.models import MailPreference, Snooze
from tests.browser.complaints import complaints
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roles import AssignmentFactory, PositionFactory, RoleFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def milestone():
    """One with all that can stand beside it."""
    today = dt.datetime.now(tz=dt.UTC).date()
    found = owned_milestone(key="M37", title="Quarterly executive brief", hand_dated=True,
                            due_on=today + dt.timedelta(days=3))  # fmt: skip
    year = found.school_year
    shared = {"district": year.district}
    anchor = Anchor.objects.create(**shared, school_year=year, kind="first_student_day")
    Milestone.objects.update(anchor=anchor, start_offset=10, due_offset=12)
    before = MilestoneFactory(**shared, phase=found.phase, key="M24", due_on=found.due_on)
    Precedence.objects.create(**shared, before=before, milestone=found)
    helper = PositionFactory(**shared)
    AssignmentFactory(**shared, position=helper)
    found.contributions.create(**shared, position=helper)
    AtRiskProposal.objects.create(
        **shared, milestone=found, due_on=found.due_on, reason="16 of 20 school days are used."
    )
    PositionFactory(**shared, role=RoleFactory(**shared, key="PROJECT_MANAGER"))
    return found


@pytest.fixture
def visit(page, live_server, client, milestone):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=milestone.district))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_default_timeout(60_000)
    start = f"{live_server.url}/d/{milestone.district.slug}/roadmap/"
    return lambda path: page.goto(start + path)


def test_not_now_in_a_letter_works_in_a_browser_that_nobody_signed_in_with(
    page, live_server, milestone
):
    reader = milestone.owner.assignments.get().holder
    MailPreference.objects.create(district=milestone.district, person=reader)
    named = mail_links.Named(milestone.district.pk, reader.pk, subject_of(milestone.pk))
    link = reverse(mail_links.LATER, args=[mail_links.token(mail_links.LATER, named)])
    page.goto(live_server.url + link)
    page.get_by_role("button", name="For 3 days").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Put off")
    assert Snooze.objects.get().person == reader


PAGES = {
    "the milestone": ["{pk}/"],
    "its steps": ["{pk}/edit/", "{pk}/done/", "{pk}/risk/"],
    "several": ["{pk}/before/add/", "several/?act=owner&milestone={pk}"],
    "a new roadmap": ["adopt/", "adopt/?set=core&approach=build_own&start=first"],
}


@pytest.mark.parametrize("paths", list(PAGES.values()), ids=list(PAGES))
def test_the_pages_break_no_accessibility_rule_and_fit_a_phone(page, visit, milestone, paths):
    wrong = []

    for path in paths:
        visit(path.format(pk=milestone.pk))
        wrong += complaints(page, path)

    assert wrong == []


def test_the_date_that_a_plan_comes_to_shows_while_it_is_typed(page, visit, milestone):
    visit(f"{milestone.pk}/edit/")
    expect(page.get_by_label("Due*", exact=True)).to_have_count(0)
    page.get_by_label("is counted from a day").check()
    page.get_by_label("How many").fill("4")

    expect(page.locator("#resolved")).to_contain_text("4 weeks after the first student day: due")
    page.get_by_label("is a fixed day").check()
    expect(page.get_by_label("How many")).to_be_hidden()

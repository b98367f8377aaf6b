"""Homes of manager, supervisor and auditor in a real browser: axe, widths, a nudge by keyboard."""

import datetime as dt

import pytest
from django.utils import timezone

from roadmap.models import SchoolVisit
from roles.capabilities import AccessLevel
from roles.models import Letter
from tests.browser.complaints import complaints
from tests.factories.checklists import ChecklistFactory, WindowFactory, year_of
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roadmap_visits import VisitFactory
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    member,
)
from tests.factories.selfassessment import RatingFactory, RoundFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _any_day_is_loud(settings):
    settings.QUIET_DAYS = False


@pytest.fixture
def district():
    """Three site leads, each late with a milestone and a checklist to fill in."""
    district = DistrictFactory()
    year, today = year_of(district), district.today()
    role = RoleFactory(district=district, title="Site Lead", level="site")
    window = WindowFactory(district=district, school_year=year)
    for name in ("Adams", "Baker", "Chavez"):
        school = SchoolFactory(district=district, name=f"{name} ES")
        who = member(AccessLevel.SITE_LEADER, at=school, user=UserFactory(last_name=name))
        seat = PositionFactory(
            district=district, role=role, school=school, opened_on=today - dt.timedelta(60)
        )
        AssignmentFactory(
            district=district, position=seat, holder=who, starts_on=today - dt.timedelta(60)
        )
        MilestoneFactory(
            district=district, phase__district=district, phase__school_year=year, owner=seat,
            school=school, due_on=today - dt.timedelta(days=9),
        )  # fmt: skip
        ChecklistFactory(
            district=district, window=window, position=seat, school=school, holder=who,
            rater=who, told_at=timezone.now() - dt.timedelta(days=5),
        )  # fmt: skip
    VisitFactory(district=district, school=school, on=today, next_on=today + dt.timedelta(days=9))
    closed = RoundFactory(district=district, school_year=year, closed=True)
    RatingFactory(district=district, round=closed)
    return district


@pytest.fixture
def visit(page, live_server, client, district):
    def sign_in(level):
        who = member(level, at=district)
        if level == AccessLevel.ADMINISTRATIVE_LEADER:
            AssignmentFactory(district=district, position__role__key="INSTR_SUPERVISOR", holder=who)
        client.force_login(who)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return lambda path: page.goto(f"{live_server.url}/d/{district.slug}/{path}")

    page.set_default_timeout(60_000)
    page.emulate_media(reduced_motion="reduce")
    return sign_in


def tab_to(page, name):
    """Press Tab until the control of that name has the focus."""
    wanted = page.get_by_role("checkbox", name=name).or_(page.get_by_role("button", name=name))
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {name}")


def test_several_people_are_reminded_by_keyboard_alone(page, visit):
    visit(AccessLevel.DISTRICT_LEAD)("")
    for name in ("Choose Pat Adams", "Choose Pat Baker"):
        tab_to(page, name)
        page.keyboard.press("Space")
    tab_to(page, "Remind the chosen")
    page.keyboard.press("Enter")
    page.get_by_text("2 people are reminded, each in one letter").wait_for()

    assert Letter.objects.count() == 2
    assert page.get_by_role("checkbox", name="Choose Pat Adams").count() == 0
    assert page.get_by_text("Was reminded today").count() == 2


def test_a_visit_is_noted_on_a_phone(page, visit, district):
    page.set_viewport_size({"width": 360, "height": 740})
    visit(AccessLevel.ADMINISTRATIVE_LEADER)("roadmap/visits/new/")
    page.get_by_role("combobox", name="School*").select_option(label="Baker ES")
    page.get_by_label("What you saw").fill("Both rooms were ready on time.")
    page.get_by_label("Next step").fill("Site lead shows the routine on Friday")
    page.get_by_role("button", name="Note it").click()
    page.get_by_text("Noted. The leaders of Baker ES can read it.").wait_for()

    assert SchoolVisit.objects.filter(school__name="Baker ES", on=district.today()).exists()


def test_the_homes_break_no_accessibility_rule_and_fit_a_phone(page, visit):
    wrong = []
    go = visit(AccessLevel.DISTRICT_LEAD)
    for path in ("", "chase/", "roadmap/visits/", "roadmap/visits/new/", "my-schools/"):
        go(path)
        wrong += complaints(page, path)
    go("chase/")
    page.get_by_role("button", name="Remind the chosen").click()
    page.get_by_text("Choose at least one person.").wait_for()
    wrong += complaints(page, "nobody chosen")
    visit(AccessLevel.ADMINISTRATIVE_LEADER)("")
    page.get_by_role("heading", name="My schools").wait_for()
    wrong += complaints(page, "supervisor")
    visit(AccessLevel.AUDITOR)("")
    wrong += complaints(page, "auditor")

    assert wrong == []

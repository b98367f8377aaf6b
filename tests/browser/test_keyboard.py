"""Each person's errand with the keyboard alone, from the page where it begins to its end.

Only Tab, Shift-Tab, Enter, Space, arrows and letters. At every stop the focus can be seen and is
not covered; nothing holds on to it.
"""

import datetime as dt

import pytest
from django.utils import timezone

from roadmap.models import CoachingEntry, DecisionRequest
from roles.capabilities import AccessLevel
from roles.models import DepartmentNeed, Letter
from selfassessment.models import Packet, Round
from tests.browser.keys import Keys
from tests.factories.checklists import WindowFactory, form_with_items, year_of
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roadmap_decisions import asked_of
from tests.factories.roles import (
    AssignmentFactory,
    DepartmentFactory,
    DepartmentNeedFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    member,
)
from tests.factories.selfassessment import HandEvidenceFactory, RatingFactory, RoundFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]


@pytest.fixture(autouse=True)
def _any_day_is_loud(settings):
    settings.QUIET_DAYS = False


@pytest.fixture
def school():
    school = SchoolFactory(name="Adams ES")
    year_of(school.district)
    return school


@pytest.fixture
def district(school):
    return school.district


@pytest.fixture
def sit(page, live_server, district):
    return lambda who: Keys(page, live_server, who, district)


def seated(who, district, **role):
    """That person in a position of such a role, since two months."""
    place = {"school": role.pop("school")} if "school" in role else {}
    seat = PositionFactory(
        district=district,
        role=RoleFactory(district=district, **role),
        opened_on=district.today() - dt.timedelta(60),
        **place,
    )
    AssignmentFactory(
        district=district, position=seat, holder=who, starts_on=district.today() - dt.timedelta(60)
    )
    return seat


def test_a_site_leader_fills_in_a_checklist(page, sit, school, district):
    who = member(AccessLevel.SITE_LEADER, at=school)
    form = form_with_items(
        2, district=district, school=school, holder=who, rater=who, told_at=timezone.now()
    )
    keys = sit(who).open("checklists/").to("link", form.template.title).press("Enter")
    page.wait_for_url(f"**/checklists/{form.pk}/")
    answers = page.get_by_role("radio")
    keys.to("radio", answers.first.get_attribute("aria-label") or "").press("Space", "ArrowDown")
    page.get_by_text("1 of 2 rated").wait_for()
    keys.round()

    assert keys.wrong == []
    assert form.ratings.count() == 1


def test_a_champion_answers_a_decision(page, sit, district):
    who = member(AccessLevel.EXECUTIVE, at=district)
    made = asked_of(
        who,
        district,
        school_year=year_of(district),
        asked_by=member(AccessLevel.DISTRICT_LEAD, at=district),
        due_on=district.today() + dt.timedelta(days=5),
    )
    keys = sit(who).open(f"roadmap/decisions/{made.pk}/").round()
    keys.to("link", "Answer").press("Enter")
    page.get_by_role("group", name="Options").wait_for()
    keys.to("radio", made.options.first().text).press("Space")
    keys.to("button", "Approve").press("Enter")
    page.get_by_role("heading", name="Approve this?").wait_for()
    keys.to("button", "Approve it").press("Enter")
    page.wait_for_url(f"**/decisions/{made.pk}/**")
    page.get_by_text("Approved").first.wait_for()

    assert keys.wrong == []
    assert DecisionRequest.objects.get().state == "approved"


def test_a_project_manager_reminds_somebody(page, sit, school, district):
    late = member(AccessLevel.SITE_LEADER, at=school, user=UserFactory(last_name="Adams"))
    seat = seated(late, district, level="site", school=school)
    MilestoneFactory(
        district=district,
        phase=PhaseFactory(district=district, school_year=year_of(district)),
        owner=seat,
        school=school,
        due_on=district.today() - dt.timedelta(days=9),
    )
    keys = sit(member(AccessLevel.DISTRICT_LEAD, at=district)).open("")
    keys.to("checkbox", "Choose Pat Adams").press("Space")
    keys.to("button", "Remind the chosen").press("Enter")
    page.get_by_text("Was reminded today").first.wait_for()
    keys.round()

    assert keys.wrong == []
    assert Letter.objects.count() == 1


def test_a_coach_notes_a_talk(page, sit, school, district):
    who = member(AccessLevel.COACH, at=school)
    seat = seated(who, district, level="site", school=school)
    tutor_lead = member(AccessLevel.SITE_LEADER, at=school, user=UserFactory(last_name="Adams"))
    theirs = seated(tutor_lead, district, level="site", school=school)
    theirs.role.reports_to = seat.role
    theirs.role.save()
    keys = sit(who).open("roadmap/learning/coaching/new/")
    keys.to("combobox", "Talk with").press("ArrowDown")
    keys.press("Tab").type("Starting on time")
    keys.to("textbox", "Next step").type("Show the routine on Friday")
    keys.to("button", "Note it").press("Enter")
    page.get_by_text("Starting on time").first.wait_for()
    keys.round()

    assert keys.wrong == []
    assert CoachingEntry.objects.get().next_step == "Show the routine on Friday"


def test_a_department_partner_answers_a_need(page, sit, district):
    department = DepartmentFactory(district=district)
    who = member(AccessLevel.DEPARTMENT_PARTNER, at=district)
    seat = seated(who, district, level="department")
    seat.department = department
    seat.save()
    need = DepartmentNeedFactory(
        district=district,
        department=department,
        asked_by=member(AccessLevel.DISTRICT_LEAD, at=district),
    )
    keys = sit(who).open(f"roles/needs/{need.pk}/answer/")
    keys.to("radio", "Yes, by that day").press("ArrowDown")
    keys.to("textbox", "Note").type("The freeze lasts until February.")
    keys.to("button", "Send the answer").press("Enter")
    page.wait_for_url("**/departments/**")
    keys.round()

    assert keys.wrong == []
    assert DepartmentNeed.objects.get().answer == "declined"


def test_a_facilitator_opens_a_round(page, sit, district):
    who = member(AccessLevel.DISTRICT_LEAD, at=district)
    member(AccessLevel.EXECUTIVE, at=district, user=UserFactory(last_name="Quist"))
    keys = sit(who).open("self-assessment/rounds/open/")
    keys.to("checkbox", "Quist").press("Space")
    keys.to("button", "Open the round").press("Enter")
    page.get_by_role("heading", name="Quist").or_(page.get_by_text("Quist")).first.wait_for()
    page.wait_for_load_state("networkidle")
    keys.round()

    assert keys.wrong == []
    assert [m.user.last_name for m in Round.objects.get().members.all()] == ["Quist"]


def test_an_auditor_opens_evidence(page, sit, district):
    closed = RoundFactory(district=district, school_year=year_of(district), closed=True)
    RatingFactory(district=district, round=closed)
    HandEvidenceFactory(district=district)
    keys = sit(member(AccessLevel.AUDITOR, at=district)).open("").round()
    keys.open("self-assessment/evidence/").to("link", "Minutes of the board").press("Enter")
    page.get_by_text("Item 7: job description approved.").first.wait_for()
    keys.round()

    assert keys.wrong == []


def test_a_program_lead_publishes_a_packet(page, sit, school, district):
    WindowFactory(district=district, school_year=year_of(district), over=True)
    keys = sit(member(AccessLevel.DISTRICT_LEAD, at=district)).open("packets/")
    keys.to("link", "Prepare the first one").press("Enter")
    page.get_by_role("textbox", name="Money").wait_for()
    keys.to("textbox", "Money").type("Half of it is spent.")
    keys.to("button", "See what will be published").press("Enter")
    page.get_by_role("button", name="Publish Board packet 1").wait_for()
    keys.round()
    keys.to("button", "Publish Board packet 1").press("Enter")
    page.get_by_text("Nothing in it changes any more").wait_for()

    assert keys.wrong == []
    assert Packet.objects.count() == 1

"""The homes of schools, coaches, departments, the champion in a browser: axe, two hats, paper."""

import io

import pikepdf
import pytest
from django.core.management import call_command

from roles.models import Assignment, LeadershipRole, Position, User
from tests.browser.complaints import complaints
from tests.browser.test_accessibility import FILLED, visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_homes_break_no_accessibility_rule_and_someone_with_two_hats_switches(
    page, live_server, client
):
    visit = visitor(page, live_server, client, FILLED)
    wrong = []
    for person in ("site", "principal", "coach", "hr"):
        visit(person)("")
        for summary in page.locator("main details > summary").all():
            summary.click()
        wrong += complaints(page, person)
    assert wrong == []

    _second_hat("coach")
    visit("coach")("")
    wrong += complaints(page, "choose")
    page.get_by_role("button", name="Choose School").click()
    page.get_by_role("heading", name="My school at a glance").wait_for()
    page.locator("summary", has_text="School").focus()
    page.keyboard.press("Enter")
    wrong += complaints(page, "two hats")
    page.get_by_role("button", name="Coach Who is due").click()
    page.get_by_role("heading", name="Due for a talk").wait_for()

    assert wrong == []


def _second_hat(person):
    who = User.objects.get(email=f"{person}@{FILLED}.example")
    held = Assignment.objects.filter(holder=who).select_related("position").first()
    district, school = held.district, held.position.school
    role = LeadershipRole.objects.create(
        district=district, key="HOST", title="Room host", level="site", order=99
    )
    seat = Position.objects.create(
        district=district, role=role, school=school, opened_on=held.position.opened_on
    )
    Assignment.objects.create(
        district=district, position=seat, holder=who, starts_on=held.starts_on
    )


def test_the_champions_page_prints_on_one_sheet_with_all_that_the_demo_asks_of_them(
    page, live_server, client
):
    call_command("seed_demo", stdout=io.StringIO())
    client.force_login(User.objects.get(email=f"champion@{FILLED}.example"))
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/d/{FILLED}/")
    for part in ("Decisions asked of you", "Also waits on you", "Two weakest points"):
        assert page.get_by_role("heading", name=part).is_visible()

    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        assert len(paper.pages) == 1

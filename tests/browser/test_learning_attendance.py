"""Attendance on a phone, with and without scripts, and the pages of learning under axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roadmap.models import Attendance
from roles.capabilities import AccessLevel
from tests.browser.checklists import sign_in
from tests.browser.complaints import complaints
from tests.factories.roadmap_learning import CoachingEntryFactory, seat, session_with_guests
from tests.factories.roles import AssignmentFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session():
    session, _ = session_with_guests()
    session.on = session.district.today()
    session.save()
    return session


def here(session, live_server, name="learning-attendance", *args):
    return live_server.url + reverse(f"roadmap:{name}", args=[session.district.slug, *args])


def leader_of(session):
    user = member(AccessLevel.ADMINISTRATIVE_LEADER, at=session.district)
    AssignmentFactory(district=session.district, position=session.leader, holder=user)
    return user


def present(session):
    rows = Attendance.objects.filter(session=session).order_by("position")
    return [mark.present for mark in rows]


def test_each_tap_is_kept_and_the_button_stays_under_the_thumb(page, live_server, session):
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page.context, live_server, leader_of(session))
    page.goto(here(session, live_server, "learning-attendance", session.pk))
    rows = page.locator(".roll > li")

    rows.nth(0).get_by_role("button", name="Present").click()
    expect(page.get_by_text("1 present, 0 absent, 2 not marked")).to_be_visible()
    rows.nth(0).get_by_role("button", name="Absent").click()
    expect(page.get_by_text("0 present, 1 absent, 2 not marked")).to_be_visible()

    expect(rows.nth(0).get_by_role("button", name="Absent")).to_be_focused()
    expect(rows.nth(0).get_by_role("button", name="Absent")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="The other 2 are present").click()
    expect(page.get_by_text("2 present, 1 absent")).to_be_visible()
    assert present(session) == [False, True, True]


def test_without_scripts_the_same_buttons_are_a_form(browser, live_server, session):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(context, live_server, leader_of(session))
    page = context.new_page()
    page.goto(here(session, live_server, "learning-attendance", session.pk))

    page.locator(".roll > li").nth(1).get_by_role("button", name="Absent").click()

    expect(page.get_by_text("0 present, 1 absent, 2 not marked")).to_be_visible()
    assert present(session) == [False]
    context.close()


def test_the_pages_of_learning_break_no_accessibility_rule_and_fit_a_phone(
    page, live_server, session
):
    lead = member(AccessLevel.DISTRICT_LEAD, at=session.district)
    coached = seat(session.line.audiences.get().role)
    CoachingEntryFactory(district=session.district, coached=coached, coach=lead)
    sign_in(page.context, live_server, lead)
    line, one = session.line_id, session.pk
    wrong = []
    for name, *args in [
        ("learning",), ("learning-line", line), ("learning-line-edit", line),
        ("learning-schedule", line), ("learning-session", one), ("learning-attendance", one),
        ("learning-file", one), ("learning-people",), ("learning-mine",), ("coaching",),
        ("coaching-add",),
    ]:  # fmt: skip
        page.goto(here(session, live_server, name, *args))
        wrong += complaints(page, name)

    assert wrong == []

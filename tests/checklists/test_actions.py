"""What follows from an agreed form, and who may end or move it."""

import datetime as dt

import pytest
import time_machine

from checklists.models import Action, RaterKind
from checklists.services import actions
from checklists.services.actions import NewAction
from roles.access import Access
from roles.capabilities import AccessLevel, Capability
from roles.models import AuditEvent, Notice
from roles.services.refusal import Refused
from tests.conftest import SCHOOL_DAY
from tests.factories.checklists import ActionFactory, ItemFactory, form_with_items, lock
from tests.factories.roles import RoleFactory, SchoolFactory, UserFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_school_day")]
TODAY = dt.date(2026, 10, 29)


@pytest.fixture
def _school_day():
    with time_machine.travel(SCHOOL_DAY, tick=False):
        yield


@pytest.fixture
def school():
    return SchoolFactory()


@pytest.fixture
def observer(school):
    return member(AccessLevel.SITE_LEADER, at=school)


@pytest.fixture
def agreed(school, observer):
    holder = member(AccessLevel.SITE_LEADER, at=school)
    return form_with_items(
        2,
        district=school.district,
        school=school,
        holder=holder,
        rater=observer,
        rater_kind=RaterKind.AGREED,
    )


def reach(user, district, capability=Capability.CHECKLIST_WORK):
    held = user.memberships.filter(district=district)
    return Access.from_memberships(user, district, held).reach(capability)


def line(owner, **fields):
    given = {"text": "Set the cover list.", "due_on": TODAY + dt.timedelta(14), **fields}
    return NewAction(owner=owner, **given)


def plan(agreed, *lines):
    return actions.plan(agreed, lines, by=reach(agreed.rater, agreed.district))


def test_planned_actions_belong_to_the_form_its_window_and_school(agreed):
    item = agreed.template.items.first()

    (action,) = plan(agreed, line(agreed.holder, item=item, text="  Set the cover list.  "))

    action.refresh_from_db()
    assert (action.checklist, action.window, action.school) == (
        agreed,
        agreed.window,
        agreed.school,
    )
    assert (action.text, action.item, action.made_by) == (
        "Set the cover list.",
        item,
        agreed.rater,
    )


def test_planning_leaves_one_audit_row_without_the_words_of_the_actions(agreed):
    plan(agreed, line(agreed.holder), line(agreed.rater))

    event = AuditEvent.objects.get()
    assert event.verb == "checklist_action.planned"
    assert event.detail == {"window": agreed.window.label, "actions": "2 actions"}


def test_the_owner_is_told_once_unless_they_planned_it_themself(agreed):
    plan(agreed, line(agreed.holder), line(agreed.rater))

    assert [notice.reader for notice in Notice.objects.all()] == [agreed.holder]


@pytest.mark.parametrize("number", [0, 4])
def test_a_form_has_one_to_three_actions(agreed, number):
    with pytest.raises(Refused, match="one to 3"):
        plan(agreed, *[line(agreed.holder)] * number)
    assert not Action.objects.exists()


def test_actions_planned_before_count_too(agreed):
    plan(agreed, line(agreed.holder), line(agreed.holder))

    with pytest.raises(Refused, match="these would be 4"):
        plan(agreed, line(agreed.holder), line(agreed.holder))


def test_two_ratings_that_are_not_agreed_have_no_actions(school):
    form = lock(form_with_items(1, ratings=[2], district=school.district, school=school))

    with pytest.raises(Refused, match="agreed"):
        actions.plan(form, [line(form.holder)], by=reach(form.holder, form.district))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"text": "  "}, "sentence"),
        ({"text": "x" * 301}, "300"),
        ({"due_on": TODAY - dt.timedelta(1)}, "today or later"),
        ({"due_on": dt.date(2027, 10, 30)}, "12 months"),
    ],
)
def test_a_line_that_will_not_do_is_refused_and_none_is_planned(agreed, fields, why):
    with pytest.raises(Refused, match=why):
        plan(agreed, line(agreed.holder), line(agreed.holder, **fields))
    assert not Action.objects.exists()


@pytest.mark.parametrize("day", [TODAY, dt.date(2027, 10, 29)])
def test_today_and_the_last_day_of_twelve_months_will_do(agreed, day):
    assert plan(agreed, line(agreed.holder, due_on=day))


def test_an_owner_without_access_to_the_school_is_refused(agreed):
    elsewhere = member(AccessLevel.SITE_LEADER, at=SchoolFactory(district=agreed.district))

    for person in (elsewhere, UserFactory(), member(AccessLevel.AUDITOR, at=agreed.district)):
        with pytest.raises(Refused, match="no access there"):
            plan(agreed, line(person))


def test_an_owner_whose_account_is_shut_is_refused(agreed):
    agreed.holder.is_active = False
    agreed.holder.save()

    with pytest.raises(Refused, match="no access there"):
        plan(agreed, line(agreed.holder))


def test_an_item_of_another_checklist_is_refused(agreed):
    other = ItemFactory(district=agreed.district)

    with pytest.raises(Refused, match="not on this checklist"):
        plan(agreed, line(agreed.holder, item=other))


def test_an_action_for_a_role_belongs_to_no_form_and_its_words_are_on_record(agreed):
    lead = member(AccessLevel.DISTRICT_LEAD, at=agreed.district)
    role = RoleFactory(district=agreed.district, title="Site Tutoring Lead")

    action = actions.plan_for_role(
        agreed.window,
        role,
        line(lead, text="Show a cover plan."),
        by=reach(lead, agreed.district, Capability.CHECKLIST_MANAGE),
    )

    assert (action.checklist, action.role, action.school) == (None, role, None)
    assert AuditEvent.objects.get().detail["text"] == "Show a cover plan."


def action_with(**fields):
    school = SchoolFactory()
    owner = member(AccessLevel.SITE_LEADER, at=school)
    return ActionFactory(district=school.district, school=school, owner=owner, **fields)


def by_owner(action):
    return reach(action.owner, action.district)


def test_done_says_what_came_of_it_and_who_ended_it():
    action = action_with()

    actions.finish(action, " The list hangs in the office. ", by=by_owner(action))

    action.refresh_from_db()
    assert action.done_at is not None
    assert (action.outcome, action.ended_by) == ("The list hangs in the office.", action.owner)


def test_dropping_needs_a_reason():
    action = action_with()

    with pytest.raises(Refused, match="why"):
        actions.drop(action, "   ", by=by_owner(action))
    actions.drop(action, "The room is gone.", by=by_owner(action))

    action.refresh_from_db()
    assert (action.is_open, action.outcome) == (False, "The room is gone.")


def test_what_has_ended_cannot_end_again_nor_move():
    action = action_with()
    actions.finish(action, "", by=by_owner(action))

    for change in (
        lambda: actions.finish(action, "", by=by_owner(action)),
        lambda: actions.drop(action, "Why", by=by_owner(action)),
        lambda: actions.move(action, TODAY, "Why", by=by_owner(action)),
    ):
        with pytest.raises(Refused, match="ended already"):
            change()


def test_moving_keeps_both_days_and_the_reason_on_record():
    action = action_with(due_on=TODAY + dt.timedelta(5))

    actions.move(action, TODAY + dt.timedelta(9), "The office was shut.", by=by_owner(action))

    action.refresh_from_db()
    assert action.due_on == dt.date(2026, 11, 7)
    detail = AuditEvent.objects.get(verb="checklist_action.moved").detail
    assert (detail["old"], detail["new"]) == ("2026-11-03", "2026-11-07")
    assert detail["reason"] == "The office was shut."


@pytest.mark.parametrize(
    ("day", "reason", "why"),
    [
        (TODAY + dt.timedelta(9), " ", "why"),
        (TODAY - dt.timedelta(1), "Late", "today or later"),
        (TODAY + dt.timedelta(400), "Far", "12 months"),
        (TODAY + dt.timedelta(14), "Same", "already"),
    ],
)
def test_a_date_moves_only_to_another_day_ahead_and_with_a_reason(day, reason, why):
    action = action_with()

    with pytest.raises(Refused, match=why):
        actions.move(action, day, reason, by=by_owner(action))


def test_owner_maker_and_manager_may_change_it_and_nobody_else():
    action = action_with()
    member(AccessLevel.SITE_LEADER, at=action.school, user=action.made_by)
    lead = member(AccessLevel.DISTRICT_LEAD, at=action.district)
    colleague = member(AccessLevel.SITE_LEADER, at=action.school)

    def may(person, capability=Capability.CHECKLIST_WORK):
        return actions.may_change(action, reach(person, action.district, capability))

    assert may(action.owner)
    assert may(action.made_by)
    assert may(lead, Capability.CHECKLIST_MANAGE)
    assert not may(colleague)
    with pytest.raises(Refused, match="Only its owner"):
        actions.finish(action, "", by=reach(colleague, action.district))

"""Who hears of an action, when, and when no more."""

import datetime as dt

import pytest

from checklists.models import Action
from checklists.services import action_letters, actions
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Membership, Notice, NoticeStatus
from roles.notices import sources
from roles.services import notices
from roles.wall import district_scope
from tests.factories.checklists import ActionFactory
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)  # a Thursday


def action_due(days, **fields):
    school = SchoolFactory()
    owner = member(AccessLevel.SITE_LEADER, at=school)
    due_on = TODAY + dt.timedelta(days)
    return ActionFactory(
        district=school.district, school=school, owner=owner, due_on=due_on, **fields
    )


def owe(action, today=TODAY):
    with district_scope(action.district):
        return notices.owe(action.district, today)


def by_owner(action):
    return Reach(action.owner, action.district, Capability.CHECKLIST_WORK, EVERYWHERE)


@pytest.mark.parametrize("days", [7, 0, -3, -7])
def test_on_each_rung_the_owner_is_told_once_however_often_we_look(days):
    action = action_due(days, text="Set the cover list.")

    assert [owe(action) for _ in range(3)] == [1, 0, 0]

    notice = Notice.objects.get()
    assert (notice.reader, notice.rung) == (action.owner, -days)
    line = sources()["action"].still(action.district, [notice.subject])[notice.subject]
    assert (line.title, line.due_on) == ("Set the cover list.", action.due_on)
    assert line.path.endswith(f"/checklists/actions/{action.pk}/")


def test_nobody_but_its_owner_hears_that_it_is_late():
    action = action_due(-30)
    seat = PositionFactory(
        district=action.district, role=RoleFactory(district=action.district, key="PROJECT_MANAGER")
    )
    AssignmentFactory(district=action.district, position=seat, holder=UserFactory())
    owe(action)
    Notice.objects.update(status=NoticeStatus.SAID)

    assert owe(action, TODAY + dt.timedelta(1)) == 0


def test_ending_it_withdraws_what_was_not_said_yet():
    action = action_due(7)
    owe(action)

    actions.finish(action, "It hangs.", by=by_owner(action))

    assert not Notice.objects.waiting().exists()
    assert owe(action) == 0


def test_moving_the_date_moves_what_is_told():
    action = action_due(0)
    owe(action)

    actions.move(action, TODAY + dt.timedelta(7), "The office was shut.", by=by_owner(action))
    owe(action)

    assert Notice.objects.waiting().get().rung == -7


@pytest.mark.parametrize("why", ["no access", "other school", "closed account"])
def test_an_owner_who_cannot_open_it_is_not_told(why):
    action = action_due(0)
    if why == "closed account":
        action.owner.is_active = False
        action.owner.save()
    else:
        Membership.objects.filter(user=action.owner).delete()
    if why == "other school":
        other = SchoolFactory(district=action.district)
        member(AccessLevel.SITE_LEADER, at=other, user=action.owner)

    assert owe(action) == 0


def test_an_action_of_the_whole_district_is_told_to_whoever_has_access_in_it():
    action = action_due(0)
    Action.objects.update(school=None)

    assert owe(action) == 1


def test_that_it_was_planned_is_told_once():
    action = action_due(20)
    by = Reach(UserFactory(), action.district, Capability.CHECKLIST_WORK, EVERYWHERE)

    action_letters.tell(action, by=by)
    action_letters.tell(action, by=by)

    assert Notice.objects.get().reader == action.owner

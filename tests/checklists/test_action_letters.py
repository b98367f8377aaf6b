"""Who hears of an action, when, and when no more."""

import datetime as dt

import pytest
import time_machine

from checklists.models import Action
from checklists.services import action_letters, actions
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Letter, Membership, OwedStatus
from roles.wall import district_scope
from tests.conftest import SCHOOL_DAY
from tests.factories.checklists import ActionFactory
from tests.factories.roles import ClosureFactory, SchoolFactory, UserFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_school_day")]
TODAY = dt.date(2026, 10, 29)  # a Thursday


@pytest.fixture
def _school_day():
    with time_machine.travel(SCHOOL_DAY, tick=False):
        yield


def action_due(days, **fields):
    school = SchoolFactory()
    owner = member(AccessLevel.SITE_LEADER, at=school)
    due_on = TODAY + dt.timedelta(days)
    return ActionFactory(
        district=school.district, school=school, owner=owner, due_on=due_on, **fields
    )


def owe(action, today=TODAY):
    with district_scope(action.district):
        return action_letters.owe_reminders(action.district, today)


def by_owner(action):
    return Reach(action.owner, action.district, Capability.CHECKLIST_WORK, EVERYWHERE)


@pytest.mark.parametrize(
    ("days", "call"),
    [
        (7, "Finish by Thu, Nov 5"),
        (0, "Finish today, Oct 29"),
        (-3, "Finish or ask for a new date, was due Mon, Oct 26"),
        (-7, "Finish or ask for a new date, was due Thu, Oct 22"),
    ],
)
def test_on_each_rung_the_owner_gets_one_letter_however_often_we_look(days, call):
    action = action_due(days, text="Set the cover list.")

    assert [owe(action) for _ in range(3)] == [1, 0, 0]

    letter = Letter.objects.get()
    assert letter.to == action.owner.email
    assert letter.subject == f"{call}: Set the cover list."
    assert f"/checklists/actions/{action.pk}/" in letter.body


@pytest.mark.parametrize("days", [8, 6, 1, -1, -4, -6, -8, -30])
def test_between_the_rungs_nobody_is_written_to(days):
    assert owe(action_due(days)) == 0


def test_a_quiet_day_is_made_up_for_on_the_next_loud_one():
    action = action_due(2)  # due on a Saturday
    monday = dt.date(2026, 11, 2)
    ClosureFactory(
        district=action.district,
        school_year=action.window.school_year,
        first_day=monday,
        last_day=monday,
    )

    heard = [day for n in range(7) if owe(action, day := TODAY + dt.timedelta(n))]

    # Saturday's rung waits over Sunday and the closure; three days after it is due is then too
    assert heard == [dt.date(2026, 11, 3)]


def test_an_action_that_ended_is_not_mailed_about():
    action = action_due(0)
    actions.finish(action, "It hangs.", by=by_owner(action))

    assert owe(action) == 0


def test_ending_takes_back_what_is_not_sent_yet():
    action = action_due(7)
    owe(action)

    actions.finish(action, "It hangs.", by=by_owner(action))

    assert not Letter.objects.exists()


def test_a_letter_that_went_out_stays():
    action = action_due(7)
    owe(action)
    Letter.objects.update(status=OwedStatus.DONE)

    actions.drop(action, "Not needed.", by=by_owner(action))

    assert Letter.objects.count() == 1


def test_moving_the_date_moves_the_letters():
    action = action_due(0)
    owe(action)

    actions.move(action, TODAY + dt.timedelta(7), "The office was shut.", by=by_owner(action))

    assert not Letter.objects.exists()
    assert owe(action) == 1
    assert Letter.objects.get().subject.startswith("Finish by Thu, Nov 5")


def test_an_owner_whose_access_ended_is_not_mailed():
    action = action_due(0)
    Membership.objects.filter(user=action.owner).delete()

    assert owe(action) == 0


def test_an_owner_who_has_access_at_another_school_alone_is_not_mailed():
    action = action_due(0)
    Membership.objects.filter(user=action.owner).delete()
    member(AccessLevel.SITE_LEADER, at=SchoolFactory(district=action.district), user=action.owner)

    assert owe(action) == 0


def test_an_action_of_the_whole_district_is_mailed_to_whoever_has_access_in_it():
    action = action_due(0)
    Action.objects.update(school=None)

    assert owe(action) == 1


def test_an_owner_whose_account_is_shut_is_not_mailed():
    action = action_due(0)
    action.owner.is_active = False
    action.owner.save()

    assert owe(action) == 0


def test_telling_twice_owes_one_letter():
    action = action_due(20)
    by = Reach(UserFactory(), action.district, Capability.CHECKLIST_WORK, EVERYWHERE)

    action_letters.tell(action, by=by)
    action_letters.tell(action, by=by)

    assert Letter.objects.get().subject == f"Finish by Wed, Nov 18: {action.text}"

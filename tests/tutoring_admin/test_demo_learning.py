import datetime as dt

import pytest
import time_machine

from roadmap.learning_reports.plan import plan_of
from roadmap.models import LearningSession
from roles.services.notices import owe
from roles.wall import district_scope
from tutoring_admin.demo import learning, roles

DAYS = [dt.date(2026, 11, 24), dt.date(2027, 3, 29), dt.date(2027, 7, 7)]


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_on_any_day_there_is_a_session_to_take_attendance_of_and_no_letter_of_it(day, settings):
    settings.QUIET_DAYS = False
    with time_machine.travel(dt.datetime.combine(day, dt.time(17), tzinfo=dt.UTC), tick=False):
        world = roles.found("maple-valley", "a-password-hash")
        learning.build(world)
        with district_scope(world.district):
            owed = owe(world.district, world.today)
        plan = plan_of(world.reach(world.holder("PROGRAM_LEAD")), world.year, world.today)

    today = LearningSession.objects.get(on=world.today, line__key="PD07")
    assert (today.state, today.leader) == ("planned", world.at("PROJECT_MANAGER"))
    assert not LearningSession.objects.filter(on__lt=world.today, state="planned").exists()
    assert owed == 0
    assert len(plan.lines) == 12

"""The demo shows departments and acknowledgements in every state, on any day it is seeded."""

import datetime as dt

import pytest
import time_machine

from roles.models import DepartmentNeed, Letter
from roles.reports import acknowledgements
from roles.reports import departments as reports
from roles.services import notices as owing
from roles.wall import district_scope
from tutoring_admin.demo import departments, jobs, notices, reviews, roles

DAYS = [dt.date(2026, 11, 24), dt.date(2026, 11, 28), dt.date(2027, 3, 29), dt.date(2027, 7, 7)]


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_state_is_there_on_any_day(day, settings):
    settings.QUIET_DAYS = False
    with time_machine.travel(dt.datetime.combine(day, dt.time(17), tzinfo=dt.UTC), tick=False):
        world = roles.found("maple-valley", "a-password-hash")
        for app in (jobs, reviews, departments, notices):
            app.build(world)
        pm = world.reach(world.holder("PROJECT_MANAGER"))
        seen = reports.overview(pm, day)
        unread = acknowledgements.unread(pm, day, {})
        rows = acknowledgements.rows(acknowledgements.shown(unread), pm, day)
        before = Letter.objects.count()
        with district_scope(world.district):
            owed = owing.owe(world.district, day)

    assert set(DepartmentNeed.objects.values_list("answer", flat=True)) == {
        "asked",
        "agreed",
        "declined",
        "delivered",
    }
    assert [d.name for d in seen.without_partner] == ["Legal and Privacy"]
    assert (seen.agreed, seen.asked, seen.past) == (3, 6, 1)
    waiting = reports.waiting_on(world.reach(world.holder("DEPT_HR")), day)
    assert [need.answer for need in waiting] == ["asked", "asked"]
    assert min(row.waited for row in rows) == 3
    assert {row.reminders for row in rows} >= {0, 1}
    assert any(row.above for row in rows)
    assert (owed, Letter.objects.count()) == (0, before)  # what is due was written

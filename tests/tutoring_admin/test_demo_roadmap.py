import datetime as dt

import pytest
import time_machine

from roadmap import reports
from roadmap.models import Milestone
from roles.models import AuditEvent, Notice, NoticeStatus
from roles.services.notices import owe as owe_notices
from roles.wall import district_scope
from roles.words import sentence
from tutoring_admin.demo import notices, roadmap, roles

TUESDAY = dt.date(2026, 11, 24)
DAYS = [TUESDAY, dt.date(2026, 11, 28), dt.date(2027, 3, 29), dt.date(2027, 7, 7)]


def seed(slug, day):
    """The demo's roadmap as it is seeded at noon of a day."""
    with time_machine.travel(dt.datetime.combine(day, dt.time(17), tzinfo=dt.UTC), tick=False):
        world = roles.found(slug, "a-password-hash")
        roadmap.build(world)
        notices.build(world)
    return world


def owe(world):
    with district_scope(world.district):
        return owe_notices(world.district, world.today)


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_seeding_on_any_day_leads_to_exactly_one_reminder_to_the_project_manager(day, settings):
    settings.QUIET_DAYS = False
    world = seed("maple-valley", day)

    assert owe(world) == 1
    notice = Notice.objects.waiting().get()
    assert notice.reader.email == "pm@maple-valley.example"
    due = Milestone.objects.get(pk=notice.subject.split(":")[1]).due_on
    assert Notice.objects.filter(status=NoticeStatus.SAID).exists()
    assert due == day + dt.timedelta(days=7)


@pytest.mark.django_db
def test_a_school_day_sends_the_same_one_where_quiet_days_are_kept():
    assert owe(seed("maple-valley", TUESDAY)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_year_in_progress_has_late_due_soon_done_and_blocked_milestones(day):
    world = seed("maple-valley", day)

    counts = counted(world, "PROJECT_MANAGER")

    assert 2 <= counts.late <= 4
    assert counts.soon >= 2
    assert counts.done > counts.total / 3
    assert counts.mine


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_fresh_district_has_begun_and_is_not_late_and_mails_nobody(day, settings):
    settings.QUIET_DAYS = False
    world = seed("cedar-falls", day)

    counts = counted(world, "PROGRAM_LEAD")

    assert (counts.done, counts.late) == (1, 0)
    assert owe(world) == 0


@pytest.mark.django_db
def test_the_demos_audit_trail_names_every_milestone():
    seed("maple-valley", TUESDAY)

    told = [sentence(event.verb, event.detail) for event in AuditEvent.objects.all()]
    assert told
    assert [words for words in told if "…" in words] == []


def counted(world, role):
    """The figures of all phases added up, as the holder of a role reads them."""
    phases = reports.by_phase(world.reach(world.holder(role)), world.year, world.today)
    names = ("total", "done", "late", "soon", "mine")
    return reports.Counts(**{name: sum(getattr(each, name) for each in phases) for name in names})

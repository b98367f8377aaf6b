import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection

from roadmap.models import State
from roadmap.services import milestones, reminders
from roadmap.tasks import owe_reminders as task
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Assignment, Letter
from roles.wall import district_scope
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roles import (
    AssignmentFactory,
    ClosureFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
)

TODAY = dt.date(2026, 10, 29)  # a Thursday; the factory's milestones are due a week later

pytestmark = pytest.mark.django_db


def owe(milestone, today=TODAY):
    with district_scope(milestone.district):
        return reminders.owe_reminders(milestone.district, today)


def test_a_week_before_the_holder_is_owed_one_letter_however_often_we_look():
    holder = UserFactory(email="dana@district.example")
    milestone = owned_milestone(holder=holder, title="Quarterly executive brief")

    added = [owe(milestone) for _ in range(3)]

    assert added == [1, 0, 0]
    letter = Letter.objects.get()
    assert letter.to == "dana@district.example"
    assert letter.key == f"milestone:{milestone.pk}:2026-11-05:week_before"
    assert letter.district == milestone.district


def test_the_letter_says_what_when_where_and_why(settings):
    settings.SITE_URL = "https://tutoring.example/"
    milestone = owned_milestone(title="Brief & report", proof_hint="The brief's file")

    owe(milestone)

    letter = Letter.objects.get()
    url = f"https://tutoring.example/d/{milestone.district.slug}/roadmap/{milestone.pk}/"
    assert letter.subject == "Finish by Thu, Nov 5: Brief & report"
    assert "Proof expected: The brief's file" in letter.body
    assert letter.body.count("https://") == 1
    assert url in letter.body
    assert f'href="{url}"' in letter.html
    assert "Brief &amp; report" in letter.html
    assert "Why you get this" in letter.body


def test_the_letter_is_worth_sending_until_the_end_of_the_next_day():
    milestone = owned_milestone()

    owe(milestone)

    zone = milestone.district.zone
    assert Letter.objects.get().expires_at == dt.datetime(2026, 10, 31, tzinfo=zone)


@pytest.mark.parametrize(
    ("today", "begins"),
    [
        (dt.date(2026, 10, 29), "Finish by Thu, Nov 5: "),
        (dt.date(2026, 11, 5), "Finish today, Nov 5: "),
        (dt.date(2026, 11, 9), "Finish or ask for a new date, was due Thu, Nov 5: "),
        (dt.date(2026, 11, 12), "Finish or ask for a new date, was due Thu, Nov 5: "),
    ],
)
def test_each_rung_says_what_is_true_on_its_day(today, begins):
    owe(owned_milestone(), today)

    assert Letter.objects.get().subject.startswith(begins)


@pytest.mark.parametrize(
    "today", [dt.date(2026, 10, 28), dt.date(2026, 11, 6), dt.date(2026, 12, 3)]
)
def test_on_other_days_nothing_is_owed_and_nothing_back_dated(today):
    assert owe(owned_milestone(), today) == 0


def test_a_weekend_is_quiet_and_monday_speaks_for_it():
    milestone = owned_milestone(due_on=dt.date(2026, 11, 8))  # set by hand on a Sunday

    owed = {day: owe(milestone, dt.date(2026, 11, day)) for day in (7, 8, 9)}

    assert owed == {7: 0, 8: 0, 9: 1}


def test_a_closure_is_quiet_and_the_day_after_speaks_for_it():
    milestone = owned_milestone()
    ClosureFactory(
        district=milestone.district,
        school_year=milestone.school_year,
        first_day=TODAY,
        last_day=TODAY,
    )

    assert owe(milestone, TODAY) == 0
    assert owe(milestone, TODAY + dt.timedelta(days=1)) == 1


def test_where_no_day_is_quiet_a_sunday_is_as_good_as_any(settings):
    settings.QUIET_DAYS = False
    milestone = owned_milestone(due_on=dt.date(2026, 11, 8))

    owed = {day: owe(milestone, dt.date(2026, 11, day)) for day in (7, 8, 9)}

    assert owed == {7: 0, 8: 1, 9: 0}


@pytest.mark.parametrize("state", [State.DONE, State.NOT_APPLICABLE])
def test_nothing_is_owed_for_what_is_settled(state):
    milestone = owned_milestone()
    by = Reach(UserFactory(), milestone.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    if state == State.DONE:
        milestones.mark_done(milestone, proof_text="Minutes", by=by)
    else:
        milestones.set_aside(milestone, reason="No provider", by=by)

    assert owe(milestone) == 0


def test_nothing_is_owed_without_an_owner_a_holder_or_an_open_account():
    milestone = MilestoneFactory()
    MilestoneFactory(
        district=milestone.district,
        phase=milestone.phase,
        owner=PositionFactory(district=milestone.district),
    )
    gone = owned_milestone(district=milestone.district, phase=milestone.phase)
    gone.owner.assignments.get().holder.__class__.objects.update(is_active=False)

    assert owe(milestone) == 0


def test_the_one_who_holds_the_position_on_the_day_is_written_to():
    milestone = owned_milestone()
    Assignment.objects.update(ends_on=TODAY - dt.timedelta(days=1))
    new = UserFactory(email="new@district.example")
    Assignment.objects.create(
        district=milestone.district, position=milestone.owner, holder=new, starts_on=TODAY
    )

    owe(milestone)

    assert Letter.objects.get().to == "new@district.example"


def test_a_moved_date_has_reminders_of_its_own(school_day):
    milestone = owned_milestone()
    by = Reach(UserFactory(), milestone.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    owe(milestone)
    Letter.objects.update(status="done")

    milestones.redate(milestone, dt.date(2026, 11, 12), reason="Board meets later", by=by)

    assert owe(milestone) == 0
    assert owe(milestone, dt.date(2026, 11, 5)) == 1


def test_a_new_owner_gets_the_letter_that_the_old_one_had_not_been_sent():
    milestone = owned_milestone()
    other = owned_milestone(district=milestone.district, phase=milestone.phase).owner
    by = Reach(UserFactory(), milestone.district, Capability.ROADMAP_MANAGE, EVERYWHERE)
    owe(milestone)

    milestones.assign(milestone, other, by=by)
    owe(milestone)

    mine = Letter.objects.get(key__startswith=f"milestone:{milestone.pk}:")
    assert mine.to == other.assignments.get().holder.email


def test_each_district_has_its_own_date_and_its_own_letters():
    """At 03:00 UTC it is still October 28 in Chicago, and already the 29th in Madrid."""
    late = owned_milestone(district=DistrictFactory(time_zone="America/Chicago"))
    early = owned_milestone(district=DistrictFactory(time_zone="Europe/Madrid"))

    with time_machine.travel(dt.datetime(2026, 10, 29, 3, 0, tzinfo=dt.UTC), tick=False):
        added = task()

    assert added == 1
    assert Letter.objects.get().district == early.district != late.district


def test_one_districts_trouble_does_not_silence_the_others(school_day, monkeypatch, caplog):
    broken = DistrictFactory(time_zone="Nowhere/Never", name="A first")
    fine = owned_milestone()

    added = task()

    assert added == 1
    assert Letter.objects.get().district == fine.district
    assert f"Reminders of {broken.slug} were not owed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment_owe_each_reminder_once():
    milestone = owned_milestone()
    for _ in range(9):
        owned_milestone(district=milestone.district, phase=milestone.phase)
    start, results = threading.Barrier(4), []

    def beat():
        try:
            start.wait()
            results.append(owe(milestone))
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 4
    assert Letter.objects.count() == 10


def test_the_round_costs_the_same_queries_once_everything_is_owed(django_assert_num_queries):
    milestone = owned_milestone()
    for _ in range(4):
        owned_milestone(district=milestone.district, phase=milestone.phase)
    owe(milestone)

    with district_scope(milestone.district), django_assert_num_queries(6):
        reminders.owe_reminders(milestone.district, TODAY)


def under_a_vacant_site_lead(**fields):
    """A milestone of a position that nobody holds; gives it and the principal it reports to."""
    milestone = MilestoneFactory(**fields)
    school = SchoolFactory(district=milestone.district, name="Northside ES")
    above = RoleFactory(district=milestone.district, title="Principal")
    role = RoleFactory(district=milestone.district, title="Site Tutoring Lead", reports_to=above)
    office = PositionFactory(district=milestone.district, role=above, school=school)
    principal = UserFactory(email="james@district.example")
    AssignmentFactory(district=milestone.district, position=office, holder=principal)
    milestone.owner = PositionFactory(district=milestone.district, role=role, school=school)
    milestone.save()
    return milestone, principal


def test_while_the_position_is_vacant_its_superior_is_reminded_and_told_why():
    milestone, principal = under_a_vacant_site_lead()

    added = [owe(milestone) for _ in range(2)]

    assert added == [1, 0]
    letter = Letter.objects.get()
    assert letter.to == principal.email
    why = "Site Tutoring Lead, Northside ES is vacant. It reports to you, Principal, Northside ES"
    assert why in letter.body
    assert why in letter.html


def test_what_the_superior_would_be_told_is_taken_back_when_it_is_done():
    milestone, principal = under_a_vacant_site_lead(state=State.IN_PROGRESS)
    owe(milestone)

    reach = Reach(principal, milestone.district, Capability.ROADMAP_WORK, EVERYWHERE)
    with district_scope(milestone.district):
        milestones.mark_done(milestone, proof_text="Minutes", by=reach)

    assert Letter.objects.count() == 0


def test_the_superior_of_a_vacant_position_may_work_on_its_milestones():
    milestone, principal = under_a_vacant_site_lead()
    nowhere = Reach(principal, milestone.district, Capability.ROADMAP_MANAGE, frozenset())
    reach = Reach(principal, milestone.district, Capability.ROADMAP_WORK, EVERYWHERE)
    day = milestone.district.today()
    AssignmentFactory(
        district=milestone.district, position=milestone.owner, starts_on=day + dt.timedelta(days=5)
    )

    assert milestones.may_work_on(milestone, reach, nowhere)

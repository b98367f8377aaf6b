"""What is owed to whom, and when: the ladder climbs, stops by itself, and never skips a rung."""

import datetime as dt

import pytest

from roadmap.models import Milestone, State
from roadmap.notices import subject_of
from roles.models import Assignment, LadderRung, MailPreference, Notice, NoticeStatus
from roles.services import notices
from roles.services.foretelling import planned
from roles.wall import district_scope
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roles import (
    AssignmentFactory,
    ClosureFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
)

DUE = dt.date(2026, 11, 5)  # a Thursday
WEEK_BEFORE = dt.date(2026, 10, 29)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


def owe(milestone, day):
    with district_scope(milestone.district):
        return notices.owe(milestone.district, day)


def say():
    """As the letters do: what waits is said."""
    return Notice.objects.waiting().update(status=NoticeStatus.SAID)


def under_everyone(**fields):
    """A milestone of a site lead, under a principal, a project manager and a champion."""
    milestone = MilestoneFactory(**fields)
    district = milestone.district
    school = SchoolFactory(district=district, name="Northside ES")
    principal = RoleFactory(district=district, title="Principal", key="PRINCIPAL")
    lead = RoleFactory(district=district, title="Site Tutoring Lead", reports_to=principal)
    people = {}
    for who, role, place in (
        ("owner", lead, school),
        ("supervisor", principal, school),
        ("manager", RoleFactory(district=district, key="PROJECT_MANAGER"), None),
        ("champion", RoleFactory(district=district, key="EXEC_CHAMPION"), None),
    ):
        position = PositionFactory(district=district, role=role, school=place)
        people[who] = UserFactory(email=f"{who}@district.example")
        AssignmentFactory(district=district, position=position, holder=people[who])
        if who == "owner":
            milestone.owner = position
    milestone.save()
    return milestone, people


def days(first, last):
    while first <= last:
        yield first
        first += dt.timedelta(days=1)


def test_a_rung_is_owed_once_however_often_and_late_we_look():
    milestone = owned_milestone()

    assert [owe(milestone, WEEK_BEFORE) for _ in range(3)] == [1, 0, 0]
    assert owe(milestone, WEEK_BEFORE + dt.timedelta(days=3)) == 0
    notice = Notice.objects.get()
    assert (notice.subject, notice.due_on, notice.rung) == (subject_of(milestone.pk), DUE, -7)


def test_after_days_without_a_round_only_the_newest_missed_rung_speaks():
    milestone = owned_milestone()

    owe(milestone, dt.date(2026, 11, 9))

    assert list(Notice.objects.values_list("rung", flat=True)) == [3]


def test_it_climbs_a_rung_at_a_time_and_each_hears_on_the_day_shown_before():
    milestone, _ = under_everyone()
    with district_scope(milestone.district):
        shown = planned(
            milestone.district, subject_of(milestone.pk), DUE, position_id=milestone.owner_id
        )
    heard = []
    for day in days(WEEK_BEFORE, dt.date(2026, 12, 1)):
        owe(milestone, day)
        waiting = Notice.objects.waiting().select_related("reader")
        heard += [(day, n.audience, str(n.reader), n.in_brief) for n in waiting]
        say()

    assert heard == [(p.day, p.audience, p.names, p.in_brief) for p in shown]
    assert [audience for _, audience, _, _ in heard] == [
        *["owner"] * 4,
        "supervisor",
        "project_manager",
        "champion",
    ]


def test_nobody_above_hears_before_those_below_were_told():
    milestone, _ = under_everyone()
    long_after = dt.date(2026, 12, 1)

    heard = []
    for day in days(long_after, long_after + dt.timedelta(days=3)):
        owe(milestone, day)
        owe(milestone, day)
        heard.append([n.audience for n in Notice.objects.waiting()])
        say()

    assert heard == [["owner"], ["supervisor"], ["project_manager"], ["champion"]]


def test_where_nobody_can_be_told_below_it_climbs_all_the_same():
    milestone, people = under_everyone()
    people["owner"].__class__.objects.filter(pk=people["owner"].pk).update(is_active=False)
    Assignment.objects.filter(holder=people["supervisor"]).delete()

    owe(milestone, dt.date(2026, 11, 20))

    assert Notice.objects.get().reader == people["manager"]


def test_it_stops_by_itself_when_the_thing_is_settled_or_moves():
    milestone, _ = under_everyone()
    owe(milestone, DUE)

    Milestone.objects.update(due_on=DUE + dt.timedelta(days=30))
    owe(milestone, DUE)

    assert Notice.objects.get().status == NoticeStatus.WITHDRAWN
    Milestone.objects.update(due_on=DUE)
    owe(milestone, DUE)
    assert Notice.objects.get().status == NoticeStatus.WAITING
    Milestone.objects.update(state=State.NOT_APPLICABLE, reason="No provider")
    owe(milestone, DUE)
    assert Notice.objects.waiting().count() == 0


def test_the_new_holder_is_told_and_the_old_one_is_not():
    milestone = owned_milestone()
    owe(milestone, WEEK_BEFORE)
    new = UserFactory()
    Assignment.objects.update(ends_on=WEEK_BEFORE)
    later = WEEK_BEFORE + dt.timedelta(days=1)
    AssignmentFactory(
        district=milestone.district, position=milestone.owner, holder=new, starts_on=later
    )

    owe(milestone, later)

    assert Notice.objects.waiting().get().reader == new


def test_while_a_position_is_vacant_whoever_answers_for_it_is_told():
    milestone, people = under_everyone()
    Assignment.objects.filter(holder=people["owner"]).delete()

    owe(milestone, DUE)

    notice = Notice.objects.get()
    assert (notice.reader, notice.audience) == (people["supervisor"], "owner")


def test_the_districts_own_ladder_takes_the_place_of_the_shipped_one():
    milestone = owned_milestone()
    LadderRung.objects.create(district=milestone.district, days=-3)

    assert owe(milestone, WEEK_BEFORE) == 0
    assert owe(milestone, dt.date(2026, 11, 2)) == 1


@pytest.mark.parametrize("day", [dt.date(2026, 10, 31), dt.date(2026, 11, 1)])
def test_nothing_is_owed_on_a_quiet_day(day):
    assert owe(owned_milestone(), day) == 0


def test_a_break_puts_its_rungs_on_the_first_day_after_it():
    milestone = owned_milestone()
    ClosureFactory(
        district=milestone.district,
        school_year=milestone.school_year,
        first_day=dt.date(2026, 11, 4),
        last_day=dt.date(2026, 11, 13),
    )
    owe(milestone, WEEK_BEFORE)
    say()

    assert owe(milestone, dt.date(2026, 11, 13)) == 0
    assert owe(milestone, dt.date(2026, 11, 16)) == 1
    assert Notice.objects.waiting().get().rung == 7


def test_who_turned_the_letters_off_is_owed_nothing():
    milestone = owned_milestone()
    holder = milestone.owner.assignments.get().holder
    MailPreference.objects.create(
        district=milestone.district,
        person=holder,
        off_since=dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
    )

    assert owe(milestone, WEEK_BEFORE) == 0


def test_news_is_told_once():
    milestone = owned_milestone()
    district, reader = milestone.district, UserFactory()
    subject = subject_of(milestone.pk)

    first, second = (notices.tell(district, reader, "milestone", subject) for _ in range(2))

    assert first == second
    assert notices.tell(district, reader, "milestone", subject, again="2") != first
    assert notices.withdraw(district, subject) == 2


@pytest.mark.parametrize("many", [1, 5])
def test_the_round_costs_the_same_queries_in_a_district_of_any_size(
    many, django_assert_max_num_queries
):
    milestone, _ = under_everyone(due_on=dt.date(2026, 10, 15))
    for _ in range(many):
        owned_milestone(district=milestone.district, phase=milestone.phase)
    owe(milestone, WEEK_BEFORE)

    # At least one for each source.
    with district_scope(milestone.district), django_assert_max_num_queries(28):
        notices.owe(milestone.district, WEEK_BEFORE)

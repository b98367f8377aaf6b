import datetime as dt

import pytest

from roadmap import reports
from roadmap.models import Contribution
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from tests.factories.roadmap import MilestoneFactory, owned_milestone
from tests.factories.roles import UserFactory

TODAY = dt.date(2026, 10, 29)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine():
    return owned_milestone(holder=UserFactory(), title="Mine", supports=["6b.2"])


@pytest.fixture
def reach(mine):
    holder = mine.owner.assignments.get().holder
    return Reach(holder, mine.district, Capability.ROADMAP_VIEW, EVERYWHERE)


def beside(milestone, **fields):
    return MilestoneFactory(district=milestone.district, phase=milestone.phase, **fields)


def test_counts_of_a_year_in_one_query(mine, reach, django_assert_num_queries):
    beside(mine, due_on=TODAY - dt.timedelta(days=1))
    beside(mine, due_on=TODAY)
    beside(mine, due_on=TODAY + dt.timedelta(days=15), state="blocked", reason="No room")
    beside(mine, due_on=TODAY - dt.timedelta(days=9), done=True)
    beside(mine, state="not_applicable", reason="No provider")

    with django_assert_num_queries(1):
        counts = reports.counts(reach, mine.school_year, TODAY)

    assert counts == reports.Counts(total=5, done=1, late=1, soon=2, blocked=1, mine=1)


def test_no_year_no_figures(reach):
    assert reports.counts(reach, None, TODAY) == reports.Counts()


def test_lines_name_owner_date_and_standing(mine, reach):
    [line] = reports.mine(reach, mine.school_year, TODAY)

    assert (line.title, line.label, line.kind) == ("Mine", "Due in 7 days", "due_soon")
    assert line.owner == str(mine.owner.assignments.get().holder)
    assert line.supports == ("6b.2",)


def test_what_is_late_comes_longest_first_and_what_is_next_soonest_first(mine, reach):
    for days in (-3, -20, 2):
        beside(mine, title=f"{days}", due_on=TODAY + dt.timedelta(days=days))

    late = reports.late(reach, mine.school_year, TODAY)
    upcoming = reports.upcoming(reach, mine.school_year, TODAY)

    assert [line.title for line in late] == ["-20", "-3"]
    assert [line.title for line in upcoming] == ["2", "Mine"]


def test_an_indicator_finds_its_milestones(mine, reach):
    beside(mine, supports=["6b.21"])

    found = reports.supporting(reach, mine.school_year, ["6b.2", "6c.1"], TODAY)

    assert [line.title for line in found] == ["Mine"]


@pytest.mark.parametrize("rows", [1, 4])
def test_lines_cost_the_same_queries_however_many(mine, reach, rows, django_assert_num_queries):
    for _ in range(rows - 1):
        owned_milestone(district=mine.district, phase=mine.phase)

    with django_assert_num_queries(2):
        reports.upcoming(reach, mine.school_year, TODAY)


def test_what_one_helps_with_is_listed_apart_and_not_counted_as_own(mine, reach):
    other = owned_milestone(district=mine.district, phase=mine.phase, title="Theirs")
    for milestone in (mine, other):
        Contribution.objects.create(
            district=mine.district, milestone=milestone, position=mine.owner
        )

    helped = reports.helping(reach, mine.school_year, TODAY)

    assert [line.title for line in helped] == ["Theirs"]
    assert [line.title for line in reports.mine(reach, mine.school_year, TODAY)] == ["Mine"]
    assert reports.counts(reach, mine.school_year, TODAY).mine == 1

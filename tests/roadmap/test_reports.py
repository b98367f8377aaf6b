import datetime as dt

import pytest

from roadmap import reports
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


def test_figures_of_a_phase_in_two_queries(mine, reach, django_assert_num_queries):
    beside(mine, due_on=TODAY - dt.timedelta(days=1))
    beside(mine, due_on=TODAY)
    beside(mine, due_on=TODAY + dt.timedelta(days=15), state="blocked", reason="No room")
    beside(mine, due_on=TODAY - dt.timedelta(days=9), done=True)
    beside(mine, state="not_applicable", reason="No provider")

    with django_assert_num_queries(2):
        [phase] = reports.by_phase(reach, mine.school_year, TODAY)

    assert (phase.every, phase.total, phase.done) == (6, 5, 1)
    assert (phase.late, phase.soon, phase.mine) == (1, 2, 1)

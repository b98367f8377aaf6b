"""What the demo shows of rosters."""

import pytest

from roles.models import RosterEntry, RosterImport
from tests.reach import reach
from tutoring_admin.demo import roles, rosters
from tutoring_admin.systems.rosters import proposals

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_roster_in_force_and_a_dry_run_that_waits():
    world = roles.found("maple-valley", "a-password-hash")

    rosters.build(world)

    states = [roster.state for roster in RosterImport.objects.order_by("pk")]
    assert states == ["applied", "ready"]
    waits = RosterImport.objects.get(applied_at=None)
    assert (waits.count("added"), waits.count("changed"), waits.count("ended")) == (2, 1, 2)
    assert waits.rejected == 2
    assert RosterEntry.objects.filter(kind="person", ended_on=None).count() > 50
    assert any(count for _, count in proposals.waiting(reach(world.district)))

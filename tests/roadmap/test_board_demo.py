import pytest

from roadmap.models import Milestone
from tutoring_admin.demo import at_schools, roadmap, roles

pytestmark = pytest.mark.django_db


def test_the_demo_has_one_milestone_at_each_school_some_of_them_done():
    world = roles.found("maple-valley", "a-password-hash")
    roadmap.build(world)
    at_schools.build(world)

    found = Milestone.objects.filter(title=at_schools.TITLE)
    assert found.count() == len(world.schools)
    assert found.filter(state="done").exists()
    assert not found.late(world.today).exists()

"""A district with a window that opened yesterday."""

import pytest

from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from tests.checklists.telling.letters import DAY, TODAY
from tests.factories.checklists import (
    WindowFactory,
)
from tests.factories.roles import (
    DistrictFactory,
    SchoolFactory,
    UserFactory,
)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def school(district):
    return SchoolFactory(district=district)


@pytest.fixture
def window(district, school_day):
    return WindowFactory(
        district=district,
        label="Fall checklist",
        opens_on=TODAY - 1 * DAY,
        closes_on=TODAY + 15 * DAY,
    )


@pytest.fixture
def by(district):
    return Reach(UserFactory(), district, Capability.CHECKLIST_MANAGE, EVERYWHERE)

import pytest

from roles.capabilities import AccessLevel
from tests.factories.roles import SchoolYearFactory, member


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def lead(client, year):
    """Someone who runs the self-assessment, signed in."""
    who = member(AccessLevel.DISTRICT_LEAD, at=year.district)
    client.force_login(who)
    return who


@pytest.fixture
def auditor(client, year):
    who = member(AccessLevel.AUDITOR, at=year.district)
    client.force_login(who)
    return who

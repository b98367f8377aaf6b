"""Reaches for tests that call services."""

from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from tests.factories.roles import UserFactory


def reach(district, user=None, *, capability=Capability.HOME_VIEW, schools=EVERYWHERE):
    """The reach of a person over a whole district, or over some schools of it."""
    where = schools if schools is EVERYWHERE else frozenset(s.pk for s in schools)
    return Reach(user or UserFactory(), district, capability, where)

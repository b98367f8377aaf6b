"""How to knock at the pages of privacy."""

from roles.models import Membership
from tests.factories.roles import UserFactory
from tests.guards.case import Case


def someone(school, who):
    other = UserFactory()
    Membership.objects.create(district=school.district, user=other, level="auditor")
    return {"pk": other.pk}


CASES = {
    "GET systems:privacy": Case(),
    "GET systems:privacy-retention": Case(),
    "POST systems:privacy-retention": Case(),
    "GET systems:privacy-people": Case(),
    "GET systems:privacy-person": Case(kwargs=someone, shared=True),
    "POST systems:privacy-person-data": Case(kwargs=someone, shared=True),
    "POST systems:privacy-delete": Case(kwargs=someone, shared=True),
    "GET systems:privacy-own": Case(),
    "POST systems:privacy-own": Case(),
}

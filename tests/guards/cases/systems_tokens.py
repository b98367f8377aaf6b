"""How to knock at the pages of API tokens."""

from tests.factories.tokens import TokenFactory
from tests.guards.case import Case


def token(school, who):
    return {"pk": TokenFactory(district=school.district).pk}


CASES = {
    "GET systems:token-list": Case(),
    "GET systems:token-new": Case(),
    "POST systems:token-new": Case(),
    "GET systems:token-end": Case(kwargs=token, shared=True),
    "POST systems:token-end": Case(kwargs=token, shared=True),
}

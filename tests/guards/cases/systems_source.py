"""How to knock at the pages of a roster's source."""

from tests.factories.roster_sources import RosterPullFactory, RosterSourceFactory
from tests.guards.case import Case


def source_at(school, who):
    RosterSourceFactory(district=school.district)
    return {}


def pull_at(school, who):
    return {"pk": RosterPullFactory(district=school.district).pk}


CASES = {
    "GET systems:source": Case(),
    "GET systems:source-set-up": Case(),
    "POST systems:source-set-up": Case(),
    "POST systems:source-test": Case(kwargs=source_at),
    "POST systems:source-ask": Case(kwargs=source_at),
    "POST systems:source-stop": Case(kwargs=pull_at),
    "GET systems:source-take-away": Case(kwargs=source_at),
    "POST systems:source-take-away": Case(kwargs=source_at),
}

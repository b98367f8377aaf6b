"""How to knock at the pages of the self-assessment."""

from tests.factories.selfassessment import RoundFactory
from tests.guards.case import Case


def a_round(school, who):
    return {"pk": RoundFactory(district=school.district).pk}


def an_indicator(school, who):
    return {"code": "6b.1"}


def a_round_and_indicator(school, who):
    return {**a_round(school, who), **an_indicator(school, who)}


CASES = {
    "GET selfassessment:index": Case(),
    "POST selfassessment:rate": Case(
        kwargs=a_round_and_indicator, shared=True, data={"value": "2", "rationale": "Agreed."}
    ),
    "GET selfassessment:indicator": Case(kwargs=an_indicator, shared=True),
    "GET selfassessment:evidence-add": Case(kwargs=an_indicator, shared=True),
    "POST selfassessment:evidence-add": Case(
        kwargs=an_indicator,
        shared=True,
        data={"label": "Minutes", "text": "Item 7", "dated_on": "2026-08-03"},
    ),
}

"""How to knock at the room of a round."""

from selfassessment.models import Stage
from tests.factories.selfassessment import RatingFactory, RoundFactory, RoundMemberFactory
from tests.guards.case import Case


def a_round_of(school, who):
    """`who` is in its team."""
    round_ = RoundFactory(district=school.district)
    RoundMemberFactory(round=round_, district=school.district, user=who)
    return round_


def a_round_of_mine(school, who):
    return {"pk": a_round_of(school, who).pk}


def an_indicator_of_mine(school, who):
    round_ = a_round_of(school, who)
    RatingFactory(
        district=school.district,
        round=round_,
        code="6b.1",
        stage=Stage.VOTING,
        turn=1,
        value=None,
        rationale="",
        rated_by=None,
        rated_at=None,
    )
    return {"pk": round_.pk, "code": "6b.1"}


TURN = {"turn": "1"}
CASES = {
    "GET selfassessment:room": Case(kwargs=a_round_of_mine, shared=True),
    "GET selfassessment:room-live": Case(kwargs=a_round_of_mine, shared=True),
    "POST selfassessment:vote": Case(
        kwargs=an_indicator_of_mine, shared=True, data={**TURN, "value": "2", "reason": "Seen it."}
    ),
    "POST selfassessment:voting-open": Case(kwargs=an_indicator_of_mine, shared=True, data=TURN),
    "POST selfassessment:voting-reveal": Case(kwargs=an_indicator_of_mine, shared=True, data=TURN),
    "POST selfassessment:voting-again": Case(kwargs=an_indicator_of_mine, shared=True, data=TURN),
    "POST selfassessment:voting-later": Case(kwargs=an_indicator_of_mine, shared=True, data=TURN),
    "POST selfassessment:agree": Case(
        kwargs=an_indicator_of_mine, shared=True, data={"value": "2", "rationale": "Agreed."}
    ),
}

"""How to knock at the pages of a round's life."""

from roles.models import Membership
from tests.factories.roles import UserFactory
from tests.factories.selfassessment import RatingFactory, RoundFactory, RoundMemberFactory
from tests.guards.case import Case


def a_round(school, who, **fields):
    return {"pk": RoundFactory(district=school.district, **fields).pk}


def one_with_them(school, who):
    """In whose team `who` is; a colleague of theirs too."""
    taken = RoundFactory(district=school.district)
    RoundMemberFactory(district=school.district, round=taken, user=who)
    return {"pk": taken.pk}


def one_they_lead(school, who):
    led = RoundFactory(district=school.district, facilitator=who)
    RatingFactory(district=school.district, round=led)
    return {"pk": led.pk}


def one_to_sign(school, who):
    taken = RoundFactory(district=school.district, state="signing")
    RoundMemberFactory(district=school.district, round=taken, user=who)
    return {"pk": taken.pk}


def a_finished_round(school, who):
    return a_round(school, who, state="signing")


def a_person(kwargs):
    return {"person": Membership.objects.first().user_id if kwargs else UserFactory().pk}


OPENING = {
    "label": "Fall 2026",
    "opens_on": "2026-09-01",
    "closes_on": "2026-10-15",
    "audience": "lea",
    "mode": "devices",
    "target": "2",
    "codes": ["6b.1"],
}
CASES = {
    "GET selfassessment:round-open": Case(),
    "POST selfassessment:round-open": Case(data=OPENING),
    "GET selfassessment:round": Case(kwargs=one_with_them, shared=True),
    "GET selfassessment:round-team": Case(kwargs=one_they_lead, shared=True),
    "POST selfassessment:team-add": Case(kwargs=one_they_lead, shared=True, data=a_person),
    "POST selfassessment:team-remove": Case(kwargs=one_they_lead, shared=True, data=a_person),
    "GET selfassessment:round-facilitator": Case(kwargs=one_they_lead, shared=True),
    "POST selfassessment:round-facilitator": Case(kwargs=one_they_lead, shared=True, data=a_person),
    "GET selfassessment:round-finish": Case(kwargs=one_they_lead, shared=True),
    "POST selfassessment:round-finish": Case(kwargs=one_they_lead, shared=True),
    "GET selfassessment:round-sign": Case(kwargs=one_to_sign, shared=True),
    "POST selfassessment:round-sign": Case(
        kwargs=one_to_sign, shared=True, data={"capacity": "champion"}
    ),
    "GET selfassessment:round-reopen": Case(kwargs=a_finished_round, shared=True),
    "POST selfassessment:round-reopen": Case(
        kwargs=a_finished_round, shared=True, data={"reason": "One rating was wrong."}
    ),
}

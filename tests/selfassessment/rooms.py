"""A round with a facilitator and a team, for tests of the room."""

from dataclasses import dataclass, field

from django.urls import reverse

from roles.access import Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import User
from selfassessment.models import Mode, Round, RoundMember
from selfassessment.services import voting
from tests.factories.roles import SchoolFactory, SchoolYearFactory, member, member_near
from tests.factories.selfassessment import RoundFactory, RoundMemberFactory
from tests.reach import reach

CODE = "6b.1"


@dataclass
class Team:
    """`by` the facilitator; `people` the members' users, `members` their rows, in one order."""

    round: Round
    facilitator: User
    people: list[User] = field(default_factory=list)
    members: list[RoundMember] = field(default_factory=list)

    @property
    def by(self) -> Reach:
        return self.reach(self.facilitator)

    def reach(self, user: User) -> Reach:
        return reach(self.round.district, user, capability=Capability.ASSESSMENT_WORK)

    def rating(self, code=CODE):
        return self.round.ratings.get(code=code)

    def open(self, code=CODE):
        turn = getattr(self.round.ratings.filter(code=code).first(), "turn", 0)
        voting.open_voting(self.round, code, turn=turn, by=self.by)
        return self.rating(code)

    def cast(self, who, value, reason="", code=CODE, turn=None):
        rating = self.rating(code)
        turn = rating.turn if turn is None else turn
        voting.cast(rating, value, reason, turn=turn, by=self.reach(who))

    def show(self, code=CODE, *, anyway=False):
        turn = self.rating(code).turn
        return voting.reveal(self.round, code, turn=turn, anyway=anyway, by=self.by)

    def at(self, name, **kwargs):
        place = {"district": self.round.district.slug, "pk": self.round.pk}
        return reverse(f"selfassessment:{name}", kwargs={**place, **kwargs})


def a_team(size=3, *, mode=Mode.DEVICES, **of_round) -> Team:
    """A site leader facilitates; the members are administrative leaders."""
    school = SchoolFactory()
    year = SchoolYearFactory(district=school.district)
    leader = member_near(AccessLevel.SITE_LEADER, school)
    round_ = RoundFactory(
        district=school.district, school_year=year, mode=mode, facilitator=leader, **of_round
    )
    people = [member(AccessLevel.ADMINISTRATIVE_LEADER, at=school.district) for _ in range(size)]
    rows = [
        RoundMemberFactory(district=school.district, round=round_, user=user) for user in people
    ]
    return Team(round_, leader, people, rows)

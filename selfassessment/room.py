"""The room of a round as one person sees it: what is up, who has voted, and what may be seen of it.

Votes come only through `Vote.objects.reachable`, which gives nobody another's vote before the
showing. Who has voted is read as a set of members, and shown in the order of the team.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from roles.access import EVERYWHERE, Reach
from selfassessment.library import Indicator, Point, indicators_of
from selfassessment.models import IndicatorRating, Mode, Round, RoundMember, Stage, Vote
from selfassessment.services.voting import leads
from selfassessment.spread import Spread, of_counts, of_votes

UNDER_WAY = (Stage.VOTING, Stage.REVEALED)


@dataclass(frozen=True)
class Spot:
    """One indicator of the round with its rating, which is not saved before the team gets to it."""

    indicator: Indicator
    rating: IndicatorRating

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def stage(self) -> str:
        return self.rating.stage


@dataclass(frozen=True)
class Room:
    """`current` is what the facilitator has opened, or what comes next; None once all are agreed.
    `voted`: primary keys of those of the team who have voted on it in this turn.
    """

    round: Round
    reach: Reach
    spots: tuple[Spot, ...]
    team: tuple[RoundMember, ...]
    current: Spot | None
    voted: frozenset[int]

    @cached_property
    def me(self) -> RoundMember | None:
        return next((each for each in self.team if each.user_id == self.reach.user.pk), None)

    @cached_property
    def leads(self) -> bool:
        return leads(self.round, self.reach.user)

    @property
    def in_one_room(self) -> bool:
        return self.round.mode == Mode.ROOM

    @property
    def missing(self) -> list[RoundMember]:
        return [each for each in self.team if each.pk not in self.voted]

    @property
    def agreed(self) -> int:
        return sum(spot.stage == Stage.AGREED for spot in self.spots)

    @property
    def scene(self) -> str:
        """Changes when the page around the count must: with the indicator, its stage and turn."""
        if self.current is None or not self.round.is_open:
            return f"{self.round.state}-{self.agreed}"
        rating = self.current.rating
        return f"{self.current.code}-{rating.stage}-{rating.turn}"

    @property
    def stamp(self) -> str:
        """Changes whenever the line of the room would read otherwise. Knows no vote."""
        team = sorted((each.pk, each.pk in self.voted) for each in self.team)
        facts = (self.scene, team, self.round.facilitator_id, self.round.mode, self.agreed)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    def spot(self, code: str) -> Spot | None:
        return next((each for each in self.spots if each.code == code), None)

    @property
    def says(self) -> str:
        """What goes on, in a sentence: read out when it changes."""
        if not self.round.is_open:
            return f"Rating in {self.round.label} is finished."
        if self.current is None:
            return f"All {len(self.spots)} indicators are agreed on."
        code, stage = self.current.code, self.current.stage
        if stage == Stage.VOTING:
            return f"The vote on {code} is open."
        if stage == Stage.REVEALED:
            return f"The votes on {code} are shown."
        return (
            f"{code} is up."
            if self.in_one_room
            else f"{code} comes next. The vote is not open yet."
        )

    @property
    def progress(self) -> str:
        """How many have voted, while they vote: "5 of 8 have voted."; else ""."""
        if self.current is None or self.current.stage != Stage.VOTING or not self.round.is_open:
            return ""
        return (
            f"{len(self.voted & {each.pk for each in self.team})} of {len(self.team)} have voted."
        )

    def after(self, spot: Spot) -> Spot | None:
        """What is up once this one is agreed."""
        return next(
            (each for each in self.spots if each.stage == Stage.WAITING and each is not spot), None
        )

    def own_vote(self, spot: Spot) -> Vote | None:
        """What this person has voted on it in this turn."""
        if spot.rating.pk is None or self.me is None:
            return None
        votes = Vote.objects.reachable(self.reach).filter(rating=spot.rating, member=self.me)
        return votes.filter(turn=spot.rating.turn).first()

    def turns(self, spot: Spot) -> list[Turn]:
        """The votes that have been shown, newest turn first."""
        if spot.rating.pk is None:
            return []
        votes = Vote.objects.reachable(self.reach).filter(rating=spot.rating)
        if spot.stage not in (Stage.REVEALED, Stage.AGREED):
            votes = votes.filter(turn__lt=spot.rating.turn)
        found: dict[int, list[Vote]] = {}
        for vote in votes.select_related("member__user").order_by("-turn", "value", "member"):
            found.setdefault(vote.turn, []).append(vote)
        return [_turn(number, cast, spot.indicator.points) for number, cast in found.items()]


@dataclass(frozen=True)
class Tally:
    """One point of the scale in a drawn spread. `votes` are empty where counts were typed in."""

    point: Point
    number: int
    votes: tuple[Vote, ...] = ()

    @property
    def dots(self) -> range:
        return range(self.number)


@dataclass(frozen=True)
class Turn:
    """The votes of one turn, shown: for each point who chose it. Turn 0 are counts typed in."""

    number: int
    tallies: tuple[Tally, ...]
    spread: Spread


def _turn(number: int, votes: Sequence[Vote], points: Sequence[Point]) -> Turn:
    at = {point.value: tuple(v for v in votes if v.value == point.value) for point in points}
    tallies = tuple(Tally(point, len(at[point.value]), at[point.value]) for point in points)
    spread = of_votes(vote.value for vote in votes)
    assert spread is not None  # noqa: S101 -- a turn has votes
    return Turn(number, tallies, spread)


def typed(spot: Spot) -> Turn | None:
    """The counts that were typed in, drawn as votes are."""
    spread = of_counts(spot.rating.counts)
    if spread is None:
        return None
    tallies = (Tally(point, spread.counts[point.value]) for point in spot.indicator.points)
    return Turn(0, tuple(tallies), spread)


def room_of(round_: Round, reach: Reach) -> Room:
    """Read the room in four queries, whatever the size of the team."""
    given = {each.code: each for each in IndicatorRating.objects.filter(round=round_)}
    spots = tuple(
        Spot(each, given.get(each.code) or IndicatorRating(round=round_, code=each.code))
        for each in indicators_of(round_)
    )
    current = _current(spots)
    team = RoundMember.objects.filter(round=round_, left_at=None).select_related("user")
    return Room(
        round=round_,
        reach=reach,
        spots=spots,
        team=tuple(each for each in team if each.user_id != round_.facilitator_id),
        current=current,
        voted=_voted(current),
    )


def _current(spots: Sequence[Spot]) -> Spot | None:
    under_way = next((each for each in spots if each.stage in UNDER_WAY), None)
    return under_way or next((each for each in spots if each.stage == Stage.WAITING), None)


def _voted(spot: Spot | None) -> frozenset[int]:
    if spot is None or spot.stage != Stage.VOTING:
        return frozenset()
    votes = Vote.objects.filter(rating=spot.rating, turn=spot.rating.turn)
    return frozenset(votes.order_by().values_list("member", flat=True))


def everywhere(reach: Reach) -> Reach:
    """The team looks at the records of the whole district, whoever of it looks."""
    return Reach(reach.user, reach.district, reach.capability, EVERYWHERE)

"""Voting blind: the facilitator opens an indicator, the team votes, the votes are shown at once.

Everything that changes a round's voting holds the round's row first and the rating's after it. A
vote shares both holds with other votes, so that votes wait for the showing and not for each other:
each is in before the showing and shown, or it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from roles.access import Reach
from roles.models import User
from roles.services.audit import record
from roles.services.refusal import Refused
from selfassessment.library import indicators_of
from selfassessment.models import IndicatorRating, Mode, Round, RoundMember, Stage, Vote
from selfassessment.services.holding import held_open

CLOSED = "This round takes no votes and ratings any more."
NO_PART = "{code} is not part of this round."
NOT_LEADING = "{who} facilitates this round, so only they can do this."
NOBODY_LEADS = "This round has no facilitator yet. One is needed before the team can vote."
FACILITATOR = "You facilitate this round, so you do not vote in it."
NOT_IN_TEAM = "You are not in the team of this round any more, so your vote was not counted."
TYPED_IN = "This round is rated in one room: there are no votes on devices."
TOO_LATE = "The votes on {code} were shown a moment before yours came in, so it was not counted."
NOT_OPEN = "The vote on {code} is not open, so yours was not counted."
NEW_TURN = "A new vote on {code} has begun since you opened this page. Vote again."
UNDER_WAY = "{code} is not finished. Agree on it first, or leave it for later."
NO_VOTES = "Nobody has voted on {code} yet, so there is nothing to show."
NOT_SHOWN = "Show the votes on {code} before you vote again."
UNDER_WAY_STAGES = (Stage.VOTING, Stage.REVEALED)
MOVED_ON = "The team has moved on from what this page showed. This is how it stands now."

# The clauses lock in the order in which they name the tables.
_HELD = ("stage", "turn", "state", "mode", "facilitator", "member_pk", "left_at")
_HOLD = """
    SELECT rating.stage, rating.turn, taken.state, taken.mode, taken.facilitator_id,
           member.id, member.left_at
    FROM selfassessment_indicatorrating rating
    JOIN selfassessment_round taken ON taken.id = rating.round_id
    JOIN selfassessment_roundmember member ON member.round_id = taken.id AND member.user_id = %s
    WHERE rating.id = %s AND rating.district_id = %s
    FOR SHARE OF taken, rating FOR NO KEY UPDATE OF member
"""


class Missing(Refused):
    """The votes were not shown because some have not voted; `names` says who."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{len(names)} have not voted yet.")
        self.names = names


@transaction.atomic
def cast(rating: IndicatorRating, value: int, reason: str, *, turn: int, by: Reach) -> None:
    """Vote, or change one's vote, while the voting of that turn is open.

    Refused once the votes are shown, in another turn, for the facilitator, and for whoever is not
    in the team (any more). The audit trail hears that someone voted, once a turn: never what, nor
    whether it was changed.
    """
    stands = _standing(rating, by)
    member = stands["member_pk"]
    if member is None or stands["left_at"] is not None or stands["facilitator"] == by.user.pk:
        raise Refused(FACILITATOR if stands["facilitator"] == by.user.pk else NOT_IN_TEAM)
    _refuse_unless_open(stands, rating.code, turn)
    mine = {"district": by.district, "rating_id": rating.pk, "member_id": member, "turn": turn}
    says = {"value": value, "reason": reason, "cast_at": timezone.now()}
    if not Vote.objects.filter(**mine).update(**says):
        Vote.objects.create(**mine, **says)
        record(by, "assessment.voted", rating, code=rating.code, turn=turn)


def _standing(rating: IndicatorRating, by: Reach) -> dict[str, Any]:
    """How rating, round and membership stand now, held until the transaction ends. For whoever was
    never in the team only who facilitates.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [by.user.pk, rating.pk, by.district.pk])
        row = cursor.fetchone()
    if row is None:
        leader = Round.objects.values_list("facilitator", flat=True).get(pk=rating.round_id)
        return {"member_pk": None, "facilitator": leader}
    return dict(zip(_HELD, row, strict=True))


def _refuse_unless_open(stands: dict[str, Any], code: str, turn: int) -> None:
    if stands["state"] != Round.State.OPEN:
        raise Refused(CLOSED)
    if stands["mode"] != Mode.DEVICES:
        raise Refused(TYPED_IN)
    if stands["turn"] > turn:
        raise Refused(NEW_TURN.format(code=code))
    if stands["stage"] != Stage.VOTING:
        late = stands["stage"] in (Stage.REVEALED, Stage.AGREED)
        raise Refused((TOO_LATE if late else NOT_OPEN).format(code=code))


@transaction.atomic
def open_voting(round_: Round, code: str, *, turn: int, by: Reach) -> bool:
    """Let the team vote on an indicator. True if this call did it, False if it was open already.

    `turn` is the one that the page showed. One that was left for later before its votes were shown
    goes on where it was. Refused while another indicator is under way.
    """
    rating = hold(round_, code, by=by)
    if round_.mode != Mode.DEVICES:
        raise Refused(TYPED_IN)
    if rating.stage == Stage.VOTING:
        return False
    if rating.stage != Stage.WAITING or rating.turn != turn:
        raise Refused(MOVED_ON)
    _refuse_a_second(rating)
    goes_on = rating.turn > 0 and rating.revealed_at is None
    _move(rating, Stage.VOTING, turn=rating.turn + (0 if goes_on else 1), revealed_at=None)
    record(by, "assessment.voting_opened", rating, code=code, turn=rating.turn)
    return True


@transaction.atomic
def reveal(round_: Round, code: str, *, turn: int, anyway: bool = False, by: Reach) -> bool:
    """Show the votes of a turn to the team. True if this call did it, False if they are shown.

    Raises Missing, with names, while some have not voted and the facilitator has not said `anyway`.
    Refused without any vote. What someone voted who has left the team since is not shown.
    """
    rating = hold(round_, code, by=by)
    if rating.stage == Stage.REVEALED and rating.turn == turn:
        return False
    if rating.stage != Stage.VOTING or rating.turn != turn:
        raise Refused(MOVED_ON)
    votes = Vote.objects.filter(rating=rating, turn=turn)
    votes.exclude(member__left_at=None).delete()
    if not votes.exists():
        raise Refused(NO_VOTES.format(code=code))
    team = RoundMember.objects.filter(round=round_, left_at=None).select_related("user")
    missing = [str(each.user) for each in team.exclude(pk__in=votes.values("member"))]
    if missing and not anyway:
        raise Missing(missing)
    _move(rating, Stage.REVEALED, revealed_at=timezone.now())
    record(
        by, "assessment.votes_shown", rating, code=code, votes=votes.count(), missing=len(missing)
    )  # fmt: skip
    return True


@transaction.atomic
def vote_again(round_: Round, code: str, *, turn: int, by: Reach) -> bool:
    """Take a new vote on an indicator whose votes were shown; those stay beside it. True if this
    call did it. What had been agreed is taken back, and kept in the audit trail.
    """
    rating = hold(round_, code, by=by)
    if round_.mode != Mode.DEVICES:
        raise Refused(TYPED_IN)
    if rating.stage == Stage.VOTING and rating.turn == turn + 1:
        return False
    if rating.stage not in (Stage.REVEALED, Stage.AGREED):
        raise Refused(NOT_SHOWN.format(code=code))
    if rating.turn != turn:
        raise Refused(MOVED_ON)
    _refuse_a_second(rating)
    was = (
        {"before": rating.value, "rationale": rating.rationale} if rating.value is not None else {}
    )
    rating.causes.all().delete()
    nothing = {"value": None, "rationale": "", "dissent": "", "rated_by": None, "rated_at": None}
    _move(rating, Stage.VOTING, turn=F("turn") + 1, revealed_at=None, counts=None, **nothing)
    record(by, "assessment.voting_again", rating, code=code, turn=turn + 1, **was)
    return True


@transaction.atomic
def put_off(round_: Round, code: str, *, turn: int, by: Reach) -> bool:
    """Leave an indicator for later. True if this call did it. Votes that were cast stay as they
    are: unseen ones count when the vote is opened again.
    """
    rating = hold(round_, code, by=by)
    if rating.stage == Stage.WAITING:
        return False
    if rating.stage == Stage.AGREED or rating.turn != turn:
        raise Refused(MOVED_ON)
    _move(rating, Stage.WAITING)
    record(by, "assessment.put_off", rating, code=code)
    return True


def hold(round_: Round, code: str, *, by: Reach) -> IndicatorRating:
    """The rating of an indicator, held with its round until the transaction ends; `round_` learns
    how it stands now. Refused unless the round is open and this person leads it, and for a code
    that it does not take.
    """
    now = held_open(round_)
    round_.state, round_.mode = now.state, now.mode
    round_.facilitator = now.facilitator
    if not leads(now, by.user):
        raise Refused(NOT_LEADING.format(who=now.facilitator) if now.facilitator else NOBODY_LEADS)
    return rating_of(now, code, by=by)


def leads(round_: Round, user: User) -> bool:
    """Whether someone moves a round on: its facilitator; in one room without one, all the team."""
    if round_.facilitator_id is not None or round_.mode != Mode.ROOM:
        return round_.facilitator_id == user.pk
    return RoundMember.objects.filter(round=round_, user=user, left_at=None).exists()


def rating_of(round_: Round, code: str, *, by: Reach) -> IndicatorRating:
    """The row of an indicator in a round, held until the transaction ends. Refused for a code that
    the round does not take.
    """
    order = {each.code: at for at, each in enumerate(indicators_of(round_))}
    if code not in order:
        raise Refused(NO_PART.format(code=code))
    IndicatorRating.objects.get_or_create(
        district=by.district, round=round_, code=code, defaults={"order": order[code]}
    )
    rows = IndicatorRating.objects.select_for_update(of=("self",), no_key=True)
    rating: IndicatorRating = rows.get(round=round_, code=code)
    rating.round = round_
    return rating


def _refuse_a_second(rating: IndicatorRating) -> None:
    """The team looks at one indicator at a time."""
    others = IndicatorRating.objects.filter(round=rating.round_id).exclude(pk=rating.pk)
    other = others.filter(stage__in=UNDER_WAY_STAGES).first()
    if other:
        raise Refused(UNDER_WAY.format(code=other.code))


def _move(rating: IndicatorRating, stage: Stage, **fields: object) -> None:
    IndicatorRating.objects.filter(pk=rating.pk).update(stage=stage, **fields)
    rating.refresh_from_db(fields=["stage", *fields])

"""The team rating of an indicator: what is agreed, because of what, and by whom it was noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.services.audit import record
from roles.services.refusal import Refused
from selfassessment.causes import LONGEST, Cause, previous_rating, words
from selfassessment.models import IndicatorRating, Mode, RatingCause, Round, Stage, Vote
from selfassessment.services import gaps
from selfassessment.services.holding import held
from selfassessment.services.voting import hold, rating_of

CLOSED = "This round is closed, so its ratings stay as they are. Open a new round to rate again."
VOTE_OPEN = "The team is voting on {code}. Show the votes first, or leave it for later."
IN_THE_ROOM = "The team is at {code} in the room. Agree on it there, or leave it for later."
NOT_VOTED = "The team has not voted on {code} yet. Open the vote first."
NO_REASON = "Say why, in a sentence."
NO_CAUSE = (
    "{label} said {value}. Tick what has changed since, or say it: a rating does not change without"
    " a cause."
)


@transaction.atomic
def agree(
    round_: Round,
    code: str,
    value: int,
    rationale: str,
    *,
    dissent: str = "",
    counts: Mapping[str, int] | None = None,
    causes: Collection[Cause] = (),
    by: Reach,
) -> IndicatorRating:
    """Note what the team agrees on, 0 to 3. Saying the same again changes nothing.

    `counts` are votes typed in, keys "0" to "3", where the team is in one room. A value other than
    the last round's needs a cause. Below the round's target it opens a gap. Refused before the
    votes are shown, without a reason, and for anyone but the facilitator.
    """
    rating = hold(round_, code, by=by)
    if rating.stage == Stage.VOTING:
        raise Refused(VOTE_OPEN.format(code=code))
    if round_.mode == Mode.DEVICES and rating.stage == Stage.WAITING:
        raise Refused(NOT_VOTED.format(code=code))
    if not rationale.strip():
        raise Refused(NO_REASON)
    _refuse_without_cause(rating, value, causes)
    _drop_unseen(rating)
    typed = {key: int(n) for key, n in (counts or {}).items()} if round_.mode == Mode.ROOM else None
    says = {"rationale": rationale.strip(), "dissent": dissent.strip()}
    return _note(rating, value, {**says, "counts": typed}, causes, by)


@transaction.atomic
def rate(round_: Round, code: str, value: int, rationale: str, *, by: Reach) -> IndicatorRating:
    """Note a team rating without the room: by whoever rates for the team. Saying the same again
    changes nothing; where the value differs from the last round's, the rationale is the cause.

    Refused once the round is closed, for a code that it does not take, and while votes on it are
    being cast or talked about.
    """
    now = held(round_)
    if not now.is_open:
        raise Refused(CLOSED)
    rating = rating_of(now, code, by=by)
    if rating.stage in (Stage.VOTING, Stage.REVEALED):
        raise Refused(IN_THE_ROOM.format(code=code))
    before = previous_rating(rating)
    differs = before is not None and before.value != value
    causes = [words(rationale)] if differs else []
    _drop_unseen(rating)
    return _note(rating, value, {"rationale": rationale}, causes, by)


def _refuse_without_cause(rating: IndicatorRating, value: int, causes: Collection[Cause]) -> None:
    before = previous_rating(rating)
    if before is None or before.value == value or causes:
        return
    raise Refused(NO_CAUSE.format(label=before.round.label, value=before.value))


def _drop_unseen(rating: IndicatorRating) -> None:
    """An agreed rating shows its votes: none of those that were put off unseen."""
    if rating.revealed_at is None and rating.turn:
        Vote.objects.filter(rating=rating, turn=rating.turn).delete()


def _note(
    rating: IndicatorRating,
    value: int,
    says: Mapping[str, Any],
    causes: Collection[Cause],
    by: Reach,
) -> IndicatorRating:
    """Write the agreed value down, with its causes in place of those it had."""
    new = {"value": value, **says}
    same = all(getattr(rating, name) == said for name, said in new.items())
    if same and _labels(causes) == set(rating.causes.values_list("kind", "label")):
        return rating
    before = rating.value
    for name, said in new.items():
        setattr(rating, name, said)
    rating.stage, rating.rated_by, rating.rated_at = Stage.AGREED, by.user, timezone.now()
    rating.save()
    rating.causes.all().delete()
    RatingCause.objects.bulk_create(each.row(rating) for each in causes)
    gaps.opened_for(rating, by=by)
    record(by, "assessment.rated", rating, code=rating.code, before=before, after=value)
    return rating


def _labels(causes: Collection[Cause]) -> set[tuple[str, str]]:
    return {(each.kind, each.label[: LONGEST["label"]]) for each in causes}

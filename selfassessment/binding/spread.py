"""How the votes of a team were spread, told outside the team: so that no vote can be read off."""

from __future__ import annotations

from django.db.models import Count, F

from selfassessment.models import IndicatorRating, Round, Stage, Vote
from selfassessment.spread import Spread, of_counts
from selfassessment.wording import count, listed

FEWEST = 3  # votes: of two, each voter knows the other's
SHOWN = (Stage.REVEALED, Stage.AGREED)
NONE = "No votes were taken or typed in."
TOO_FEW = f"Fewer than {FEWEST} votes, so their spread is not told."

Votes = dict[int, dict[str, int]]


def votes_by_rating(*rounds: Round) -> Votes:
    """How many voted for which point in the last vote, where it was shown, by rating."""
    shown = Vote.objects.filter(
        rating__round__in=rounds, turn=F("rating__turn"), rating__stage__in=SHOWN
    )
    found: Votes = {}
    rows = shown.order_by().values_list("rating", "value").annotate(n=Count("pk"))
    for rating, value, n in rows:
        found.setdefault(rating, {})[str(value)] = n
    return found


def spread_for(rating: IndicatorRating | None, votes: Votes) -> Spread | None:
    """Of the last vote on an indicator; None where none was shown. Counts typed in go first."""
    if rating is None or rating.stage not in SHOWN:
        return None
    return of_counts(rating.counts) or of_counts(votes.get(rating.pk))


def may_tell(spread: Spread | None) -> bool:
    return spread is not None and spread.votes >= FEWEST


def told(spread: Spread | None, turns: int = 1) -> str:
    """One sentence: "4 votes: 1 for 1 and 3 for 2.", or why nothing is told."""
    if spread is None:
        return NONE
    if not may_tell(spread):
        return TOO_FEW
    again = f" This was vote {turns} on it." if turns > 1 else ""
    shares = [f"{n} for {point}" for point, n in enumerate(spread.counts) if n]
    return f"{count(spread.votes, 'vote')}: {listed(shares)}.{again}"

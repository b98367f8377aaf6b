"""What one person can do now in the self-assessment: a sentence, and the page for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from roles.access import Reach
from roles.models import Position
from selfassessment.models import Mode, Round, Stage
from selfassessment.reports.standing import Summary
from selfassessment.services.signing import ROLES
from selfassessment.wording import count


@dataclass(frozen=True)
class Next:
    """`view_name` with `args` is the page. `is_asked`: others wait for this person."""

    says: str
    act: str
    view_name: str
    args: tuple[object, ...] = ()
    is_asked: bool = True


def next_step(stands: Summary, reach: Reach, *, may_rate: bool) -> Next | None:
    """The one thing to do next; None for who only reads and has nothing to compare yet.

    One query while signatures are missing, else none.
    """
    round_ = stands.round
    if round_ is None:
        says = "The hints are there already; the ratings come with the first round."
        return Next(says, "Open the first round", "selfassessment:round-open") if may_rate else None
    if round_.is_open:
        return _while_open(stands, round_, reach, may_rate=may_rate)
    if not round_.is_closed:
        return _while_signing(stands, round_, reach)
    return _while_closed(stands, may_rate=may_rate)


def _while_open(stands: Summary, round_: Round, reach: Reach, *, may_rate: bool) -> Next | None:
    finished = not stands.unrated
    agreed = f"{stands.rated} of {count(stands.of, 'indicator')} agreed."
    if round_.facilitator_id == reach.user.pk and not finished:
        return Next(
            f"You lead this round. {agreed}", "Go to the room", "selfassessment:room", (round_.pk,)
        )
    if round_.mode == Mode.DEVICES and not finished:
        return _my_votes(stands, round_, agreed)
    if not may_rate:
        return None
    if finished:
        says = "Every indicator has its rating. Next the round is finished and signed."
        return Next(says, "Finish the round", "selfassessment:round-finish", (round_.pk,))
    first = stands.unrated[0].code
    return Next(agreed, f"Rate {first} next", "selfassessment:indicator", (first,))


def _my_votes(stands: Summary, round_: Any, agreed: str) -> Next | None:
    """For a member of the team: what is being voted on without them."""
    if not round_.on_team:
        return None
    ratings: list[Any] = [line.rating for line in stands.taken if line.rating]
    missing = [each.code for each in ratings if each.stage == Stage.VOTING and not each.voted]
    says = f"{' and '.join(missing)}: the team waits for your vote." if missing else agreed
    act = "Vote" if missing else "Go to the room"
    return Next(says, act, "selfassessment:room", (round_.pk,), is_asked=bool(missing))


def _while_signing(stands: Summary, round_: Any, reach: Reach) -> Next:
    """One query: whether a signature of this person is asked for."""
    mine = Position.objects.reachable(reach).answered_for_by(reach.user, stands.facts.today)
    asked = {key for keys in ROLES.values() for key in keys}
    if not round_.signed and mine.filter(role__key__in=asked).exists():
        says = "The ratings are done and the evidence is frozen. Your signature may be asked for."
        return Next(says, "Read and sign", "selfassessment:round-sign", (round_.pk,))
    says = "The ratings are done and the evidence is frozen. The round waits for its signatures."
    return Next(says, "Open the round", "selfassessment:round", (round_.pk,), is_asked=False)


def _while_closed(stands: Summary, *, may_rate: bool) -> Next | None:
    if len(stands.closed) > 1:
        says = f"{stands.closed[0].label} is signed. See what changed, and because of what."
        return Next(says, "Compare the last two rounds", "selfassessment:compare", is_asked=False)
    return None

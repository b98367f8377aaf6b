"""Every service that changes a round takes its row first: what two people press at once happens
one after the other, and the second reads what the first one did.
"""

from __future__ import annotations

from roles.services.refusal import Refused
from selfassessment.models import Round

NOT_OPEN = {
    Round.State.SIGNING: "Rating in {label} is finished. It waits for its signatures.",
    Round.State.CLOSED: "{label} has already been closed.",
}


def held(round_: Round) -> Round:
    """The round as it is now, its row locked until the transaction ends."""
    return Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round_.pk)


def held_open(round_: Round) -> Round:
    """The same; refused unless the team is still rating."""
    now = held(round_)
    if not now.is_open:
        raise Refused(NOT_OPEN[Round.State(now.state)].format(label=now.label))
    return now

"""Where a gap stands on its way, worked out from what is so now; nothing of it is stored. No Django
here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfassessment.wording import count


class GapState(StrEnum):
    """In the order in which a gap usually comes through them."""

    EXPLAIN = "explain"
    PLAN = "plan"
    WORK = "work"
    READY = "ready"
    RATED = "rated"
    CLOSED = "closed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Way:
    """What is known of one gap.

    `steps` of its milestones are planned, of which `done` and `aside` are settled. `rated_again`:
    the last rating of its indicator is a later one than its own; `value` is that rating (None while
    the team votes on it anew), `is_final` that its round has closed. `is_new`: there is evidence
    that this rating did not have; `hint_above`: the records say more than they and the team did
    then. `planned_since`: a milestone was added after that rating.
    """

    target: int
    explained: bool = False
    steps: int = 0
    done: int = 0
    aside: int = 0
    value: int | None = None
    rated_again: bool = False
    is_final: bool = True
    planned_since: bool = False
    is_new: bool = False
    hint_above: int | None = None
    closed: bool = False
    dropped: bool = False

    @property
    def open_steps(self) -> int:
        return self.steps - self.done - self.aside

    @property
    def at_target(self) -> bool:
        return self.value is not None and self.value >= self.target

    @property
    def unproven(self) -> bool:
        """Rated at the target by a closed round that had no evidence to freeze."""
        return self.at_target and self.is_final and not self.closed


def state_of(way: Way) -> GapState:
    """The first that applies: settled, rated again, ready, and what is missing before that."""
    if way.dropped:
        return GapState.DROPPED
    if way.closed:
        return GapState.CLOSED
    if way.at_target and not way.is_final:
        return GapState.RATED
    if _is_ready(way):
        return GapState.READY
    if not way.explained:
        return GapState.EXPLAIN
    worked_out = not way.open_steps and way.rated_again and not way.planned_since
    if way.steps == way.aside or worked_out:
        return GapState.PLAN
    return GapState.WORK


def words(way: Way) -> str:
    """The state as a chip says it: "In work, 1 of 3 milestones done"."""
    state = state_of(way)
    if state is GapState.WORK:
        of = count(way.steps - way.aside, "milestone")
        return f"In work, {way.done} of {of} done" if way.open_steps else "Waits for evidence"
    if state is GapState.RATED:
        return f"Rated {way.value}, waits for signatures"
    return {
        GapState.EXPLAIN: "To explain",
        GapState.PLAN: "To plan",
        GapState.READY: "Ready to re-rate",
        GapState.CLOSED: "Closed",
        GapState.DROPPED: "Dropped",
    }[state]


def next_step(way: Way) -> str:
    """What to do next, as a sentence; "" once it is settled."""
    state = state_of(way)
    if state is GapState.PLAN and way.unproven:
        return "It was rated at the target, but nothing was on file. Plan what will show it."
    if state is GapState.PLAN and way.rated_again:
        return "Its milestones are done and the new rating is still below the target. Plan more."
    if state is GapState.WORK and not way.open_steps:
        return "Its milestones are done, but no evidence is newer than the rating. Add some."
    return {
        GapState.EXPLAIN: "Say why it is so, and whose it is.",
        GapState.PLAN: "Choose what will close it: a milestone, with its proof.",
        GapState.WORK: "Finish its milestones. Their proof becomes evidence by itself.",
        GapState.READY: "There is something new to look at: rate it again.",
        GapState.RATED: "Once its round is signed, the gap closes.",
        GapState.CLOSED: "",
        GapState.DROPPED: "",
    }[state]


def _is_ready(way: Way) -> bool:
    """Its milestones are settled, one of them done, with new evidence; or the records alone say
    more than at the rating, as much as the target while milestones are still open.
    """
    risen = way.hint_above is not None and (not way.open_steps or way.hint_above >= way.target)
    return bool((way.done and not way.open_steps and way.is_new) or risen)

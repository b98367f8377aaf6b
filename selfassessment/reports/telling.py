"""One sentence for each indicator: how far the records go, and what the next point needs."""

from __future__ import annotations

from selfassessment.checks import Check, Result
from selfassessment.library import Indicator
from selfassessment.readiness import Hint
from selfassessment.wording import spelled


def sentence(indicator: Indicator, hint: Hint | None) -> str:
    """E.g. "7 of 9 positions have a published outline; two more are needed for In use."."""
    if hint is None:
        return "Nothing in the records is looked up for this one; the team can say."
    if hint.next_rung is None:
        return f"The records show all that {indicator.points[3].label} needs."
    word = indicator.points[hint.next_rung].label
    held = [each for each in hint.checks if each.rung <= hint.next_rung]
    failed = [each for each in held if each.result is Result.FAILED]
    if not failed:
        return f"The records show all they can for {word}; the rest only the team can say."
    easiest = min(failed, key=lambda check: (check.missing, check.effort, check.rung))
    return f"{_head(easiest)}; {_left(easiest, len(failed), word)}."


def _head(check: Check) -> str:
    """What was found, without the names that its own line goes on to tell."""
    return check.found.partition(";")[0].rstrip(". ")


def _left(check: Check, failed: int, word: str) -> str:
    if failed > 1:
        return f"{spelled(failed)} checks are left for {word}"
    if " of " not in check.found:
        return f"it is all that is left for {word}"
    return (
        f"{spelled(check.missing)} more {'is' if check.missing == 1 else 'are'} needed for {word}"
    )

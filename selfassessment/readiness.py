"""From what the records say to a hint of 0 to 3, with every check behind it. Knows no database.

A check stands on a rung of the scale. The hint is the highest rung on which, and below which,
every check has passed. What the records cannot show never counts as passed, so a hint of 3 is
rare, and a hint is never a rating: that is the team's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from selfassessment.checks import Axis, Check, Result
from selfassessment.clarity import coaching_outlines, lead_job_description, senior_outlines
from selfassessment.facts import Facts
from selfassessment.growth import checklists_in_use, learning
from selfassessment.library import Indicator

Rule = Callable[[Indicator, Facts], Iterable[Check]]

RULES: dict[str, Rule] = {
    "6b.1": lead_job_description,
    "6b.2": senior_outlines,
    "6b.3": coaching_outlines,
    "6c.1": learning,
    "6c.2": checklists_in_use,
}


@dataclass(frozen=True, slots=True)
class Hint:
    """What the records say of one indicator, 0 to 3: `value` by all checks, and by those of each
    axis alone: None for an axis that no check speaks of, and an axis is not held back at a rung
    where it has no check.
    """

    value: int
    checks: tuple[Check, ...]
    documented: int | None = None
    practised: int | None = None

    @property
    def passed(self) -> int:
        return sum(check.result is Result.PASSED for check in self.checks)

    @property
    def next_rung(self) -> int | None:
        """The rung whose checks stand between this hint and a higher one."""
        return self.value + 1 if self.value < 3 else None


def hint(indicator: Indicator, facts: Facts) -> Hint | None:
    """The hint for an indicator; None for one that no rule looks up."""
    rule = RULES.get(indicator.code)
    if rule is None:
        return None
    checks = tuple(sorted(rule(indicator, facts), key=lambda each: each.rung))
    by_axis = (tuple(each for each in checks if each.axis is axis) for axis in Axis)
    return Hint(_highest(checks), checks, *(_highest(own) if own else None for own in by_axis))


def _highest(checks: Sequence[Check]) -> int:
    for rung in (3, 2, 1):
        if all(each.result is Result.PASSED for each in checks if each.rung <= rung):
            return rung
    return 0

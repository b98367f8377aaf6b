"""From what the records say to a hint of 0 to 3, with every check behind it. Knows no database.

A check stands on a rung of the scale. The hint is the highest rung on which, and below which,
every check has passed; above the last check it does not go. What the records cannot show never
counts as passed, so a hint of 3 is rare, and a hint is never a rating: that is the team's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selfassessment.checks import Axis, Check, Result
from selfassessment.facts import Facts
from selfassessment.library import Indicator, Lookup
from selfassessment.measures import MEASURES, Measured

RUNGS = (3, 2, 1)


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
        return self.value + 1 if self.value < RUNGS[0] else None

    @property
    def what_would_change_it(self) -> tuple[Check, ...]:
        """The failed checks that keep each axis from its next rung, easiest first: fewest missing
        things, then what it takes to mend one.
        """
        found = [
            check
            for check in self.checks
            if check.is_failed and check.rung == self._rung_after(check.axis)
        ]
        return tuple(sorted(found, key=lambda check: (check.missing, check.effort, check.rung)))

    def _rung_after(self, axis: Axis) -> int:
        stands = self.documented if axis is Axis.DOCUMENTED else self.practised
        return (stands or 0) + 1


def hint(indicator: Indicator, facts: Facts) -> Hint | None:
    """The hint for an indicator; None for one that nothing looks up."""
    if not indicator.lookups:
        return None
    checks = tuple(
        _checked(lookup, indicator, facts)
        for lookup in sorted(indicator.lookups, key=lambda each: each.rung)
    )
    by_axis = (tuple(each for each in checks if each.axis is axis) for axis in Axis)
    value = min(_highest(checks), max(check.rung for check in checks))
    return Hint(value, checks, *(_highest(own) if own else None for own in by_axis))


def _checked(lookup: Lookup, indicator: Indicator, facts: Facts) -> Check:
    measure = MEASURES[lookup.measure]
    found = measure.run(lookup, indicator, facts)
    missing = short_by(lookup.enough, found)
    result = Result.FAILED if missing else Result.PASSED
    if not found.known:
        result, missing = Result.UNKNOWN, 0
    failed = result is Result.FAILED
    return Check(
        rung=lookup.rung,
        result=result,
        says=lookup.says,
        found=found.found,
        fix=measure.fix if failed else None,
        axis=Axis(lookup.axis),
        measure=lookup.measure,
        missing=missing,
        effort=measure.effort,
        things=found.things if failed else (),
        more=found.more if failed else 0,
        note=found.note,
    )


def short_by(enough: str | int, found: Measured) -> int:
    """How many more are needed: of "all", of "any" one, of a percent ("80%") or of a count. Of
    nothing neither all nor a percent is ever enough.
    """
    if isinstance(enough, int):
        needed = enough
    elif enough == "any":
        needed = 1
    else:
        percent = 100 if enough == "all" else int(enough.rstrip("%"))
        needed = max(-(-found.whole * percent // 100), 1)
    return max(needed - found.part, 0)


def _highest(checks: Sequence[Check]) -> int:
    for rung in RUNGS:
        if all(each.result is Result.PASSED for each in checks if each.rung <= rung):
            return rung
    return 0

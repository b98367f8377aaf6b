"""What a rule of readiness yields: checks on the rungs of the scale, each with what was found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from selfassessment.facts import Facts
from selfassessment.library import EvidenceType, Indicator
from selfassessment.wording import day

MOST = 80


class Axis(StrEnum):
    """What a check speaks of: that it is written down, or that it is done."""

    DOCUMENTED = "documented"
    PRACTISED = "practised"


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fix:
    """The page where a failed check can be mended."""

    label: str
    view_name: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked up: what was asked, what was found, and where to mend it."""

    rung: int
    result: Result
    says: str
    found: str = ""
    fix: Fix | None = None
    axis: Axis = Axis.DOCUMENTED


ROLES = Fix("Open the roles", "roles:index")
CHECKLISTS = Fix("Open the checklists", "checklists:index")
ROADMAP = Fix("Open the roadmap", "roadmap:index")
LEARNING = Fix("Open the plan of learning", "roadmap:learning")


def check(rung: int, says: str, found: str, fix: Fix | None = None, *, passed: bool) -> Check:
    result = Result.PASSED if passed else Result.FAILED
    return Check(rung, result, says, found, None if passed else fix)


def only_the_team_knows(rung: int, says: str, found: str) -> Check:
    return Check(rung, Result.UNKNOWN, says, found)


def share(part: int, whole: int) -> int:
    """A whole percent, rounded down, so that 100 means all; 0 of nothing is 0."""
    return part * 100 // whole if whole else 0


def newest(indicator: Indicator, sort: EvidenceType, facts: Facts) -> dt.date | None:
    """The date of the newest evidence of a sort, from notes by hand and done milestones."""
    dated = [n.dated_on for n in facts.notes_for(indicator.code) if n.kind == sort.key]
    dated += [m.done_on for m in facts.milestones if m.key and m.key in sort.milestones]
    return max(dated, default=None)


def on_file(rung: int, indicator: Indicator, kind: str, facts: Facts) -> Check:
    """Whether evidence of a sort is there and has not run out."""
    sort = indicator.sort(kind)
    dated_on = newest(indicator, sort, facts)
    fix = ROADMAP if sort.milestones else None
    if dated_on is None:
        return check(rung, sort.label, sort.absent, fix, passed=False)
    ran_out = sort.good_until(dated_on) < facts.today
    found = f"The newest is from {day(dated_on)}{', too long ago' if ran_out else ''}."
    return check(rung, sort.label, found, fix, passed=not ran_out)

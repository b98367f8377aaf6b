"""Measures of 6c.1: learning for leaders, planned by level and held."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from selfassessment.checks import Effort, Thing
from selfassessment.facts import Facts, Learning
from selfassessment.library import Indicator, Lookup
from selfassessment.measures.base import (
    LEARNING,
    Measure,
    Measured,
    Run,
    Shows,
    Words,
    counted,
    unknown,
)
from selfassessment.measures.files import on_file, sort_of
from selfassessment.wording import count, day

Read = Callable[[Learning], Measured]
PAGE = "roadmap:learning"


def _planned(lookup: Lookup, indicator: Indicator, facts: Facts) -> Measured:
    """Lines in the plan of the year, or a plan that was put on file."""
    plan = facts.learning
    if plan is None or not plan.lines:
        return on_file(lookup, indicator, facts)
    return Measured(1, 1, f"{count(plan.lines, 'line')} in the plan of {plan.year}.")


def _attended(lookup: Lookup, indicator: Indicator, facts: Facts) -> Measured:
    """A session with attendance that has not run out, or what was put on file by hand."""
    plan, sort = facts.learning, sort_of(indicator, lookup.kind)
    last = plan.last_held_on if plan else None
    if plan is None or last is None or not sort or sort.good_until(last) < facts.today:
        return on_file(lookup, indicator, facts)
    found = f"{count(plan.held, 'session')} with attendance, the last on {day(last)}."
    return Measured(1, 1, found)


def _if_planned(read: Read) -> Run:
    """What only a plan kept here can tell."""

    def run(_: Lookup, __: Indicator, facts: Facts) -> Measured:
        if facts.learning is None:
            return unknown("The records hold no learning by level")
        return read(facts.learning)

    return run


def _levels_planned(plan: Learning) -> Measured:
    seated = [level for level in plan.levels if level.has_seats]
    lack = [level.label for level in seated if not level.lines]
    words = Words("level", "has a line", "have a line", "needs a line")
    things = ((Thing(label, PAGE), 1) for label in lack)
    return counted(words, len(seated) - len(lack), len(seated), things)


def _levels_met(plan: Learning) -> Measured:
    seated = [level for level in plan.levels if level.has_seats]
    quiet = [level.label for level in seated if level.quiet]
    words = Words(
        "level",
        "has met within 90 days",
        "have met within 90 days",
        "has not met for 90 days",
        "has not",
        "have not",
    )
    things = ((Thing(label, PAGE), 1) for label in quiet)
    return counted(words, len(seated) - len(quiet), len(seated), things)


def _on_pace(plan: Learning) -> Measured:
    words = Words("holder", "is on pace", "are on pace", "is behind")
    return counted(words, plan.on_pace, plan.people)


def _from_checklists(plan: Learning) -> Measured:
    found = f"{count(plan.from_checklists, 'topic')} from low items went into sessions."
    return Measured(plan.from_checklists, 1, found)


def _adjusted(plan: Learning) -> Measured:
    changed = plan.changed_mid_year
    found = "Lines were changed since." if changed else "No line was changed since."
    return Measured(int(changed), 1, found)


def _measures() -> Iterator[tuple[str, Measure]]:
    yield "learning_planned", Measure(_planned, LEARNING, Effort.PAPER, Shows.LEARNING)
    yield "learning_attended", Measure(_attended, LEARNING, Effort.PERSON, Shows.LEARNING)
    for name, read, effort in (
        ("levels_planned", _levels_planned, Effort.PAPER),
        ("levels_met", _levels_met, Effort.PERSON),
        ("on_pace", _on_pace, Effort.SEASON),
        ("needs_from_checklists", _from_checklists, Effort.CLICK),
        ("plan_adjusted", _adjusted, Effort.CLICK),
    ):
        yield name, Measure(_if_planned(read), LEARNING, effort, Shows.LEARNING)


MEASURES = dict(_measures())

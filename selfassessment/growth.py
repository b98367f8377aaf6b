"""The rules of 6c, leader professional development: learning for leaders, checklists in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from selfassessment.checks import (
    CHECKLISTS,
    MOST,
    Check,
    check,
    on_file,
    only_the_team_knows,
    share,
)
from selfassessment.facts import ClosedWindow, Facts
from selfassessment.library import Indicator
from selfassessment.wording import count, listed

TWICE = 2


def learning(indicator: Indicator, facts: Facts) -> Iterable[Check]:
    """6c.1: learning for every level. Done milestones and notes are all the records hold."""
    yield on_file(1, indicator, "pd_plan", facts)
    yield on_file(2, indicator, "pd_log", facts)
    yield only_the_team_knows(
        2, "The plan covers each level", "The records hold no learning by level; the team can say."
    )
    yield only_the_team_knows(
        3,
        "Needs come from checklist results, and the plan changed mid-year",
        "The records cannot show this; the team can say.",
    )


def checklists_in_use(indicator: Indicator, facts: Facts) -> Iterable[Check]:
    """6c.2: a checklist for each position, used twice a year, with a second rater."""
    seats = facts.seats_of(indicator.role_keys)
    have = [seat for seat in seats if seat.role_key in facts.checklists]
    lack = list(dict.fromkeys(seat.role for seat in seats if seat.role_key not in facts.checklists))
    found = f"{len(have)} of {count(len(seats), 'position')}."
    gaps = f"{found} Missing: {listed(lack)}." if lack else found
    says = "Some positions have a published checklist"
    yield check(1, says, found, CHECKLISTS, passed=bool(have))
    says = "Every position has a published checklist"
    yield check(2, says, gaps, CHECKLISTS, passed=bool(seats) and not lack)
    yield from _use(facts.windows)
    yield from _second_raters(facts.windows)


def _use(windows: Sequence[ClosedWindow]) -> Iterable[Check]:
    closed = f"{listed([window.label for window in windows])}." if windows else "None yet."
    says = "Two windows have closed this school year"
    yield check(2, says, closed, CHECKLISTS, passed=len(windows) >= TWICE)
    asked = sum(window.asked for window in windows)
    sent = sum(window.submitted for window in windows)
    part = share(sent, asked)
    found = f"{sent} of {asked}, {part}%." if asked else "No window has closed yet."
    says = f"At least {MOST}% of checklists were submitted in them"
    yield check(2, says, found, CHECKLISTS, passed=part >= MOST)


def _second_raters(windows: Sequence[ClosedWindow]) -> Iterable[Check]:
    twice = sum(window.second_rated for window in windows)
    sent = sum(window.submitted for window in windows)
    found = f"{twice} of {count(sent, 'submitted checklist')}."
    yield check(3, "A second rater was used", found, CHECKLISTS, passed=twice > 0)
    yield _agreement(windows, twice)


def _agreement(windows: Sequence[ClosedWindow], pairs: int) -> Check:
    says = f"Raters agree on at least {MOST}% of the items"
    known = [(w.agreement, w.second_rated) for w in windows if w.agreement is not None]
    raters = sum(weight for _, weight in known)
    if raters:
        mean = sum(each * weight for each, weight in known) // raters
        return check(3, says, f"{mean}% on average.", CHECKLISTS, passed=mean >= MOST)
    if pairs:
        return only_the_team_knows(3, says, "Too few pairs of raters to say.")
    return check(3, says, "No checklist has two raters yet.", CHECKLISTS, passed=False)

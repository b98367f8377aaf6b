"""The rules of 6c, leader professional development: learning for leaders, checklists in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from selfassessment.checks import (
    CHECKLISTS,
    LEARNING,
    MOST,
    Check,
    check,
    on_file,
    only_the_team_knows,
    share,
)
from selfassessment.facts import ClosedWindow, Facts, Learning
from selfassessment.library import Indicator
from selfassessment.wording import count, day, listed

TWICE = 2


def learning(indicator: Indicator, facts: Facts) -> Iterable[Check]:
    """6c.1: learning for every level. Without a plan here, done milestones and notes are all."""
    plan = facts.learning
    if plan is None:
        yield on_file(1, indicator, "pd_plan", facts)
        yield on_file(2, indicator, "pd_log", facts)
        yield only_the_team_knows(
            2,
            "The plan covers each level",
            "The records hold no learning by level; the team can say.",
        )
        yield only_the_team_knows(
            3,
            "Needs come from checklist results, and the plan changed mid-year",
            "The records cannot show this; the team can say.",
        )
        return
    yield _planned(indicator, plan)
    yield _attended(indicator, plan, facts)
    yield from _levels(plan)
    yield _on_pace(plan)
    yield from _adjusted(plan)


def _planned(indicator: Indicator, plan: Learning) -> Check:
    found = f"{count(plan.lines, 'line')} in the plan of {plan.year}."
    return check(1, indicator.sort("pd_plan").label, found, LEARNING, passed=plan.lines > 0)


def _attended(indicator: Indicator, plan: Learning, facts: Facts) -> Check:
    """A session with attendance that has not run out, or what was put on file by hand."""
    sort, last = indicator.sort("pd_log"), plan.last_held_on
    if last is None or sort.good_until(last) < facts.today:
        return on_file(2, indicator, "pd_log", facts)
    found = f"{count(len(plan.sessions), 'session')} with attendance, the last on {day(last)}."
    return check(2, sort.label, found, passed=True)


def _levels(plan: Learning) -> Iterable[Check]:
    seated = [level for level in plan.levels if level.has_seats]
    lack = [level.label for level in seated if not level.lines]
    found = f"{len(seated) - len(lack)} of {count(len(seated), 'level')}."
    if lack:
        found += f" Without a line: {listed(lack)}."
    says = "Each level has a line in the plan"
    yield check(2, says, found, LEARNING, passed=bool(seated) and not lack)
    quiet = [level.label for level in seated if level.quiet]
    found = f"Nobody has met: {listed(quiet)}." if quiet else "None is without."
    says = "No level went 90 days without a session or a coaching talk"
    yield check(2, says, found, LEARNING, passed=not quiet)


def _on_pace(plan: Learning) -> Check:
    part = share(plan.on_pace, plan.people)
    found = f"{plan.on_pace} of {count(plan.people, 'holder')}, {part}%."
    says = f"At least {MOST}% of holders met the hours or sessions planned to date"
    return check(2, says, found, LEARNING, passed=part >= MOST)


def _adjusted(plan: Learning) -> Iterable[Check]:
    found = f"{count(plan.from_checklists, 'topic')} from low items went into sessions."
    says = "Needs come from checklist results"
    yield check(3, says, found, LEARNING, passed=plan.from_checklists > 0)
    found = "Lines were changed since." if plan.changed_mid_year else "No line was changed since."
    says = "The plan was changed after students came"
    yield check(3, says, found, LEARNING, passed=plan.changed_mid_year)


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

"""Measures of what the year holds: milestones, windows, rounds, learning."""

from __future__ import annotations

from selfassessment.wording import count, listed
from tutoring_admin.dashboards.guide.content import Part
from tutoring_admin.dashboards.guide.facts import GuideFacts
from tutoring_admin.dashboards.guide.measuring import Found, has_or_have

LEVELS = {
    "executive": "the cabinet",
    "administrative": "the central office",
    "site": "the schools",
    "coaching": "coaching",
}


def owned(part: Part, facts: GuideFacts) -> Found:
    have, need = facts.figures.owned, facts.figures.milestones
    if not need:
        return Found(0, 1, "There is no milestone to own.")
    return Found(have, need, f"{have} of {count(need, 'milestone')} {has_or_have(have)} an owner.")


def window(part: Part, facts: GuideFacts) -> Found:
    """A checklist window of this year that has closed; one that is open or planned counts half."""
    figures = facts.figures
    if figures.windows_closed:
        return Found(2, 2, f"{count(figures.windows_closed, 'window')} closed this year.")
    if figures.windows_open:
        return Found(1, 2, "The first window of the year is open.", "wait")
    if figures.windows:
        return Found(1, 2, "The first window of the year is planned.", "wait")
    return Found(0, 2, "No window is planned this year.", "open")


def any_window(part: Part, facts: GuideFacts) -> Found:
    """A window that is open or has closed; one that is planned counts half."""
    figures = facts.figures
    if figures.windows_open or figures.windows_closed:
        return Found(2, 2, "The first window is open." if figures.windows_open else "It was open.")
    if figures.windows:
        return Found(1, 2, "The first window is planned.", "wait")
    return Found(0, 2, "No window is planned this year.", "open")


def round(part: Part, facts: GuideFacts) -> Found:
    figures = facts.figures
    if figures.rounds_finished:
        return Found(2, 2, f"{count(figures.rounds_finished, 'round')} rated this year.")
    if figures.rounds:
        return Found(1, 2, "A round is open, and its team is rating.", "rate")
    return Found(0, 2, "No round was opened this year.", "open")


def planned(part: Part, facts: GuideFacts) -> Found:
    return _levels(facts, facts.learning, "learning planned", "Nothing is planned yet.")


def met(part: Part, facts: GuideFacts) -> Found:
    return _levels(facts, facts.learned, "met this year", "No session was held this year.")


def _levels(facts: GuideFacts, reached: frozenset[str], what: str, none: str) -> Found:
    seated = facts.seated_levels
    if not seated:
        return Found(0, 1, "There is no position yet whose holder could learn.")
    lack = [LEVELS[level] for level in seated if level not in reached]
    have = len(seated) - len(lack)
    if not have:
        return Found(0, len(seated), none)
    still = f" Still without: {listed(lack)}." if lack else ""
    has = f"{has_or_have(have)} {what}"
    return Found(have, len(seated), f"{have} of {count(len(seated), 'level')} {has}.{still}")

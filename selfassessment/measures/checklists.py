"""Measures of 6c.2: fidelity checklists, published for each position and in use."""

from __future__ import annotations

from selfassessment.checks import Effort, Thing
from selfassessment.facts import Facts
from selfassessment.library import Indicator, Lookup
from selfassessment.measures.base import (
    CHECKLISTS,
    LIBRARY,
    Measure,
    Measured,
    Shows,
    Words,
    counted,
    unknown,
)
from selfassessment.wording import count, listed


def _published(lookup: Lookup, _: Indicator, facts: Facts) -> Measured:
    roles = [role for role in facts.of(lookup.roles) if role.positions]
    lack = [role for role in roles if role.checklist is None]
    whole = sum(role.positions for role in roles)
    missing = sum(role.positions for role in lack)
    what = "a published checklist"
    words = Words("position", f"has {what}", f"have {what}", f"needs {what}")
    things = (
        (Thing(f"{x.title} ({count(x.positions, 'position')})", "checklists:library"), x.positions)
        for x in lack
    )
    return counted(words, whole - missing, whole, things)


def _closed(_: Lookup, __: Indicator, facts: Facts) -> Measured:
    labels = [window.label for window in facts.windows]
    found = f"{listed(labels)}." if labels else "None yet."
    return Measured(len(labels), len(labels), found)


def _submitted(_: Lookup, __: Indicator, facts: Facts) -> Measured:
    asked = sum(window.asked for window in facts.windows)
    sent = sum(window.submitted for window in facts.windows)
    if not asked:
        return Measured(0, 0, "No window has closed yet.")
    words = Words("checklist", "was submitted", "were submitted", "was not submitted")
    return counted(words, sent, asked)


def _second_rated(_: Lookup, __: Indicator, facts: Facts) -> Measured:
    twice = sum(window.second_rated for window in facts.windows)
    sent = sum(window.submitted for window in facts.windows)
    found = f"{twice:,} of {count(sent, 'submitted checklist')}."
    return Measured(twice, sent, found)


def _agreement(_: Lookup, __: Indicator, facts: Facts) -> Measured:
    """The mean over windows, weighed by their pairs of raters; the part is a percent."""
    known = [(w.agreement, w.second_rated) for w in facts.windows if w.agreement is not None]
    raters = sum(weight for _, weight in known)
    if raters:
        mean = sum(each * weight for each, weight in known) // raters
        return Measured(mean, 100, f"{mean}% on average.")
    if any(window.second_rated for window in facts.windows):
        return unknown("Too few pairs of raters to say")
    return Measured(0, 0, "No checklist has two raters yet.")


MEASURES = {
    "checklist_published": Measure(_published, LIBRARY, Effort.PAPER, Shows.CHECKLISTS),
    "windows_closed": Measure(_closed, CHECKLISTS, Effort.SEASON, Shows.CHECKLISTS),
    "submitted": Measure(_submitted, CHECKLISTS, Effort.SEASON, Shows.CHECKLISTS),
    "second_raters": Measure(_second_rated, CHECKLISTS, Effort.PERSON, Shows.CHECKLISTS),
    "agreement": Measure(_agreement, CHECKLISTS, Effort.SEASON, Shows.CHECKLISTS),
}

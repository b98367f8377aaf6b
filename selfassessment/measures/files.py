"""Measures of what is on file: evidence by hand of a kind, and milestones that ended with proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from selfassessment.checks import Effort
from selfassessment.facts import YEAR, Facts, Note
from selfassessment.library import EvidenceType, Indicator, Lookup
from selfassessment.measures.base import ROADMAP, Measure, Measured, Words, counted
from selfassessment.wording import day


def until(note: Note, sort: EvidenceType | None) -> dt.date:
    """The last day on which evidence by hand counts."""
    if note.expires_on:
        return note.expires_on
    return sort.good_until(note.dated_on) if sort else note.dated_on + YEAR


def counts(note: Note, sort: EvidenceType | None, today: dt.date) -> bool:
    """Whether evidence by hand stands today: begun, not run out, pointing at nothing replaced."""
    return not note.superseded_on and note.dated_on <= today <= until(note, sort)


def sort_of(indicator: Indicator, kind: str) -> EvidenceType | None:
    return next((each for each in indicator.evidence_types if each.key == kind), None)


def current_by_hand(kinds: Collection[str], indicator: Indicator, facts: Facts) -> Note | None:
    """The newest evidence by hand of one of these kinds that stands today."""
    found = (
        note
        for note in facts.notes_for(indicator.code)
        if note.kind in kinds and counts(note, sort_of(indicator, note.kind), facts.today)
    )
    return max(found, key=lambda note: note.dated_on, default=None)


def on_file(lookup: Lookup, indicator: Indicator, facts: Facts) -> Measured:
    """Whether evidence of a kind is there and has not run out."""
    sort = sort_of(indicator, lookup.kind)
    dated = dict(_dated(lookup, indicator, facts))
    if not dated:
        return Measured(0, 1, sort.absent if sort else "Nothing is on file.")
    standing = [on for on, stands in dated.items() if stands]
    if standing:
        return Measured(1, 1, f"The newest is from {day(max(standing))}.")
    return Measured(0, 1, f"The newest is from {day(max(dated))}, and counts no more.")


def _dated(lookup: Lookup, indicator: Indicator, facts: Facts) -> Iterator[tuple[dt.date, bool]]:
    """The date of each that is there, and whether it counts; those that count come last."""
    sort = sort_of(indicator, lookup.kind)
    found = [
        (note.dated_on, counts(note, sort, facts.today))
        for note in facts.notes_for(indicator.code)
        if note.kind == lookup.kind
    ]
    found += [
        (each.done_on, sort.good_until(each.done_on) >= facts.today)
        for each in facts.milestones
        if sort and each.key and each.key in sort.milestones
    ]
    yield from sorted(found, key=lambda pair: pair[1])


def _milestones_done(_: Lookup, indicator: Indicator, facts: Facts) -> Measured:
    """Milestones of the last year that say they support the indicator, each with its proof."""
    found = facts.milestones_for(indicator.code)
    done = sum(1 + each.alike for each in found)
    words = Words("milestone", "is done, with proof", "are done, with proof", "is open")
    return counted(words, done, done) if done else Measured(0, 0, "No milestone is done yet.")


MEASURES = {
    "on_file": Measure(on_file, ROADMAP, Effort.PAPER),
    "milestones_done": Measure(_milestones_done, ROADMAP, Effort.SEASON),
}

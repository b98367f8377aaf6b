"""How the guide judges: each thing that a recommendation looks at, counted and put in a sentence.

A measure says how many there are of how many; the row's state follows: in place where everything
it looks at is there, under way where something is. Knows no database. What a row asks for can only
help it: a measure never has less for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from tutoring_admin.dashboards.guide import people_rules, text_rules, year_rules
from tutoring_admin.dashboards.guide.content import Part
from tutoring_admin.dashboards.guide.facts import GuideFacts
from tutoring_admin.dashboards.guide.measuring import Found, Measure, counted


class State(StrEnum):
    NOT_STARTED = "not-started"
    UNDER_WAY = "under-way"
    IN_PLACE = "in-place"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()


def found(part: Part, facts: GuideFacts) -> Found:
    """What the records say to one part of a row."""
    return MEASURES[part.measure](part, facts)


def state_of(parts: Sequence[tuple[Part, Found]]) -> State:
    """From what each part of a row found; what came with the library begins nothing."""
    if all(each.is_met for _, each in parts):
        return State.IN_PLACE
    begun = any(each.have for part, each in parts if not part.given)
    return State.UNDER_WAY if begun else State.NOT_STARTED


MEASURES: dict[str, Measure] = {
    "seat": people_rules.seat,
    "partners": people_rules.partners,
    "level_held": people_rules.level_held,
    "schools": people_rules.schools,
    "areas": people_rules.areas,
    "areas_led": people_rules.areas_led,
    "needs": people_rules.needs,
    "departments_agreed": people_rules.departments_agreed,
    "data_agreed": people_rules.data_agreed,
    "published": text_rules.published,
    "any_published": text_rules.any_published,
    "read": text_rules.read,
    "covered": text_rules.covered,
    "rhythm": text_rules.rhythm,
    "checklists": text_rules.checklists,
    "meets": counted("series", "series", "of meetings in the calendar", "No meeting is planned."),
    "held": counted("meetings_held", "meeting", "held this year", "None was held yet this year."),
    "protected": counted(
        "protected", "series", "with protected time", "No planning time is protected."
    ),
    "to_come": counted("meetings_to_come", "meeting", "still to come", "None is to come."),
    "milestones": counted(
        "milestones", "milestone", "in the year's roadmap", "The roadmap of the year is empty."
    ),
    "owned": year_rules.owned,
    "done": counted("done", "milestone", "done, with proof", "None is done yet."),
    "planned": year_rules.planned,
    "met": year_rules.met,
    "window": year_rules.window,
    "any_window": year_rules.any_window,
    "second_rated": counted(
        "second_rated", "form", "by a second rater", "No second rater has sent a form yet."
    ),
    "round": year_rules.round,
    "official": counted(
        "official", "result", "of the assessment at NSSA recorded", "None is recorded this year."
    ),
}

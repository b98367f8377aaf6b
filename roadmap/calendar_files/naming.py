"""What an event is by its name: a closure, or a first or last student day."""

from __future__ import annotations

import re

from roadmap.calendar_files.found import Kind

PART_OF_A_YEAR = re.compile(r"semester|quarter|trimester|\bterm\b|marking period", re.I)
BEGINS = re.compile(r"\bfirst (student )?day\b|\b(school|classes) (begins?|starts?|opens?)\b", re.I)
ENDS = re.compile(r"\blast (student )?day\b|\b(school|classes) ends?\b", re.I)
PART_OF_A_DAY = re.compile(
    r"early (release|dismissal|out)|half[ -]day|late (start|arrival)|delayed (start|opening)|"
    r"minimum day|\b(after|before|until|till) noon\b",
    re.I,
)
CLOSES = re.compile(
    r"no (school|class)|holiday|\bbreak\b|\bclosed\b|recess|vacation|day off|thanksgiving|"
    r"labor day|memorial day|presidents|luther king|\bmlk\b|juneteenth|veterans|columbus|"
    r"indigenous|christmas|new year|good friday|independence day",
    re.I,
)


def kind_by_name(label: str) -> Kind:
    """What an event is by its name. A day on which students come for some hours is no closure."""
    if PART_OF_A_DAY.search(label):
        return Kind.NOTHING
    if not PART_OF_A_YEAR.search(label):
        if BEGINS.search(label):
            return Kind.FIRST
        if ENDS.search(label):
            return Kind.LAST
    return Kind.CLOSURE if CLOSES.search(label) else Kind.NOTHING

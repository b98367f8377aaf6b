"""Lines of the plan of learning: which there are, who they are for, and by when they are due."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from roadmap.learning_time import target_days
from roadmap.models import LearningLine
from roles.access import Reach
from roles.models import SchoolYear

FIRST_NAMES = 3


def lines_of(reach: Reach, year: SchoolYear) -> QuerySet[LearningLine]:
    found = LearningLine.objects.reachable(reach).filter(school_year=year)
    return found.select_related("lead", "school_year").prefetch_related("audiences__role")


def audience_words(line: LearningLine, *, whole: bool = False) -> str:
    """Who a line is for: "Site Tutoring Lead, Teacher Liaison"; of many roles the first three."""
    names = [each.role.title for each in line.audiences.all()]
    if line.for_raters:
        names.append("Everyone who rates checklists")
    if whole or len(names) <= FIRST_NAMES + 1:
        return ", ".join(names) or "Nobody yet"
    return f"{', '.join(names[:FIRST_NAMES])} and {len(names) - FIRST_NAMES} more"


def targets_of(line: LearningLine, year: SchoolYear) -> list[dt.date]:
    first, last = year.first_student_day, year.last_student_day
    return target_days(line.sessions, line.cadence, first, last)

"""How learning goes, in counts."""

from __future__ import annotations

import datetime as dt

from checklists.suppression import FEW
from roadmap.learning_reports.lines import lines_of, targets_of
from roadmap.learning_reports.pace import LineDue, pace_of
from roadmap.services.attendance import roles_that_rate
from roles.access import Reach
from roles.models import SchoolYear


def pace_on(reach: Reach, year: SchoolYear | None, day: dt.date) -> tuple[int | None, int | None]:
    """People who hold a position, and how many are on pace; None without a plan of learning,
    or for fewer than three people.
    """
    if year is None:
        return None, None
    lines = [line for line in lines_of(reach, year) if not line.ended_at]
    if not lines:
        return None, None
    raters = roles_that_rate(year.district_id) if any(line.for_raters for line in lines) else set()
    due = [
        LineDue(
            frozenset(each.role_id for each in line.audiences.all())
            | frozenset(raters if line.for_raters else ()),
            line.minutes_each,
            targets_of(line, year),
        )
        for line in lines
    ]
    pace = pace_of(reach, year, due, day)
    return (pace.people, pace.on_pace) if pace.people >= FEW else (None, None)

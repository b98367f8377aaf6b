"""When milestones are due: pure functions over dates. No Django here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from roles.schooltime import Span, next_school_days, previous_school_day, school_days_between

WEEKS = "weeks"
SCHOOL_DAYS = "school_days"


def resolve(anchor: dt.date, offset: int, unit: str, closures: Sequence[Span]) -> dt.date:
    """The day that lies `offset` weeks or school days after the anchor, before it where negative.

    Always a day on which schools work: where the plain day is none, the last one before it. School
    days are counted from the anchor, or from the last school day before it.
    """
    if unit == WEEKS:
        return previous_school_day(anchor + dt.timedelta(weeks=offset), closures)
    return next_school_days(previous_school_day(anchor, closures), offset, closures)


def offset_between(anchor: dt.date, day: dt.date, unit: str, closures: Sequence[Span]) -> int:
    """How far a day lies from the anchor: `resolve` turned round. Whole weeks, to the nearest."""
    if unit == WEEKS:
        return round((day - anchor).days / 7)
    start, end = previous_school_day(anchor, closures), previous_school_day(day, closures)
    if end >= start:
        return school_days_between(start, end, closures) - 1
    return 1 - school_days_between(end, start, closures)

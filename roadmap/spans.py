"""How much of a milestone's time is used: pure functions over dates. No Django here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import accumulate

from roles.schooltime import Span, days, is_school_day

NEARLY = 80  # percent of the school days from start to due date


class SchoolDays:
    """School days of a stretch of time, counted once, so that each question about it is cheap."""

    def __init__(self, first: dt.date, last: dt.date, closures: Sequence[Span]) -> None:
        self.first, self.last = first, last
        near = [(a, z) for a, z in closures if a <= last and z >= first]
        marks = (int(is_school_day(day, near)) for day in days(first, last))
        self.sums = [0, *accumulate(marks)]

    def between(self, first: dt.date, last: dt.date) -> int:
        """How many lie from first to last, both included, as far as the stretch goes."""
        start = max((first - self.first).days, 0)
        end = min((last - self.first).days + 1, len(self.sums) - 1)
        return self.sums[end] - self.sums[start] if end > start else 0


def is_nearly_used(used: int, total: int) -> bool:
    """Whether so many of the days are gone that silence is worth a question."""
    return total > 0 and used * 100 >= total * NEARLY

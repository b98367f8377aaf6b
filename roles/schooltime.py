"""School-year arithmetic: pure functions over dates. No Django here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5
MID_SUMMER = ((7, 1), (7, 15))  # month and day, both included: nobody is mailed
Span = tuple[dt.date, dt.date]  # first and last day, both included


def year_label(begins: int) -> str:
    """The key of the school year that begins in a year, in addresses and file names: "2026-27"."""
    return f"{begins}-{(begins + 1) % 100:02}"


def year_name(label: str) -> str:
    """A school year as people read it, from its label: with an en dash."""
    return label.replace("-", "\u2013")


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Every day from first to last, both included; none if last is before first."""
    while first <= last:
        yield first
        first += ONE_DAY


def is_school_day(day: dt.date, closures: Iterable[Span]) -> bool:
    """Whether schools work on the day: no weekend and no closure."""
    return day.weekday() < SATURDAY and not any(a <= day <= z for a, z in closures)


def is_quiet(day: dt.date, closures: Iterable[Span]) -> bool:
    """Whether nobody is mailed on the day: weekends, closures, the first half of July."""
    first, last = MID_SUMMER
    return first <= (day.month, day.day) <= last or not is_school_day(day, closures)


def previous_school_day(day: dt.date, closures: Iterable[Span]) -> dt.date:
    """The day itself if schools work on it, else the last one before it."""
    closed = list(closures)
    while not is_school_day(day, closed):
        day -= ONE_DAY
    return day


def next_school_day(day: dt.date, closures: Iterable[Span]) -> dt.date:
    """The day itself if schools work on it, else the first one after it."""
    closed = list(closures)
    while not is_school_day(day, closed):
        day += ONE_DAY
    return day


def next_school_days(day: dt.date, count: int, closures: Iterable[Span]) -> dt.date:
    """The `count`-th school day after the day, before it where negative; the day itself for 0."""
    closed, step = list(closures), ONE_DAY if count > 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_school_day(day, closed):
            day += step
    return day


def school_days_between(first: dt.date, last: dt.date, closures: Iterable[Span]) -> int:
    """How many school days lie from first to last, both included."""
    closed = list(closures)
    return sum(is_school_day(day, closed) for day in days(first, last))

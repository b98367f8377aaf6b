"""When learning takes place and how much of it is due by a day: pure functions. No Django here."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

from roles.schooltime import ONE_DAY, Span, next_school_day

WEEK = 7
LONGEST_STEP = {"twice_a_year": 20, "seasons": 13, "quarterly": 13, "yearly": 1}  # in weeks
MONTHLY, YEARLY = "monthly", "yearly"
MONTHS = 12
QUIET = dt.timedelta(days=90)


@dataclass(frozen=True)
class Proposed:
    """A day for a session. `instead_of`: the day of the rhythm, on which schools are closed."""

    day: dt.date
    instead_of: dt.date | None = None


def session_days(
    first: dt.date, sessions: int, cadence: str, last: dt.date, closures: Sequence[Span]
) -> list[Proposed]:
    """Days for so many sessions from the first on, in the rhythm of a cadence.

    Each is a school day, later than the one before it and not after `last`: there may be fewer than
    were asked for. Every month means the same weekday of the month (the second Tuesday); other
    rhythms spread what is left of the year evenly.
    """
    found: list[Proposed] = []
    earliest = first
    for wished in islice(_rhythm(first, sessions, cadence, last), sessions):
        day = next_school_day(max(wished, earliest), closures)
        if day > last:
            break
        found.append(Proposed(day, wished if day != wished else None))
        earliest = day + ONE_DAY
    return found


def target_days(sessions: int, cadence: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """By which day the first, the second ... session should have been held.

    The year in as many equal parts as there are sessions, and the last day of each; what comes once
    a year is due by the middle of it.
    """
    length = (last - first).days
    if cadence == YEARLY:
        return [first + dt.timedelta(days=length // 2)] * sessions
    return [first + dt.timedelta(days=length * n // sessions) for n in range(1, sessions + 1)]


def expected_by(day: dt.date, targets: Sequence[dt.date], since: dt.date | None = None) -> int:
    """How many of the target days have come; those from `since` on for who began that day."""
    return sum(target <= day and (since is None or target >= since) for target in targets)


def is_quiet(today: dt.date, first: dt.date, last_held: dt.date | None) -> bool:
    """Whether nothing was held for 90 days, counted from the year's first student day at most."""
    return today - max(last_held or first, first) > QUIET


def _rhythm(first: dt.date, sessions: int, cadence: str, last: dt.date) -> Iterator[dt.date]:
    if cadence == MONTHLY:
        return (_months_on(first, n) for n in count())
    weeks = max((last - first).days, 0) // WEEK // max(sessions, 1)
    step = dt.timedelta(weeks=max(1, min(LONGEST_STEP[cadence], weeks)))
    return (first + n * step for n in count())


def _months_on(day: dt.date, months: int) -> dt.date:
    """The same weekday of the month so many months later; its last one if there is no fifth."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    start = dt.date(year, month + 1, 1)
    nth = (day.day - 1) // WEEK
    found = 1 + (day.weekday() - start.weekday()) % WEEK + nth * WEEK
    if found > monthrange(year, month + 1)[1]:
        found -= WEEK
    return start.replace(day=found)

"""Windows for a school year, proposed from its calendar: pure arithmetic over dates.

A window begins and ends on days on which schools work, so it is never over in a break.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from roles.schooltime import (
    ONE_DAY,
    Span,
    days,
    is_school_day,
    next_school_day,
    previous_school_day,
    school_days_between,
)

LENGTH = 10  # school days of a monthly window
BEFORE_MEETING = 5  # school days of the window that ends with a meeting
SHORTEST = 5  # school days that a window needs to be worth opening; before a meeting, 2
QUARTER = 13  # weeks
BREAK = 3  # working days in a row without school that part a month in two
Day = tuple[int, int]  # month and day of the month
SEASONS: tuple[tuple[str, str, Day, Day], ...] = (
    ("fall", "Fall", (10, 15), (11, 15)),
    ("winter", "Winter", (1, 10), (1, 31)),
    ("spring", "Spring", (3, 15), (4, 15)),
)


class Rhythm(StrEnum):
    SEASONS = "seasons"
    MONTHLY = "monthly"
    MEETINGS = "meetings"


class Frequency(StrEnum):
    """Of a checklist: the rarer ones are not asked in every window. Any other word is."""

    QUARTERLY = "quarterly"
    TWICE_A_YEAR = "twice_a_year"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Year:
    """What the calendar of a school year says."""

    starts_on: dt.date
    ends_on: dt.date
    first_student_day: dt.date
    last_student_day: dt.date
    closures: tuple[Span, ...] = ()

    def school_days(self, first: dt.date, last: dt.date) -> int:
        return school_days_between(first, last, self.closures)

    def has_school(self, day: dt.date) -> bool:
        in_year = self.first_student_day <= day <= self.last_student_day
        return in_year and is_school_day(day, self.closures)


@dataclass(frozen=True, slots=True)
class Meetings:
    """A team that meets on the weekday of its `first` meeting, every so many weeks; a window ends
    with each n-th meeting."""

    first: dt.date
    every_weeks: int = 2
    every_nth: int = 3

    @property
    def weeks_between(self) -> int:
        return self.every_weeks * self.every_nth


@dataclass(frozen=True, slots=True)
class Proposal:
    """One window to be. `only`: keys of the checklists it asks for; empty: every checklist."""

    label: str
    kind: str
    opens_on: dt.date
    closes_on: dt.date
    only: tuple[str, ...] = ()

    def overlaps(self, span: Span) -> bool:
        return self.opens_on <= span[1] and span[0] <= self.closes_on


@dataclass(frozen=True, slots=True)
class Plan:
    """`proposals` in order; `taken`: those left out because days of theirs are planned already."""

    proposals: tuple[Proposal, ...]
    taken: tuple[Proposal, ...] = ()


def propose(
    rhythm: Rhythm,
    year: Year,
    asked: dict[str, str],
    *,
    meetings: Meetings | None = None,
    planned: Collection[Span] = (),
    today: dt.date,
) -> Plan:
    """The windows of a year that lie ahead. `asked`: the frequency of each checklist by its key.

    The whole year is laid out first, so planning the rest of it later asks what planning it at
    once would have asked. A window that has begun is shortened to what is left of it.
    Raises ValueError for meetings without the day of the first.
    """
    whole = list(_laid_out(rhythm, year, meetings))
    step = _windows_in_a_quarter(rhythm, meetings)
    named = [
        replace(proposal, only=_asked_in(n, proposal.kind, len(whole), step, asked))
        for n, proposal in enumerate(whole)
    ]
    shortest = 2 if rhythm == Rhythm.MEETINGS else SHORTEST
    ahead = [
        left for one in named if (left := _what_is_left(one, year, today, shortest)) is not None
    ]
    clash = {one for one in ahead if any(one.overlaps(span) for span in planned)}
    return Plan(
        tuple(one for one in ahead if one not in clash),
        tuple(one for one in ahead if one in clash),
    )


def _laid_out(rhythm: Rhythm, year: Year, meetings: Meetings | None) -> Iterator[Proposal]:
    if rhythm == Rhythm.SEASONS:
        return _seasons(year)
    if rhythm == Rhythm.MONTHLY:
        return _months(year)
    if meetings is None:
        raise ValueError("The first meeting's day is missing.")
    return _with_meetings(year, meetings)


def _seasons(year: Year) -> Iterator[Proposal]:
    for kind, name, first, last in SEASONS:
        span = _in_year(year, first, last)
        if span and (fitted := _fitted(year, *span)):
            yield Proposal(f"{name} checklist", kind, *fitted)


def _in_year(year: Year, first: Day, last: Day) -> Span | None:
    """The days of a season that fall in the school year."""
    for number in (year.starts_on.year, year.ends_on.year):
        a, z = dt.date(number, *first), dt.date(number, *last)
        if year.starts_on <= a and z <= year.ends_on:
            return a, z
    return None


def _fitted(year: Year, first: dt.date, last: dt.date) -> Span | None:
    """The stretch from its first school day to its last; None if there is none."""
    first = next_school_day(max(first, year.first_student_day), year.closures)
    last = previous_school_day(min(last, year.last_student_day), year.closures)
    return (first, last) if first <= last else None


def _months(year: Year) -> Iterator[Proposal]:
    """The last ten school days of each month, before a break rather than across it."""
    month = year.first_student_day.replace(day=1)
    while month <= year.last_student_day:
        following = (month + 31 * ONE_DAY).replace(day=1)
        runs = [run for run in _runs(year, month, following - ONE_DAY) if len(run) >= SHORTEST]
        if runs:
            run = runs[-1][-LENGTH:]
            yield Proposal(f"{month:%B} checklist", Rhythm.MONTHLY, run[0], run[-1])
        month = following


def _runs(year: Year, first: dt.date, last: dt.date) -> list[list[dt.date]]:
    """The school days between two dates, parted where a break lies between them."""
    runs: list[list[dt.date]] = [[]]
    without = 0
    for day in days(first, last):
        if year.has_school(day):
            if without >= BREAK:
                runs.append([])
            runs[-1].append(day)
            without = 0
        elif day.weekday() < 5:
            without += 1
    return runs


def _with_meetings(year: Year, meetings: Meetings) -> Iterator[Proposal]:
    """A window of the last school days up to each n-th meeting; one that falls out counts not."""
    held, free_from = 0, year.first_student_day
    day = meetings.first
    while day <= year.last_student_day:
        if year.has_school(day):
            held += 1
            if held % meetings.every_nth == 0:
                opens_on = max(_back(year, day, BEFORE_MEETING), free_from)
                label = f"Checklist for {day:%B} {day.day} meeting"
                yield Proposal(label, "meeting", next_school_day(opens_on, year.closures), day)
                free_from = day + ONE_DAY
        day += meetings.every_weeks * 7 * ONE_DAY


def _back(year: Year, day: dt.date, school_days: int) -> dt.date:
    """The first of so many school days that end with this one."""
    for _ in range(school_days - 1):
        day = previous_school_day(day - ONE_DAY, year.closures)
    return day


def _windows_in_a_quarter(rhythm: Rhythm, meetings: Meetings | None) -> int:
    if rhythm == Rhythm.MONTHLY:
        return 3
    if rhythm == Rhythm.MEETINGS and meetings:
        return max(1, round(QUARTER / meetings.weeks_between))
    return 1


def _asked_in(n: int, kind: str, windows: int, step: int, asked: dict[str, str]) -> tuple[str, ...]:
    """The checklists of the n-th window (from 0); empty if it asks for every one.

    Quarterly ones at the end of each quarter, those twice a year half way and in the last window
    (of three seasons: in fall and spring), yearly ones in the last.
    """
    last, half = windows - 1, (windows - 1) // 2
    twice = {"fall": True, "winter": False}.get(kind, n in {half, last})
    is_asked: dict[str, bool] = {
        Frequency.QUARTERLY: n % step == min(step, windows) - 1,
        Frequency.TWICE_A_YEAR: twice,
        Frequency.YEARLY: n == last,
    }
    keys = tuple(key for key, often in asked.items() if is_asked.get(often, True))
    return () if len(keys) == len(asked) else keys


def _what_is_left(proposal: Proposal, year: Year, today: dt.date, shortest: int) -> Proposal | None:
    """The window from today on; None if too few school days are left of it."""
    opens_on = next_school_day(max(proposal.opens_on, today), year.closures)
    if opens_on > proposal.closes_on:
        return None
    enough = year.school_days(opens_on, proposal.closes_on) >= shortest
    return replace(proposal, opens_on=opens_on) if enough else None


def clashing(spans: Sequence[Span]) -> set[int]:
    """The places (from 0) of the stretches that share days with an earlier one."""
    return {
        n
        for n, (first, last) in enumerate(spans)
        if any(first <= z and a <= last for a, z in spans[:n])
    }

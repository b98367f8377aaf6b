"""On which days a meeting comes again. Pure functions over dates: no Django here.

The rhythm gives the usual days. One on which schools are closed moves to the next working day, or
is left out where that comes too near to the meeting after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roles.schooltime import SATURDAY, Span, is_school_day, next_school_day

WEEK = dt.timedelta(weeks=1)
MONTHS = {"monthly": 1, "quarterly": 3, "twice_a_year": 6}
WEEKS = {"weekly": 1, "two_weeks": 2}
ROOM = {"weekly": 3, "two_weeks": 7}  # so many days a meeting may move
USUAL_ROOM = 14


@dataclass(frozen=True)
class Slot:
    """One place in the rhythm: the usual day, and the one it falls on; None if it is left out."""

    usual_on: dt.date
    on: dt.date | None

    @property
    def is_moved(self) -> bool:
        return self.on is not None and self.on != self.usual_on


def usual_days(rhythm: str, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The days of a rhythm from `first` to `last`, both included.

    Months keep the weekday and its place: a second Tuesday is followed by second Tuesdays, a fifth
    by the last one of the month.
    """
    day, turn = first, 0
    while day <= last:
        yield day
        turn += 1
        if rhythm in WEEKS:
            day = first + turn * WEEKS[rhythm] * WEEK
        elif rhythm in MONTHS:
            day = _same_place(first, turn * MONTHS[rhythm])
        else:
            return


def slots(rhythm: str, first: dt.date, last: dt.date, closures: Sequence[Span]) -> list[Slot]:
    """The rhythm laid on a calendar: every usual day with the working day it falls on."""
    room = dt.timedelta(days=ROOM.get(rhythm, USUAL_ROOM))
    found = []
    for usual in usual_days(rhythm, first, last):
        on = usual
        if not is_school_day(usual, closures):
            on = next_school_day(usual, closures)
        fits = on - usual <= room and on <= last
        found.append(Slot(usual, on if fits else None))
    return found


def first_weekday(weekday: int, day: dt.date) -> dt.date:
    """The day itself if it is that weekday (0 is Monday), else the next one that is."""
    return day + dt.timedelta(days=(weekday - day.weekday()) % 7)


def is_weekend(day: dt.date) -> bool:
    return day.weekday() >= SATURDAY


def _same_place(first: dt.date, months: int) -> dt.date:
    """So many months on, the weekday in the same place of its month."""
    place = (first.day - 1) // 7
    month = first.month - 1 + months
    begin = dt.date(first.year + month // 12, month % 12 + 1, 1)
    day = first_weekday(first.weekday(), begin) + place * WEEK
    return day if day.month == begin.month else day - WEEK

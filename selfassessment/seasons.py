"""When rounds are usual: fall and spring. Pure functions over dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

USUAL_LENGTH = dt.timedelta(weeks=4)
SHORTEST = dt.timedelta(days=7)
# Name, first and last day as (month, day).
WINDOWS = (("Fall", (9, 1), (10, 15)), ("Spring", (4, 15), (5, 31)))


@dataclass(frozen=True)
class Suggestion:
    """What a round might be called, and its days."""

    label: str
    opens_on: dt.date
    closes_on: dt.date


def suggestion(
    today: dt.date, *, taken: Collection[str] = (), again: Collection[str] = ()
) -> Suggestion:
    """A round that opens today: of the window that is nearest, until its end if that is not too
    soon. `taken` are labels of the school year; `again` the codes, if it is to rate some again.
    """
    name, first, last = min(_windows(today), key=lambda window: _distance(today, *window[1:]))
    soon = last - today < SHORTEST or today < first
    closes_on = today + USUAL_LENGTH if soon else last
    label = f"{name} {first.year}"
    if again:
        label = f"{', '.join(sorted(again))} again, {today:%b %Y}"[:60]
    return Suggestion(_free(label, taken), today, closes_on)


def _windows(today: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    return [
        (name, dt.date(year, *first), dt.date(year, *last))
        for year in (today.year - 1, today.year, today.year + 1)
        for name, first, last in WINDOWS
    ]


def _distance(day: dt.date, first: dt.date, last: dt.date) -> dt.timedelta:
    return max(first - day, day - last, dt.timedelta(0))


def _free(label: str, taken: Collection[str]) -> str:
    number = 2
    free = label
    while free in taken:
        free, number = f"{label[:55]}, {number}", number + 1
    return free

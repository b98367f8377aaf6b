"""On which days people hear of a window they have not finished: pure arithmetic over dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum

from roles.schooltime import ONE_DAY

EARLY, LATER = 7, 3  # days before the last day
HEARD = 3  # days for which somebody who was written to is left in peace, but for the last day
Quiet = Callable[[dt.date], bool]


class Rung(StrEnum):
    """One rung of the ladder of reminders."""

    SOON = "soon"
    LAST_DAY = "last_day"


def heard_on(day: dt.date, opens_on: dt.date, closes_on: dt.date, quiet: Quiet) -> dt.date | None:
    """The day, or if it is quiet the next one that is not; never after the window.

    Where the window ends in quiet days, the last day before them on which people are written to.
    None if that would be the window's first day, or there is no such day.
    """
    later = day
    while later <= closes_on and quiet(later):
        later += ONE_DAY
    if later <= closes_on:
        return later
    while day > opens_on and quiet(day):
        day -= ONE_DAY
    return day if day > opens_on else None


def reminder_days(opens_on: dt.date, closes_on: dt.date, quiet: Quiet) -> dict[Rung, dt.date]:
    """The days of both reminders; where they fall on one day, the last speaks for both.

    The first comes a week before the last day if the window is open for three days by then, else
    three days before. Short windows have only the one on the last day, or none at all.
    """
    days_open = (closes_on - opens_on).days
    before = EARLY if days_open - EARLY >= HEARD else LATER
    found: dict[Rung, dt.date] = {}
    last = heard_on(closes_on, opens_on, closes_on, quiet)
    if last and days_open > 0:
        found[Rung.LAST_DAY] = last
    soon = closes_on - before * ONE_DAY
    day = heard_on(soon, opens_on, closes_on, quiet) if soon > opens_on else None
    if day and last and day < last:
        found[Rung.SOON] = day
    return found


def rung_on(today: dt.date, opens_on: dt.date, closes_on: dt.date, quiet: Quiet) -> Rung | None:
    """The reminder that is owed to who had none yet: the latest whose day has come.

    So a day on which nothing ran is caught up. None on quiet days and outside the window.
    """
    if quiet(today) or not opens_on <= today <= closes_on:
        return None
    days = reminder_days(opens_on, closes_on, quiet)
    reached = [rung for rung in (Rung.SOON, Rung.LAST_DAY) if rung in days and days[rung] <= today]
    return reached[-1] if reached else None

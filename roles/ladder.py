"""When people hear of what is due: pure functions over dates. No Django here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from roles.schooltime import ONE_DAY, Span, is_quiet


class Rung(StrEnum):
    """One rung of the ladder of reminders."""

    WEEK_BEFORE = "week_before"
    ON_THE_DAY = "on_the_day"
    THREE_DAYS_AFTER = "three_days_after"
    WEEK_AFTER = "week_after"


LADDER: dict[Rung, int] = {
    Rung.WEEK_BEFORE: -7,
    Rung.ON_THE_DAY: 0,
    Rung.THREE_DAYS_AFTER: 3,
    Rung.WEEK_AFTER: 7,
}
"""Days from the due date, in order."""


def heard_on(day: dt.date, closures: Sequence[Span]) -> dt.date:
    """The day itself, or the first one after it on which people are mailed."""
    while is_quiet(day, closures):
        day += ONE_DAY
    return day


def reminder_days(due_on: dt.date, closures: Sequence[Span]) -> dict[Rung, dt.date]:
    """The days on which the owner hears of what is due, in order, never two on one day.

    Where a break pushes several rungs onto its first day after, the last of them speaks for all.
    """
    days: dict[dt.date, Rung] = {}
    for rung, offset in LADDER.items():
        days[heard_on(due_on + dt.timedelta(days=offset), closures)] = rung
    return {rung: day for day, rung in days.items()}


def due_dates_heard_on(today: dt.date, closures: Sequence[Span]) -> dict[dt.date, Rung]:
    """The due dates whose owners are mailed today, each with its rung: `reminder_days` inverted.

    Empty on a quiet day. Spans few dates, so what is due can be found by an index on the date.
    """
    if is_quiet(today, closures):
        return {}
    caught = [today]  # today, and the quiet days just before it that today speaks for
    while is_quiet(caught[-1] - ONE_DAY, closures):
        caught.append(caught[-1] - ONE_DAY)
    return {
        day - dt.timedelta(days=offset): rung for rung, offset in LADDER.items() for day in caught
    }


def due_dates_of_plain_days(today: dt.date) -> dict[dt.date, Rung]:
    """The same where no day is quiet."""
    return {today - dt.timedelta(days=offset): rung for rung, offset in LADDER.items()}


@dataclass(frozen=True)
class Step:
    """One rung of a ladder: so many days from the due date (before it where negative) this audience
    hears; `in_brief`: as one line of its weekly brief.
    """

    days: int
    audience: str = "owner"
    in_brief: bool = False


CLIMB = ("owner", "supervisor", "project_manager", "champion")
"""Audiences in the order in which what is late climbs; the values of `Audience`."""

SHIPPED = (
    Step(-7),
    Step(0),
    Step(3),
    Step(7),
    Step(10, "supervisor", in_brief=True),
    Step(14, "project_manager"),
    Step(21, "champion"),
)
Quiet = Callable[[dt.date], bool]


def first_loud(day: dt.date, quiet: Quiet) -> dt.date:
    """The day itself, or the first one after it on which people are mailed."""
    while quiet(day):
        day += ONE_DAY
    return day


def newest_come(
    steps: Iterable[Step], due_on: dt.date, today: dt.date, quiet: Quiet
) -> dict[str, Step]:
    """By audience, the last rung whose day has come: after a break or an outage it speaks for all
    that were missed.
    """
    found: dict[str, Step] = {}
    for step in sorted(steps, key=lambda step: step.days):
        if first_loud(due_on + step.days * ONE_DAY, quiet) <= today:
            found[step.audience] = step
    return found


def days_of(steps: Iterable[Step], due_on: dt.date, quiet: Quiet) -> list[tuple[dt.date, Step]]:
    """Each rung with the day on which it speaks, in order. Of an audience's rungs that a break puts
    on one day, only the last.
    """
    days: dict[tuple[str, dt.date], Step] = {}
    for step in sorted(steps, key=lambda step: step.days):
        days[step.audience, first_loud(due_on + step.days * ONE_DAY, quiet)] = step
    found = [(day, step) for (_, day), step in days.items()]
    return sorted(found, key=lambda pair: (pair[0], CLIMB.index(pair[1].audience)))

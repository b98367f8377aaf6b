"""When people hear of what is due: pure functions over dates. No Django here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from roles.schooltime import ONE_DAY


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

"""What the builders of demo data hand to each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.models import Closure, District, Position, School, SchoolYear, User

ONE_WEEK = dt.timedelta(weeks=1)


@dataclass
class World:
    """One demo district while it is built.

    `positions` are keyed by (role key, school name or None, seat); `holders` by the position's
    primary key, without the vacant ones; `predecessors` are who held one before, to which day.
    """

    district: District
    year: SchoolYear
    today: dt.date
    closures: list[Closure] = field(default_factory=list)
    schools: dict[str, School] = field(default_factory=dict)
    positions: dict[tuple[str, str | None, int], Position] = field(default_factory=dict)
    holders: dict[int, User] = field(default_factory=dict)
    predecessors: dict[int, tuple[User, dt.date]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def at(self, role_key: str, school: str | None = None, seat: int = 1) -> Position:
        """The position of a role; KeyError if the demo has none."""
        return self.positions[role_key, school, seat]

    def holder(self, role_key: str, school: str | None = None, seat: int = 1) -> User:
        return self.holders[self.at(role_key, school, seat).pk]

    def reach(self, user: User, capability: Capability = Capability.HOME_VIEW) -> Reach:
        """The whole district, for services that ask who acts."""
        return Reach(user, self.district, capability, EVERYWHERE)


def school_year_around(today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last student day of a school year that is in progress on `today`.

    The true one (mid-August to end of May) from its ninth to its thirty-third week; else one
    moved so that today is in its twelfth week, since a demo in July must show a program at work.
    """
    start_year = today.year if today.month >= 7 else today.year - 1
    first = _monday(dt.date(start_year, 8, 17))
    if not first + 9 * ONE_WEEK <= today <= first + 33 * ONE_WEEK:
        first = _monday(today) - 12 * ONE_WEEK
    return first, first + 40 * ONE_WEEK + dt.timedelta(days=4)


def year_span(first_student_day: dt.date) -> tuple[dt.date, dt.date]:
    """The twelve months from the first of the month before students come."""
    start = (first_student_day.replace(day=1) - dt.timedelta(days=31)).replace(day=1)
    return start, start.replace(year=start.year + 1) - dt.timedelta(days=1)


def closures_between(first: dt.date, last: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    """Label, first and last day of the usual breaks that lie between two dates."""
    found = []
    for year in range(first.year, last.year + 1):
        labor_day = _monday(dt.date(year, 9, 7))
        thanksgiving = _weekday_from(dt.date(year, 11, 22), 3)
        spring = _monday(dt.date(year, 3, 14))
        found += [
            ("Labor Day", labor_day, labor_day),
            ("Thanksgiving break", thanksgiving - dt.timedelta(days=1), thanksgiving + ONE_DAY),
            ("Winter break", dt.date(year, 12, 21), dt.date(year + 1, 1, 2)),
            ("Spring break", spring, spring + dt.timedelta(days=4)),
        ]
    return [row for row in found if first <= row[1] and row[2] <= last]


ONE_DAY = dt.timedelta(days=1)


def _monday(day: dt.date) -> dt.date:
    return day - day.weekday() * ONE_DAY


def _weekday_from(day: dt.date, weekday: int) -> dt.date:
    return day + (weekday - day.weekday()) % 7 * ONE_DAY

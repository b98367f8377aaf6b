"""The roadmap as a page reads it: rows by month, with a line for now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from roadmap.models import Milestone
from roles.models import SchoolYear
from roles.schooltime import Span, days, is_school_day


@dataclass(frozen=True)
class Row:
    milestone: Milestone
    kind: str
    label: str
    days_late: int  # said in words where the chip shows another state; else 0


@dataclass(frozen=True)
class Month:
    """The rows of one month: those before today, then those from today on."""

    first: dt.date
    weeks: str
    before: Sequence[Row] = ()
    after: Sequence[Row] = ()
    is_now: bool = False

    @property
    def anchor(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def is_settled(self) -> bool:
        return not any(row.milestone.is_open for row in (*self.before, *self.after))


@dataclass(frozen=True)
class Board:
    """`folded` counts the rows of settled past months that are not in `months`."""

    months: Sequence[Month] = ()
    folded: int = 0
    spans_years: bool = field(default=False)


def board(
    milestones: Iterable[Milestone], year: SchoolYear, today: dt.date, *, fold: bool
) -> Board:
    """Lay out milestones, which come ordered by date.

    This month always stands, so that there is a place for the line of now. `fold` leaves out the
    past months in which nothing is open.
    """
    grouped = {
        month: [_row(m, today) for m in found] for month, found in groupby(milestones, key=_month)
    }
    if not grouped:
        return Board()
    this = today.replace(day=1)
    grouped.setdefault(this, [])
    weeks = school_weeks(year)
    months = [_lay(month, grouped[month], weeks, today) for month in sorted(grouped)]
    hidden = [m for m in months if fold and m.first < this and m.is_settled]
    shown = [m for m in months if m not in hidden]
    return Board(
        months=shown,
        folded=sum(len(month.before) for month in hidden),
        spans_years=len({month.first.year for month in shown}) > 1,
    )


def school_weeks(year: SchoolYear) -> dict[dt.date, list[int]]:
    """The numbers of the school weeks that touch each month, keyed by its first day.

    Counts weeks with at least one school day, as the school-year strip does.
    """
    closures: list[Span] = [(c.first_day, c.last_day) for c in year.closures.all()]
    mondays: set[dt.date] = set()
    found: dict[dt.date, list[int]] = {}
    for day in days(year.first_student_day, year.last_student_day):
        if is_school_day(day, closures):
            mondays.add(day - dt.timedelta(days=day.weekday()))
            found.setdefault(day.replace(day=1), []).append(len(mondays))
    return found


def _month(milestone: Milestone) -> dt.date:
    return milestone.due_on.replace(day=1)


def _row(milestone: Milestone, today: dt.date) -> Row:
    kind, label = milestone.standing(today)
    late = (today - milestone.due_on).days if milestone.is_late(today) and kind != "late" else 0
    return Row(milestone, kind, label, late)


def _lay(
    month: dt.date, rows: Sequence[Row], weeks: dict[dt.date, list[int]], today: dt.date
) -> Month:
    numbers = weeks.get(month, [])
    said = ""
    if numbers:
        first, last = min(numbers), max(numbers)
        said = f"week {first}" if first == last else f"weeks {first} to {last}"
    return Month(
        first=month,
        weeks=said,
        before=[row for row in rows if row.milestone.due_on < today],
        after=[row for row in rows if row.milestone.due_on >= today],
        is_now=month == today.replace(day=1),
    )

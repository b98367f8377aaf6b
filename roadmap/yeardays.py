"""The days of a school year as somebody wants them to be: plain values, no Django here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from roles.schooltime import Span, year_label


@dataclass(frozen=True, order=True)
class Closed:
    """Days on which schools are closed, both ends included."""

    first: dt.date
    last: dt.date
    label: str

    @property
    def span(self) -> Span:
        return self.first, self.last


@dataclass(frozen=True)
class OwnDay:
    """A day of the district's own that milestones count from; `pk` of the anchor that it is."""

    label: str
    on: dt.date
    pk: int | None = None


@dataclass(frozen=True)
class YearDays:
    """First and last student day, closures in order, and own anchors."""

    first: dt.date
    last: dt.date
    closures: tuple[Closed, ...] = ()
    own: tuple[OwnDay, ...] = ()

    @property
    def spans(self) -> list[Span]:
        return [closed.span for closed in self.closures]

    def a_year_later(self) -> YearDays:
        """The same 52 weeks on, so that every day keeps its weekday: a proposal to be checked. What
        would fall out of the school year is left out.
        """
        first = _later(self.first)
        begin, end = year_begin(first), year_end(first)
        closures = (Closed(_later(c.first), _later(c.last), c.label) for c in self.closures)
        return YearDays(
            first=first,
            last=min(_later(self.last), end),
            closures=tuple(c for c in closures if begin <= c.first and c.last <= end),
            own=tuple(replace(day, on=_later(day.on), pk=None) for day in self.own),
        )


def _later(day: dt.date) -> dt.date:
    return day + dt.timedelta(weeks=52)


def label_of(first_student_day: dt.date) -> str:
    """The label of the school year that the day lies in."""
    return year_label(year_begin(first_student_day).year)


def year_begin(day: dt.date) -> dt.date:
    """July 1 of the school year that the day lies in."""
    return dt.date(day.year if day.month >= 7 else day.year - 1, 7, 1)


def year_end(day: dt.date) -> dt.date:
    """June 30 of the school year that the day lies in."""
    return dt.date(year_begin(day).year + 1, 6, 30)

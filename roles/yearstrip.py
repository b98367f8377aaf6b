"""The arithmetic of the school-year strip. Dates in, percentages and words out.

The strip is a ruler over the twelve months of a school year. Every position is a
percentage of that ruler, 0.0 to 100.0. Nothing here knows Django; the page draws
what `strip()` returns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from roles.schooltime import year_label, year_name

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FRIDAY = 4
COVER_WEEKS = 46


@dataclass(frozen=True)
class Period:
    """Some days with a name; both ends belong to it."""

    start: date
    end: date
    label: str = ""


@dataclass(frozen=True)
class Calendar:
    """A school year as the strip sees it; students come from `first` to `last`."""

    start: date
    end: date
    first: date
    last: date
    closures: Sequence[Period] = ()


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    label: str = ""
    is_ahead: bool = False


@dataclass(frozen=True)
class Tick:
    x: float
    label: str
    is_now: bool


@dataclass(frozen=True)
class Strip:
    """What a page draws; `now` is None when today lies outside the ruler."""

    months: tuple[Tick, ...]
    term: Bar
    breaks: tuple[Bar, ...]
    windows: tuple[Bar, ...]
    now: float | None
    lead: str
    sentence: str
    label: str


@dataclass(frozen=True)
class Ruler:
    """The days of the strip; `end` is the day after the last one."""

    start: date
    end: date

    @classmethod
    def of(cls, calendar: Calendar) -> "Ruler":
        return cls(calendar.start, calendar.end + timedelta(days=1))

    def at(self, day: date) -> float:
        """Where the morning of `day` lies, clamped to 0.0 and 100.0."""
        share = (day - self.start).days / (self.end - self.start).days
        return round(min(max(share, 0.0), 1.0) * 100, 2)

    def bar(self, period: Period, today: date) -> Bar:
        x = self.at(period.start)
        width = round(self.at(period.end + timedelta(days=1)) - x, 2)
        return Bar(x, width, period.label, is_ahead=period.start > today)

    def months(self, today: date) -> Iterator[Tick]:
        first = self.start
        while first < self.end:
            is_now = (first.year, first.month) == (today.year, today.month)
            yield Tick(self.at(first), MONTHS[first.month - 1], is_now)
            first = (first.replace(day=1) + timedelta(days=31)).replace(day=1)


def strip(calendar: Calendar, today: date, windows: Sequence[Period] = ()) -> Strip:
    """Lay out the year, with the checklist windows the page wants to show."""
    ruler = Ruler.of(calendar)
    lead, sentence = _sentence(calendar, today, windows)
    return Strip(
        months=tuple(ruler.months(today)),
        term=ruler.bar(Period(calendar.first, calendar.last), today),
        breaks=tuple(ruler.bar(closure, today) for closure in calendar.closures),
        windows=tuple(ruler.bar(window, today) for window in windows),
        now=ruler.at(today) if ruler.start <= today < ruler.end else None,
        lead=lead,
        sentence=sentence,
        label=_label(calendar, today, windows, lead),
    )


def is_school_day(calendar: Calendar, day: date) -> bool:
    if day.weekday() > FRIDAY or not calendar.first <= day <= calendar.last:
        return False
    return not any(closure.start <= day <= closure.end for closure in calendar.closures)


def school_days(calendar: Calendar, start: date, end: date) -> int:
    """School days after `start` up to and including `end`; 0 when end is not later."""
    days = range(1, (end - start).days + 1)
    return sum(is_school_day(calendar, start + timedelta(days=n)) for n in days)


def school_week(calendar: Calendar, today: date) -> int:
    """The number of the current week, counting only weeks with a school day in them."""
    mondays: set[date] = set()
    day = calendar.first
    while day <= min(today, calendar.last):
        if is_school_day(calendar, day):
            mondays.add(day - timedelta(days=day.weekday()))
        day += timedelta(days=1)
    return len(mondays)


def short(day: date) -> str:
    """ "Nov 13"; the year is clear from the strip."""
    return f"{MONTHS[day.month - 1]} {day.day}"


def _sentence(calendar: Calendar, today: date, windows: Sequence[Period]) -> tuple[str, str]:
    if today < calendar.first:
        return (
            "Before the year",
            f"School starts {short(calendar.first)}{_in_days(calendar, today)}",
        )
    if today > calendar.last:
        return "After the year", f"The last student day was {short(calendar.last)}"
    lead = f"Week {school_week(calendar, today)}"
    for window in windows:
        if window.start <= today <= window.end:
            left = school_days(calendar, today, window.end)
            return lead, f"{window.label} closes {short(window.end)}, {_left(left)}"
    for closure in calendar.closures:
        if closure.start <= today <= closure.end:
            return lead, f"{closure.label or 'No school'} until {short(closure.end)}"
    ahead = sorted((w for w in windows if w.start > today), key=lambda w: w.start)
    if ahead:
        return lead, f"{ahead[0].label} opens {short(ahead[0].start)}"
    left = school_days(calendar, today, calendar.last)
    return lead, f"The last student day is {short(calendar.last)}, {_left(left)}"


def _in_days(calendar: Calendar, today: date) -> str:
    days = (calendar.first - today).days
    return f", in {days} day{'' if days == 1 else 's'}"


def _left(days: int) -> str:
    if days == 0:
        return "today"
    return f"in {days} school day{'' if days == 1 else 's'}"


def _label(calendar: Calendar, today: date, windows: Sequence[Period], lead: str) -> str:
    parts = [
        f"School year {calendar.start.year} to {calendar.end.year}.",
        f"Now: {short(today)}, {lead.lower()}.",
    ]
    parts += [f"{w.label}: {short(w.start)} to {short(w.end)}." for w in windows]
    return " ".join(parts)


@dataclass(frozen=True)
class CoverDay:
    x: int
    y: int
    state: str  # "past", "today" or "ahead"


@dataclass(frozen=True)
class Cover:
    """The weekdays of a school year as a grid: a column for each week."""

    name: str
    months: tuple[tuple[int, str], ...]
    days: tuple[CoverDay, ...]


def cover(today: date) -> Cover:
    """The grid on the sign-in page, where no district and no calendar is known yet.

    Runs from the first Monday in August over 46 weeks; July belongs to the year
    that is about to begin.
    """
    year = today.year if today.month >= MONTHS.index("Jul") + 1 else today.year - 1
    august = date(year, 8, 1)
    monday = august + timedelta(days=-august.weekday() % 7)
    days, months = [], []
    for week in range(COVER_WEEKS):
        for weekday in range(FRIDAY + 1):
            day = monday + timedelta(weeks=week, days=weekday)
            state = "today" if day == today else "past" if day < today else "ahead"
            days.append(CoverDay(8 + week * 12, 36 + weekday * 14, state))
        first = monday + timedelta(weeks=week)
        if week == 0 or first.day <= 7:
            months.append((4 + week * 12, MONTHS[first.month - 1]))
    return Cover(year_name(year_label(year)), tuple(months), tuple(days))

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from roadmap.scheduling import SCHOOL_DAYS, WEEKS, offset_between, resolve
from roles.models import District
from roles.schooltime import is_school_day, school_days_between

ANCHOR = dt.date(2026, 8, 17)  # a Monday
BREAK = [(dt.date(2026, 12, 21), dt.date(2027, 1, 1))]
days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
units = st.sampled_from([WEEKS, SCHOOL_DAYS])
offsets = st.integers(-60, 60)


@st.composite
def closures(draw):
    firsts = draw(st.lists(days, max_size=4))
    return [(d, d + dt.timedelta(days=draw(st.integers(0, 20)))) for d in firsts]


def test_weeks_are_counted_from_the_anchor():
    assert resolve(ANCHOR, 2, WEEKS, []) == dt.date(2026, 8, 31)
    assert resolve(ANCHOR, -2, WEEKS, []) == dt.date(2026, 8, 3)


def test_school_days_are_counted_over_weekends_and_closures():
    assert resolve(ANCHOR, 5, SCHOOL_DAYS, []) == dt.date(2026, 8, 24)
    assert resolve(ANCHOR, -1, SCHOOL_DAYS, []) == dt.date(2026, 8, 14)
    assert resolve(dt.date(2026, 12, 18), 1, SCHOOL_DAYS, BREAK) == dt.date(2027, 1, 4)


def test_school_days_from_a_weekend_are_counted_from_the_friday_before_it():
    saturday = dt.date(2026, 8, 22)

    assert resolve(saturday, 0, SCHOOL_DAYS, []) == dt.date(2026, 8, 21)
    assert resolve(saturday, 1, SCHOOL_DAYS, []) == dt.date(2026, 8, 24)


def test_a_date_in_a_break_moves_to_the_last_working_day_before_it():
    assert resolve(ANCHOR, 18, WEEKS, BREAK) == dt.date(2026, 12, 18)


def test_a_date_in_a_leap_february_is_found():
    assert resolve(dt.date(2028, 2, 1), 4, WEEKS, []) == dt.date(2028, 2, 29)
    assert resolve(dt.date(2028, 2, 28), 1, SCHOOL_DAYS, []) == dt.date(2028, 2, 29)


@given(days, offsets, units, closures())
def test_a_resolved_date_is_never_a_day_without_school(anchor, offset, unit, closed):
    assert is_school_day(resolve(anchor, offset, unit, closed), closed)


@given(days, offsets, closures())
def test_a_date_in_weeks_is_the_plain_one_or_the_last_working_day_before_it(anchor, weeks, closed):
    plain, due = anchor + dt.timedelta(weeks=weeks), resolve(anchor, weeks, WEEKS, closed)

    assert due <= plain
    assert school_days_between(due, plain, closed) == 1


@given(days, offsets, st.integers(0, 12), units, closures())
def test_what_starts_earlier_is_due_no_earlier(anchor, start, span, unit, closed):
    assert resolve(anchor, start, unit, closed) <= resolve(anchor, start + span, unit, closed)


@given(days, offsets, closures())
def test_each_school_day_more_is_a_later_day(anchor, offset, closed):
    one, next_one = (resolve(anchor, n, SCHOOL_DAYS, closed) for n in (offset, offset + 1))

    assert school_days_between(one, next_one, closed) == 2


@given(days, offsets, closures())
def test_school_days_counted_back_are_those_counted_forth(anchor, offset, closed):
    due = resolve(anchor, offset, SCHOOL_DAYS, closed)

    assert offset_between(anchor, due, SCHOOL_DAYS, closed) == offset


@given(days, offsets)
def test_weeks_counted_back_are_those_counted_forth(anchor, offset):
    assert offset_between(anchor, resolve(anchor, offset, WEEKS, []), WEEKS, []) == offset


@given(st.dates(dt.date(2026, 1, 1), dt.date(2032, 12, 31)), offsets, units)
def test_closures_far_away_change_nothing(anchor, offset, unit):
    far = [(dt.date(1990, 1, 1), dt.date(1990, 6, 1)), (dt.date(2050, 1, 1), dt.date(2051, 1, 1))]

    assert resolve(anchor, offset, unit, far) == resolve(anchor, offset, unit, [])


# Ten zones that districts of the United States and its territories live in, with their hours from
# UTC in winter and in summer.
ZONES = {
    "America/Puerto_Rico": (-4, -4),
    "America/New_York": (-5, -4),
    "America/Chicago": (-6, -5),
    "America/Denver": (-7, -6),
    "America/Phoenix": (-7, -7),
    "America/Los_Angeles": (-8, -7),
    "America/Anchorage": (-9, -8),
    "America/Adak": (-10, -9),
    "Pacific/Honolulu": (-10, -10),
    "Pacific/Guam": (10, 10),
}
NIGHTS = {"forward": dt.date(2027, 3, 14), "back": dt.date(2026, 11, 1)}  # clocks change at two


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("night", NIGHTS)
def test_today_turns_at_midnight_of_the_district_on_the_nights_the_clocks_change(zone, night):
    """Before the change the old hours hold, at the end of that day the new ones."""
    day, (winter, summer) = NIGHTS[night], ZONES[zone]
    before, after = (winter, summer) if night == "forward" else (summer, winter)
    district, second = District(time_zone=zone), dt.timedelta(seconds=1)
    start, end = _midnight(day, before), _midnight(day + dt.timedelta(days=1), after)

    seen = []
    for moment in (start - second, start, end - second, end):
        with time_machine.travel(moment, tick=False):
            seen.append(district.today() - day)

    assert [distance.days for distance in seen] == [-1, 0, 0, 1]


def _midnight(day, hours):
    return dt.datetime.combine(day, dt.time(), dt.timezone(dt.timedelta(hours=hours)))

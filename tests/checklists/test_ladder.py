import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.ladder import Rung, reminder_days, rung_on
from roles.schooltime import is_quiet

DAY = dt.timedelta(1)
OCT = [dt.date(2026, 10, day) if day else None for day in range(32)]  # October 1 is a Thursday


def quiet(day):
    return is_quiet(day, [])


def never(day):
    return False


def test_a_week_before_the_last_day_and_on_it():
    assert reminder_days(OCT[12], OCT[29], quiet) == {Rung.SOON: OCT[22], Rung.LAST_DAY: OCT[29]}


@pytest.mark.parametrize(
    ("first", "soon"),
    [(19, 22), (20, 26), (26, None)],
    ids=["open for three days by then", "for two days", "three days in all"],
)
def test_a_short_window_reminds_three_days_before_or_only_on_the_last_day(first, soon):
    assert reminder_days(OCT[first], OCT[29], quiet).get(Rung.SOON) == (soon and OCT[soon])


def test_a_quiet_day_moves_the_reminder_to_the_next_day_that_is_not():
    assert reminder_days(OCT[1], OCT[31] - 7 * DAY + 7 * DAY, quiet)[Rung.SOON] == OCT[26]


def test_a_window_that_ends_on_a_weekend_reminds_for_the_last_time_on_friday():
    assert reminder_days(OCT[1], dt.date(2026, 11, 1), quiet)[Rung.LAST_DAY] == OCT[30]


def test_a_window_of_one_day_reminds_nobody():
    assert reminder_days(OCT[29], OCT[29], never) == {}


def test_a_day_without_a_round_is_caught_up_and_the_last_day_speaks_for_both():
    owed = {day: rung_on(OCT[day], OCT[12], OCT[29], quiet) for day in (21, 22, 23, 24, 28, 29, 30)}

    assert owed == {
        21: None,
        22: Rung.SOON,
        23: Rung.SOON,
        24: None,  # a Saturday
        28: Rung.SOON,
        29: Rung.LAST_DAY,
        30: None,
    }


@given(
    first=st.dates(dt.date(2026, 7, 1), dt.date(2027, 6, 30)),
    length=st.integers(0, 60),
    closed=st.lists(st.integers(0, 70), max_size=3),
)
def test_reminders_lie_inside_the_window_in_order_and_never_on_a_quiet_day(first, length, closed):
    last = first + length * DAY
    breaks = [(first + n * DAY, first + (n + 9) * DAY) for n in closed]

    days = reminder_days(first, last, lambda day: is_quiet(day, breaks))

    assert all(first < day <= last and not is_quiet(day, breaks) for day in days.values())
    assert len(set(days.values())) == len(days)
    assert Rung.SOON not in days or days[Rung.SOON] < days[Rung.LAST_DAY]

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from roles.schooltime import (
    is_school_day,
    next_school_day,
    previous_school_day,
    school_days_between,
)

BREAK = [(dt.date(2026, 11, 25), dt.date(2026, 11, 27))]
days = st.dates(dt.date(2026, 7, 1), dt.date(2027, 6, 30))


def test_a_break_before_a_weekend_moves_a_date_across_both():
    thanksgiving = dt.date(2026, 11, 26)

    assert previous_school_day(thanksgiving, BREAK) == dt.date(2026, 11, 24)
    assert next_school_day(thanksgiving, BREAK) == dt.date(2026, 11, 30)


def test_days_are_counted_with_both_ends_and_without_closures():
    assert school_days_between(dt.date(2026, 11, 23), dt.date(2026, 11, 30), BREAK) == 3


@given(days)
def test_moving_lands_on_a_school_day_and_leaves_one_where_it_is(day):
    before, after = previous_school_day(day, BREAK), next_school_day(day, BREAK)

    assert before <= day <= after
    assert is_school_day(before, BREAK)
    assert is_school_day(after, BREAK)
    assert (before == day == after) is is_school_day(day, BREAK)

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from roadmap.scheduling import resolve
from roles.schooltime import is_school_day

ANCHOR = dt.date(2026, 8, 17)  # a Monday
BREAK = [(dt.date(2026, 12, 21), dt.date(2027, 1, 1))]
days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))


@st.composite
def closures(draw):
    firsts = draw(st.lists(days, max_size=4))
    return [(d, d + dt.timedelta(days=draw(st.integers(0, 20)))) for d in firsts]


def test_weeks_are_counted_from_the_anchor():
    assert resolve(ANCHOR, 2, []) == dt.date(2026, 8, 31)
    assert resolve(ANCHOR, -2, []) == dt.date(2026, 8, 3)


def test_a_date_in_a_break_moves_to_the_last_working_day_before_it():
    assert resolve(ANCHOR, 18, BREAK) == dt.date(2026, 12, 18)


def test_a_date_in_a_leap_february_is_found():
    assert resolve(dt.date(2028, 2, 1), 4, []) == dt.date(2028, 2, 29)


@given(days, st.integers(-45, 50), closures())
def test_a_resolved_date_is_a_working_day_and_never_later_than_the_plain_one(anchor, weeks, closed):
    due = resolve(anchor, weeks, closed)

    assert is_school_day(due, closed)
    assert due <= anchor + dt.timedelta(weeks=weeks)


@given(days, st.integers(-45, 50), st.integers(0, 12), closures())
def test_what_starts_earlier_is_due_no_earlier(anchor, start, span, closed):
    assert resolve(anchor, start, closed) <= resolve(anchor, start + span, closed)

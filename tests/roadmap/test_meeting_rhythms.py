"""The rhythm of meetings as arithmetic: usual days, and where closures put them."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from roadmap.rhythms import slots, usual_days
from roles.schooltime import is_school_day

RHYTHMS = ["weekly", "two_weeks", "monthly", "quarterly", "twice_a_year", "once"]
days = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
weekdays = days.filter(lambda day: day.weekday() < 5)
closures = st.lists(
    st.tuples(days, st.integers(0, 20)).map(lambda c: (c[0], c[0] + dt.timedelta(days=c[1]))),
    max_size=6,
)


@given(st.sampled_from(RHYTHMS), weekdays, st.integers(0, 400), closures)
def test_meetings_fall_on_working_days_in_order_and_inside_the_span(rhythm, first, length, closed):
    last = first + dt.timedelta(days=length)
    found = slots(rhythm, first, last, closed)

    held = [slot.on for slot in found if slot.on]
    assert all(is_school_day(day, closed) and first <= day <= last for day in held)
    assert held == sorted(set(held))
    assert {slot.usual_on.weekday() for slot in found} <= {first.weekday()}
    assert found[0].usual_on == first


@given(st.sampled_from(RHYTHMS), weekdays, st.integers(0, 400))
def test_without_closures_nothing_moves(rhythm, first, length):
    last = first + dt.timedelta(days=length)
    assert all(slot.on == slot.usual_on for slot in slots(rhythm, first, last, []))


def test_months_keep_the_place_of_the_weekday():
    second_tuesdays = usual_days("monthly", dt.date(2026, 9, 8), dt.date(2026, 12, 31))
    assert [day.day for day in second_tuesdays] == [8, 13, 10, 8]
    last_mondays = usual_days("monthly", dt.date(2026, 8, 31), dt.date(2026, 11, 30))
    assert [(day.month, day.day) for day in last_mondays] == [(8, 31), (9, 28), (10, 26), (11, 30)]


def test_a_weekly_meeting_is_left_out_in_a_break_and_moves_past_one_closed_day():
    labor_day = (dt.date(2026, 9, 7), dt.date(2026, 9, 7))
    winter = (dt.date(2026, 12, 21), dt.date(2027, 1, 1))
    found = slots("weekly", dt.date(2026, 8, 31), dt.date(2027, 1, 4), [labor_day, winter])
    by_usual = {slot.usual_on: slot.on for slot in found}
    assert by_usual[dt.date(2026, 9, 7)] == dt.date(2026, 9, 8)
    assert by_usual[dt.date(2026, 12, 21)] is None
    assert by_usual[dt.date(2027, 1, 4)] == dt.date(2027, 1, 4)


def test_a_monthly_meeting_moves_over_a_week_of_break():
    spring = (dt.date(2027, 3, 15), dt.date(2027, 3, 19))
    (slot,) = slots("once", dt.date(2027, 3, 17), dt.date(2027, 4, 30), [spring])
    assert slot.is_moved
    assert slot.on == dt.date(2027, 3, 22)

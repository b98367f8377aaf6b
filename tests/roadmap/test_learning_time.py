import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from roadmap.learning_time import expected_by, is_quiet, session_days, target_days
from roadmap.models import Cadence
from roles.schooltime import is_school_day

FIRST, LAST = dt.date(2026, 8, 17), dt.date(2027, 5, 28)
BREAKS = [
    (dt.date(2026, 11, 25), dt.date(2026, 11, 27)),
    (dt.date(2026, 12, 21), dt.date(2027, 1, 2)),
]
IN_YEAR = st.dates(FIRST, LAST)
CADENCES = st.sampled_from(Cadence.values)
SESSIONS = st.integers(1, 40)


def days(first, sessions, cadence, closures=BREAKS):
    return [each.day for each in session_days(first, sessions, cadence, LAST, closures)]


@given(IN_YEAR, SESSIONS, CADENCES)
def test_sessions_fall_on_school_days_one_after_the_other_within_the_year(first, sessions, cadence):
    found = days(first, sessions, cadence)

    assert len(found) <= sessions
    assert all(is_school_day(day, BREAKS) and first <= day <= LAST for day in found)
    assert found == sorted(set(found))


@given(SESSIONS, CADENCES)
def test_every_session_has_a_day_by_which_it_is_expected(sessions, cadence):
    targets = target_days(sessions, cadence, FIRST, LAST)

    assert len(targets) == sessions
    assert targets == sorted(targets)
    assert all(FIRST <= target <= LAST for target in targets)
    assert expected_by(LAST, targets) == sessions


@given(IN_YEAR, IN_YEAR, SESSIONS, CADENCES)
def test_more_is_expected_later_and_less_of_who_began_later(one, other, sessions, cadence):
    early, late = sorted([one, other])
    targets = target_days(sessions, cadence, FIRST, LAST)

    assert expected_by(early, targets) <= expected_by(late, targets)
    assert expected_by(LAST, targets, since=late) <= expected_by(LAST, targets, since=early)


def test_every_month_means_the_same_weekday_of_the_month():
    assert days(dt.date(2026, 9, 8), 4, "monthly") == [
        dt.date(2026, 9, 8), dt.date(2026, 10, 13), dt.date(2026, 11, 10), dt.date(2026, 12, 8),
    ]  # fmt: skip


def test_a_fifth_weekday_is_the_last_one_in_a_shorter_month():
    assert days(dt.date(2026, 9, 30), 2, "monthly") == [
        dt.date(2026, 9, 30), dt.date(2026, 10, 28),
    ]  # fmt: skip


def test_a_session_on_a_closure_moves_behind_it_and_says_so():
    (first, second) = session_days(dt.date(2026, 10, 28), 2, "monthly", LAST, BREAKS)

    assert first.instead_of is None
    assert (second.day, second.instead_of) == (dt.date(2026, 11, 30), dt.date(2026, 11, 25))


def test_what_does_not_fit_before_the_last_student_day_is_left_out():
    assert len(days(dt.date(2027, 3, 9), 10, "monthly")) == 3


def test_quarters_spread_what_is_left_of_the_year():
    assert days(dt.date(2026, 9, 15), 4, "quarterly") == [
        dt.date(2026, 9, 15), dt.date(2026, 11, 17), dt.date(2027, 1, 19), dt.date(2027, 3, 23),
    ]  # fmt: skip


def test_ninety_days_without_anything_are_quiet_but_not_the_summer_before():
    assert not is_quiet(dt.date(2026, 11, 15), FIRST, None)
    assert is_quiet(dt.date(2026, 11, 16), FIRST, None)
    assert not is_quiet(dt.date(2026, 9, 15), FIRST, dt.date(2026, 5, 4))
    assert not is_quiet(dt.date(2026, 12, 20), FIRST, dt.date(2026, 9, 21))

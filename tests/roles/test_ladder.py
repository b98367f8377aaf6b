import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.ladder import (
    CLIMB,
    LADDER,
    SHIPPED,
    Rung,
    Step,
    days_of,
    due_dates_heard_on,
    heard_on,
    newest_come,
    reminder_days,
)
from roles.schooltime import is_quiet

BREAK = [(dt.date(2026, 12, 21), dt.date(2027, 1, 1))]
days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))


@st.composite
def closures(draw):
    firsts = draw(st.lists(days, max_size=4))
    return [(d, d + dt.timedelta(days=draw(st.integers(0, 20)))) for d in firsts]


def test_a_plain_week_has_all_four_rungs():
    assert reminder_days(dt.date(2026, 11, 5), []) == {
        Rung.WEEK_BEFORE: dt.date(2026, 10, 29),
        Rung.ON_THE_DAY: dt.date(2026, 11, 5),
        Rung.THREE_DAYS_AFTER: dt.date(2026, 11, 9),  # the 8th is a Sunday
        Rung.WEEK_AFTER: dt.date(2026, 11, 12),
    }


def test_rungs_that_a_break_pushes_onto_one_day_become_the_last_of_them():
    assert reminder_days(dt.date(2026, 12, 18), BREAK) == {
        Rung.WEEK_BEFORE: dt.date(2026, 12, 11),
        Rung.ON_THE_DAY: dt.date(2026, 12, 18),
        Rung.WEEK_AFTER: dt.date(2027, 1, 4),
    }


@pytest.mark.parametrize("day", [1, 8, 15])
def test_the_first_half_of_july_is_quiet(day):
    assert is_quiet(dt.date(2026, 7, day), [])


def test_the_day_after_the_quiet_half_of_july_is_not():
    assert heard_on(dt.date(2026, 7, 1), []) == dt.date(2026, 7, 16)


@given(days, closures())
def test_reminders_come_on_loud_days_in_order_never_two_on_one_never_early(due, closed):
    planned = reminder_days(due, closed)

    assert not any(is_quiet(day, closed) for day in planned.values())
    assert list(planned.values()) == sorted(set(planned.values()))
    assert all(day >= due + dt.timedelta(days=LADDER[rung]) for rung, day in planned.items())
    assert Rung.WEEK_AFTER in planned


@given(days, st.integers(-30, 60), closures())
def test_looking_from_the_day_finds_what_looking_from_the_due_date_plans(due, ahead, closed):
    today = due + dt.timedelta(days=ahead)
    planned = {day: rung for rung, day in reminder_days(due, closed).items()}

    assert due_dates_heard_on(today, closed).get(due) == planned.get(today)


ladders = st.lists(
    st.builds(Step, st.integers(-90, 90), st.sampled_from(CLIMB)), max_size=8, unique=True
)


def test_the_usual_ladder_climbs_from_the_owner_to_the_champion():
    shown = [(step.audience, day) for day, step in days_of(SHIPPED, dt.date(2026, 11, 5), never)]

    assert [audience for audience, _ in shown] == [*["owner"] * 4, *CLIMB[1:]]
    assert shown[-1] == ("champion", dt.date(2026, 11, 26))


def never(day):
    return False


@given(ladders, days, closures())
def test_an_audience_hears_on_loud_days_in_order_and_never_early(steps, due, closed):
    shown = days_of(steps, due, lambda day: is_quiet(day, closed))

    assert [day for day, _ in shown] == sorted(day for day, _ in shown)
    assert not any(is_quiet(day, closed) for day, _ in shown)
    assert all(day >= due + dt.timedelta(days=step.days) for day, step in shown)
    assert len({(day, step.audience) for day, step in shown}) == len(shown)


@given(ladders, days, st.integers(-100, 140), closures())
def test_what_has_come_is_the_last_of_what_was_shown(steps, due, ahead, closed):
    today = due + dt.timedelta(days=ahead)

    def quiet(day):
        return is_quiet(day, closed)

    shown = {step.audience: step for day, step in days_of(steps, due, quiet) if day <= today}

    assert newest_come(steps, due, today, quiet) == shown

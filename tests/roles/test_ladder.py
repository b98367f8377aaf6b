import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles.ladder import (
    CLIMB,
    SHIPPED,
    Step,
    days_of,
    first_loud,
    newest_come,
)
from roles.schooltime import is_quiet

BREAK = [(dt.date(2026, 12, 21), dt.date(2027, 1, 1))]
days = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))


@st.composite
def closures(draw):
    firsts = draw(st.lists(days, max_size=4))
    return [(d, d + dt.timedelta(days=draw(st.integers(0, 20)))) for d in firsts]


def own_days(due_on, closed):
    """Offset and day of the owner's rungs of the shipped ladder."""
    own = [step for step in SHIPPED if step.audience == "owner"]
    planned = days_of(own, due_on, lambda day: is_quiet(day, closed))
    return {step.days: day for day, step in planned}


def test_a_plain_week_has_all_four_rungs_of_the_owner():
    assert own_days(dt.date(2026, 11, 5), []) == {
        -7: dt.date(2026, 10, 29),
        0: dt.date(2026, 11, 5),
        3: dt.date(2026, 11, 9),  # the 8th is a Sunday
        7: dt.date(2026, 11, 12),
    }


def test_rungs_that_a_break_pushes_onto_one_day_become_the_last_of_them():
    assert own_days(dt.date(2026, 12, 18), BREAK) == {
        -7: dt.date(2026, 12, 11),
        0: dt.date(2026, 12, 18),
        7: dt.date(2027, 1, 4),
    }


@pytest.mark.parametrize("day", [1, 8, 15])
def test_the_first_half_of_july_is_quiet(day):
    assert is_quiet(dt.date(2026, 7, day), [])


def test_the_day_after_the_quiet_half_of_july_is_not():
    loud = first_loud(dt.date(2026, 7, 1), lambda day: is_quiet(day, []))
    assert loud == dt.date(2026, 7, 16)


@given(days, closures())
def test_the_owner_hears_on_loud_days_in_order_never_two_on_one_never_early(due, closed):
    planned = own_days(due, closed)

    assert not any(is_quiet(day, closed) for day in planned.values())
    assert list(planned.values()) == sorted(set(planned.values()))
    assert all(day >= due + dt.timedelta(days=offset) for offset, day in planned.items())
    assert 7 in planned


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

"""What a round is called by itself, and its days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfassessment.seasons import suggestion


@pytest.mark.parametrize(
    ("today", "label", "closes_on"),
    [
        (dt.date(2026, 9, 10), "Fall 2026", dt.date(2026, 10, 15)),
        (dt.date(2026, 10, 14), "Fall 2026", dt.date(2026, 11, 11)),
        (dt.date(2026, 11, 30), "Fall 2026", dt.date(2026, 12, 28)),
        (dt.date(2027, 4, 20), "Spring 2027", dt.date(2027, 5, 31)),
        (dt.date(2027, 1, 25), "Spring 2027", dt.date(2027, 2, 22)),
    ],
)
def test_the_nearest_window_names_the_round(today, label, closes_on):
    found = suggestion(today)

    assert (found.label, found.opens_on, found.closes_on) == (label, today, closes_on)


def test_a_name_that_is_taken_is_not_suggested():
    day = dt.date(2026, 9, 10)

    assert suggestion(day, taken={"Fall 2026"}).label == "Fall 2026, 2"
    assert suggestion(day, again=["6c.1", "6b.1"]).label == "6b.1, 6c.1 again, Sep 2026"


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.sets(st.text(max_size=70)))
def test_a_suggestion_fits_its_columns_on_any_day(today, taken):
    found = suggestion(today, taken=taken, again=["a long code"] * 9)

    assert len(found.label) <= 60
    assert found.label not in taken
    assert found.closes_on > found.opens_on == today

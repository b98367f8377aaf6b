"""The arithmetic of the school-year strip."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roles import yearstrip
from roles.yearstrip import Calendar, Period

BREAK = Period(dt.date(2026, 11, 25), dt.date(2026, 11, 27), "Thanksgiving break")
YEAR = Calendar(
    start=dt.date(2026, 7, 1),
    end=dt.date(2027, 6, 30),
    first=dt.date(2026, 8, 17),
    last=dt.date(2027, 6, 11),
    closures=[BREAK],
)
FALL = Period(dt.date(2026, 10, 15), dt.date(2026, 11, 13), "Fall window")
SPRING = Period(dt.date(2027, 3, 15), dt.date(2027, 4, 15), "Spring window")
WINDOWS = [FALL, SPRING]
THURSDAY = dt.date(2026, 10, 29)


def test_the_ruler_begins_at_nought_and_a_day_later_is_a_365th():
    ruler = yearstrip.Ruler.of(YEAR)

    assert ruler.at(YEAR.start) == 0
    assert ruler.at(YEAR.start + dt.timedelta(days=1)) == pytest.approx(100 / 365, abs=0.01)
    assert ruler.at(YEAR.end + dt.timedelta(days=1)) == 100


def test_the_twelve_months_stand_in_order_and_the_current_one_is_marked():
    months = yearstrip.strip(YEAR, THURSDAY).months

    assert [month.label for month in months][:4] == ["Jul", "Aug", "Sep", "Oct"]
    assert len(months) == 12
    assert [month.label for month in months if month.is_now] == ["Oct"]


def test_a_bar_covers_its_last_day_too():
    one_day = Period(dt.date(2026, 9, 1), dt.date(2026, 9, 1))

    bar = yearstrip.Ruler.of(YEAR).bar(one_day, THURSDAY)

    assert bar.width == pytest.approx(100 / 365, abs=0.02)


def test_a_window_that_has_not_begun_is_drawn_as_ahead():
    fall, spring = yearstrip.strip(YEAR, THURSDAY, WINDOWS).windows

    assert not fall.is_ahead
    assert spring.is_ahead


def test_school_days_skip_weekends_and_closures():
    # Nov 13 to Dec 1: 12 weekdays follow the 13th, three of them closed.
    assert yearstrip.school_days(YEAR, dt.date(2026, 11, 13), dt.date(2026, 12, 1)) == 9


def test_the_week_counts_only_weeks_with_school_in_them():
    whole_week_off = Period(dt.date(2026, 8, 24), dt.date(2026, 8, 28))
    year = Calendar(YEAR.start, YEAR.end, YEAR.first, YEAR.last, [whole_week_off])

    assert yearstrip.school_week(YEAR, dt.date(2026, 8, 31)) == 3
    assert yearstrip.school_week(year, dt.date(2026, 8, 31)) == 2


@pytest.mark.parametrize(
    ("today", "lead", "sentence"),
    [
        (dt.date(2026, 8, 5), "Before the year", "School starts Aug 17, in 12 days"),
        (dt.date(2026, 8, 16), "Before the year", "School starts Aug 17, in 1 day"),
        (THURSDAY, "Week 11", "Fall window closes Nov 13, in 11 school days"),
        (dt.date(2026, 11, 12), "Week 13", "Fall window closes Nov 13, in 1 school day"),
        (dt.date(2026, 11, 13), "Week 13", "Fall window closes Nov 13, today"),
        (dt.date(2026, 11, 26), "Week 15", "Thanksgiving break until Nov 27"),
        (dt.date(2026, 12, 7), "Week 17", "Spring window opens Mar 15"),
        (dt.date(2027, 6, 10), "Week 43", "The last student day is Jun 11, in 1 school day"),
        (dt.date(2027, 6, 20), "After the year", "The last student day was Jun 11"),
    ],
)
def test_the_sentence_says_what_the_day_asks(today, lead, sentence):
    strip = yearstrip.strip(YEAR, today, WINDOWS)

    assert (strip.lead, strip.sentence) == (lead, sentence)


def test_the_label_reads_the_drawing_aloud():
    label = yearstrip.strip(YEAR, THURSDAY, [FALL]).label

    assert label == (
        "School year 2026 to 2027. Now: Oct 29, week 11. Fall window: Oct 15 to Nov 13."
    )


@pytest.mark.parametrize("today", [dt.date(2026, 6, 30), dt.date(2027, 7, 1)])
def test_no_pin_stands_outside_the_ruler(today):
    assert yearstrip.strip(YEAR, today).now is None


@given(st.dates(dt.date(2020, 1, 1), dt.date(2032, 12, 31)))
def test_nothing_is_ever_drawn_outside_the_ruler(today):
    strip = yearstrip.strip(YEAR, today, WINDOWS)

    for bar in (strip.term, *strip.breaks, *strip.windows):
        assert 0 <= bar.x <= 100
        assert bar.width >= 0
        assert bar.x + bar.width <= 100.01
    assert strip.sentence


@given(st.dates(dt.date(2026, 7, 1), dt.date(2027, 6, 30)))
def test_the_cover_marks_today_once_on_a_weekday_of_its_year(today):
    cover = yearstrip.cover(today)

    marked = [day for day in cover.days if day.state == "today"]
    assert cover.name == "2026\u201327"
    assert len(marked) == (
        1 if today.weekday() < 5 and dt.date(2026, 8, 3) <= today <= dt.date(2027, 6, 18) else 0
    )

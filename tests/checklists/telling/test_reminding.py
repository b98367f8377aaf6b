"""Reminders of forms that are not submitted: politely, and by hand at most once a day."""

import datetime as dt

import pytest

from checklists.models import Checklist
from checklists.services import nudging, windows
from checklists.tasks import write_letters
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Letter
from roles.services.refusal import Refused
from tests.checklists.telling.letters import (
    DAY,
    TODAY,
    form_of,
    heard,
    on,
    run,
    send_all,
)
from tests.factories.checklists import (
    WindowFactory,
    lock,
)
from tests.factories.roles import (
    member,
)

pytestmark = pytest.mark.django_db


def test_a_whole_window_writes_three_letters_to_who_never_submits(window, school):
    form_of(window, school)

    run(range(30))

    assert heard() == ["told", "soon", "last_day"]


@pytest.mark.parametrize(("told", "shown"), [([0], range(16)), ([7], range(7, 16))])
def test_the_form_shows_beforehand_the_days_on_which_its_rater_is_reminded(
    window, school, told, shown
):
    form = form_of(window, school)
    run(told)

    expected = nudging_days(form, told[0])
    days = []
    for day in shown:
        before = len(heard())
        run([day])
        days += [TODAY + day * DAY] if len(heard()) > before else []

    assert days == expected
    assert len(expected) == 2
    lock(form)
    assert nudging_days(form, told[0]) == []


def nudging_days(form, day):
    """What the form says on that day, late in its morning."""
    form.refresh_from_db()
    with on(TODAY + day * DAY, 17):
        return nudging.coming(form)


def test_who_has_submitted_hears_nothing_more(window, school):
    form = form_of(window, school)
    run([0])
    lock(form)

    run(range(1, 16))

    assert len(heard()) == 1


def test_a_day_on_which_nothing_ran_is_caught_up_but_not_after_the_window(window, school):
    form_of(window, school)
    run([0])

    run([11])  # November 9: the 6th was missed
    run([20, 21])

    assert heard()[1:] == ["soon"]


def test_who_was_told_late_is_not_reminded_on_the_next_day(window, school):
    form_of(window, school)

    run([7, 8, 9, 10])  # told on Thursday, November 5; the reminder was due on the 6th

    assert len(heard()) == 1

    run([11])

    assert len(heard()) == 2


def test_reminders_follow_a_window_that_became_longer(window, school, by):
    form_of(window, school)
    run([0, 8])
    send_all()
    with on(TODAY + 9 * DAY):
        window.closes_on = dt.date(2026, 11, 20)
        windows.change_window(window, by=by)

    run(range(10, 23))

    assert heard()[2:] == ["soon", "last_day"]


def test_a_round_over_what_is_owed_already_costs_the_same_whatever_the_number(
    window, school, django_assert_max_num_queries
):
    counts = []
    for number in (2, 20):
        for _ in range(number):
            form_of(window, school)
        with on(TODAY + 8 * DAY):
            write_letters()
            with django_assert_max_num_queries(25) as queries:
                write_letters()
        counts.append(len(queries))

    assert counts[0] == counts[1]


# By hand


def everyone(window):
    return Checklist.objects.filter(window=window)


def test_reminding_by_hand_writes_to_each_person_at_most_once_a_day(window, school, by):
    who = member(AccessLevel.COACH, at=school)
    form_of(window, school, who)
    form_of(window, school, who)
    lock(form_of(window, school))

    told = [nudging.remind_now(window, everyone(window), by=by) for _ in range(2)]
    with on(TODAY + DAY):
        told.append(nudging.remind_now(window, everyone(window), by=by))

    assert told == [[str(who)], [], [str(who)]]
    assert Letter.objects.filter(reader=who).count() == 2
    assert AuditEvent.objects.filter(verb="checklist_window.reminded").count() == 2


def test_who_is_reminded_by_hand_is_neither_told_nor_reminded_again_that_day(window, school, by):
    form_of(window, school)
    with on(TODAY + 8 * DAY):
        nudging.remind_now(window, everyone(window), by=by)

    run([8, 9, 10])
    assert len(heard()) == 1

    run([11])
    assert len(heard()) == 2


def test_who_was_told_today_is_not_reminded_by_hand_too(window, school, by):
    form_of(window, school)
    write_letters()

    assert nudging.remind_now(window, everyone(window), by=by) == []


def test_nobody_is_reminded_of_a_window_that_is_not_open(district, school, by, school_day):
    window = WindowFactory(district=district, over=True)
    form_of(window, school)

    with pytest.raises(Refused, match="not open"):
        nudging.remind_now(window, everyone(window), by=by)

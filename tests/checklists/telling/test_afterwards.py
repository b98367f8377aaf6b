"""What is taken back when a window changes, and what managers hear when it has closed."""

import datetime as dt

import pytest

from checklists.models import Window
from checklists.services import windows
from checklists.tasks import turn_windows, write_letters
from roles.capabilities import AccessLevel
from roles.models import Notice
from roles.notices import sources
from tests.checklists.telling.letters import (
    DAY,
    TODAY,
    dt_now,
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


# Taking back


def test_closing_early_takes_back_what_is_not_sent(window, school, by):
    form_of(window, school)
    write_letters()
    send_all()
    form_of(window, school)
    write_letters()

    windows.close_window(window, by=by)

    assert not Notice.objects.waiting().filter(source="checklist").exists()
    assert heard() == ["told"]


def test_other_days_take_back_what_is_not_sent_and_tell_anew(window, school, by):
    form_of(window, school)
    write_letters()
    window.closes_on = dt.date(2026, 11, 20)

    windows.change_window(window, by=by)
    taken_back = heard()
    write_letters()

    assert (taken_back, heard()) == ([], ["told"])


def test_who_was_told_is_not_told_again_when_the_days_change(window, school, by):
    form_of(window, school)
    write_letters()
    send_all()
    window.closes_on = dt.date(2026, 11, 20)

    windows.change_window(window, by=by)

    assert write_letters() == 0


def test_other_checklists_alone_take_no_letter_back(window, school, by):
    form_of(window, school)
    write_letters()

    windows.change_window(window, by=by)

    assert heard() == ["told"]


# After closing


def test_each_manager_gets_one_letter_about_a_window_that_closed(window, school):
    managers = [member(AccessLevel.DISTRICT_LEAD, at=window.district) for _ in range(2)]
    lock(form_of(window, school))
    form_of(window, school, told_at=dt_now())
    closing = TODAY + 16 * DAY  # a Saturday; nobody hears of it before Monday

    run([15])
    with on(closing, 7):
        turn_windows()
    run([16, 17, 18, 19, 20])

    told = Notice.objects.filter(source="window_closed")
    assert {notice.reader for notice in told} == set(managers)
    assert {notice.made_at.date() for notice in told} == {TODAY + 18 * DAY}
    line = sources()["window_closed"].still(window.district, [told[0].subject])[told[0].subject]
    assert line.title == "Fall checklist, 1 of 2 in"
    assert line.path.endswith(f"/checklists/windows/{window.pk}/")


def test_a_window_that_asked_nobody_is_not_reported(district, school_day):
    member(AccessLevel.DISTRICT_LEAD, at=district)
    WindowFactory(district=district, over=True)

    turn_windows()

    assert write_letters() == 0


def test_a_window_that_closed_long_ago_is_no_news(district, school, school_day):
    member(AccessLevel.DISTRICT_LEAD, at=district)
    window = WindowFactory(district=district, over=True)
    form_of(window, school)
    Window.objects.update(closed_at=dt_now() - 22 * DAY)

    assert write_letters() == 0

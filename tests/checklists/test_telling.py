"""Letters about windows: told once, reminded politely, never twice, never on quiet days."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections

from checklists.models import Checklist, RaterKind, Window
from checklists.services import nudging, telling, windows
from checklists.tasks import turn_windows, write_letters
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Assignment, AuditEvent, Letter, Membership, Notice, NoticeStatus, User
from roles.notices import sources
from roles.services.refusal import Refused
from tests.factories.checklists import (
    ChecklistFactory,
    WindowFactory,
    lock,
    observed,
)
from tests.factories.roles import (
    AssignmentFactory,
    ClosureFactory,
    DistrictFactory,
    SchoolFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(1)
TODAY = dt.date(2026, 10, 29)  # a Thursday: see `school_day`


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def school(district):
    return SchoolFactory(district=district)


@pytest.fixture
def window(district, school_day):
    return WindowFactory(
        district=district,
        label="Fall checklist",
        opens_on=TODAY - 1 * DAY,
        closes_on=TODAY + 15 * DAY,
    )


@pytest.fixture
def by(district):
    return Reach(UserFactory(), district, Capability.CHECKLIST_MANAGE, EVERYWHERE)


def form_of(window, school, who=None, **fields):
    """A form of the window, and the assignment of who fills it in."""
    who = who or member(AccessLevel.COACH, at=school)
    form = ChecklistFactory(
        district=window.district, window=window, school=school, holder=who, **fields
    )
    AssignmentFactory(
        district=window.district, position=form.position, holder=who, starts_on="2026-07-01"
    )
    return form


def on(day, hour=15, zone=dt.UTC):
    """At an hour of the day: 3 pm in Greenwich is the middle of a morning in Chicago."""
    moment = dt.datetime.combine(day, dt.time(hour), tzinfo=zone)
    return time_machine.travel(moment, tick=False)


def heard(reader=None):
    """What people were told or are about to be, in order: "told", "soon", "last_day", "hand"."""
    found = Notice.objects.exclude(status=NoticeStatus.WITHDRAWN).order_by("pk")
    if reader is not None:
        found = found.filter(reader=reader)
    keys = found.values_list("key", flat=True)
    return [key.split(":news:")[1].partition(":")[0].partition(".")[0] for key in keys]


def lines(district):
    """The lines of what waits, as a letter would say them now."""
    found = {}
    for kind, subject in Notice.objects.waiting().values_list("source", "subject"):
        found |= sources()[kind].still(district, [subject])
    return list(found.values())


def send_all():
    Notice.objects.waiting().update(status=NoticeStatus.SAID)


# Telling


def test_each_person_is_told_once_of_each_of_their_forms(window, school):
    who = member(AccessLevel.COACH, at=school)
    own = form_of(window, school, who)
    observed(form_of(window, school, other := UserFactory()), who)

    owed = [write_letters() for _ in range(3)]

    assert owed == [1, 0, 0]
    assert heard(who) == ["told", "told"]
    first, second = sorted(lines(window.district), key=lambda line: str(other) in line.title)
    assert first.title == f"Fall checklist: {own.template.title}, {own.position}"
    assert (first.verb, first.due_on) == ("Fill in", dt.date(2026, 11, 13))
    assert first.path.endswith(f"/checklists/{own.pk}/")
    assert second.why.startswith("you were picked to observe")
    assert Checklist.objects.filter(rater=who, told_at=None).count() == 0


def test_a_form_made_later_is_told_of_by_itself(window, school):
    who = member(AccessLevel.COACH, at=school)
    form_of(window, school, who)
    write_letters()
    form_of(window, school, who)

    assert write_letters() == 1
    assert heard(who) == ["told", "told"]


def test_only_what_is_not_submitted_is_still_said(window, school):
    who = member(AccessLevel.COACH, at=school)
    done, open_one = form_of(window, school, who), form_of(window, school, who)
    write_letters()
    lock(done)

    (line,) = lines(window.district)

    assert line.path.endswith(f"/checklists/{open_one.pk}/")


@pytest.mark.parametrize("why", ["submitted", "aside", "agreed", "no access", "account closed"])
def test_who_has_nothing_to_do_or_cannot_sign_in_is_not_told(window, school, why):
    form = form_of(window, school)
    if why == "submitted":
        lock(form)
    elif why == "aside":
        Checklist.objects.update(withdrawn_at=window.opened_at or dt.datetime.now(dt.UTC))
    elif why == "agreed":
        Checklist.objects.update(rater_kind=RaterKind.AGREED)
    elif why == "no access":
        Membership.objects.all().delete()
    else:
        User.objects.filter(pk=form.rater_id).update(is_active=False)

    assert write_letters() == 0


def test_who_gets_access_later_is_told_then(window, school):
    form = form_of(window, school, UserFactory())
    assert write_letters() == 0

    member(AccessLevel.COACH, at=school, user=form.rater)

    assert write_letters() == 1


def test_nobody_hears_of_a_window_that_has_not_begun_or_is_over(district, school, school_day):
    form_of(WindowFactory(district=district, planned=True), school)
    form_of(WindowFactory(district=district, over=True), school)

    assert write_letters() == 0


@pytest.mark.parametrize("day", [dt.date(2026, 10, 31), dt.date(2026, 11, 3)])
def test_quiet_days_wait(window, school, day):
    ClosureFactory(
        district=window.district,
        school_year=window.school_year,
        first_day=dt.date(2026, 11, 3),
        last_day=dt.date(2026, 11, 3),
    )
    form_of(window, school)

    with on(day):
        quiet = write_letters()
    with on(dt.date(2026, 11, 4)):
        later = write_letters()

    assert (quiet, later) == (0, 1)


def test_the_demo_has_no_quiet_days(window, school, settings):
    settings.QUIET_DAYS = False
    form_of(window, school)

    with on(dt.date(2026, 10, 31)):
        assert write_letters() == 1


def test_many_people_are_told_over_several_rounds(window, school, monkeypatch):
    monkeypatch.setattr(telling, "PEOPLE", 2)
    for _ in range(5):
        form_of(window, school)

    assert [write_letters() for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_rounds_at_the_same_moment_tell_and_remind_each_person_once():
    with on(TODAY):
        district = DistrictFactory()
        school = SchoolFactory(district=district)
        window = WindowFactory(district=district, opens_on=TODAY - DAY, closes_on=TODAY + DAY)
        for _ in range(6):
            form_of(window, school)
    for day in (TODAY, TODAY + DAY):
        with on(day):
            at_once(write_letters)

    assert sorted(heard()) == ["last_day"] * 6 + ["told"] * 6


def at_once(act):
    start = threading.Barrier(3)

    def run():
        try:
            start.wait()
            act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_holder_who_takes_over_is_told_and_the_one_before_hears_nothing_more(window, school):
    form = form_of(window, school)
    before = form.holder
    write_letters()
    Assignment.objects.update(ends_on=TODAY)
    after = member(AccessLevel.COACH, at=school)
    AssignmentFactory(
        district=window.district,
        position=form.position,
        holder=after,
        starts_on=TODAY + DAY,
        interim=True,
    )

    for days in range(1, 16):
        with on(TODAY + days * DAY):
            turn_windows()
            write_letters()

    assert heard(before) == ["told"]
    assert heard(after) == ["told", "soon", "last_day"]


# Reminding


def run(days):
    """A round each hour of the working day, on each of these days after `TODAY`."""
    for day in days:
        for hour in (6, 15, 16, 23):
            with on(TODAY + day * DAY, hour):
                write_letters()


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


def dt_now():
    return dt.datetime.now(dt.UTC)


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

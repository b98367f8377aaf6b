"""Letters about windows: told once, reminded politely, never twice, never on quiet days."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections

from checklists.models import Checklist, RaterKind, Window
from checklists.services import nudging, telling, windows, writing
from checklists.tasks import turn_windows, write_letters
from roles.access import EVERYWHERE, Reach
from roles.capabilities import AccessLevel, Capability
from roles.models import Assignment, AuditEvent, Letter, Membership, OwedStatus, User
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


def subjects():
    return list(Letter.objects.order_by("pk").values_list("subject", flat=True))


# Telling


def test_each_person_is_told_once_of_all_their_forms_in_a_window(window, school, settings):
    settings.SITE_URL = "https://tutoring.example/"
    who = member(AccessLevel.COACH, at=school)
    own = form_of(window, school, who)
    second = observed(form_of(window, school, lock_it := UserFactory()), who)

    owed = [write_letters() for _ in range(3)]

    letter = Letter.objects.get()
    base = f"https://tutoring.example/d/{window.district.slug}/checklists/"
    assert owed == [1, 0, 0]
    assert letter.to == who.email
    assert letter.subject == "Fill in by Fri, Nov 13: Fall checklist"
    assert f"{base}{own.pk}/" in letter.body
    assert f"{base}{second.pk}/" in letter.body
    assert f"You rate as observer: {lock_it}" in letter.body
    assert "Why you get this" in letter.body
    assert f'href="{base}"' in letter.html
    assert Checklist.objects.filter(rater=who, told_at=None).count() == 0


def test_a_single_form_is_the_one_link_of_its_letter(window, school, settings):
    settings.SITE_URL = "https://tutoring.example"
    form = form_of(window, school)

    write_letters()

    letter = Letter.objects.get()
    address = f"https://tutoring.example/d/{window.district.slug}/checklists/{form.pk}/"
    assert letter.body.count("https://") == 1
    assert address in letter.body
    assert f'href="{address}"' in letter.html


def test_words_of_people_are_plain_in_the_text_and_escaped_in_html(window, school):
    form = form_of(window, school)
    type(form.template).objects.update(title="Site & Tutor <lead>")

    write_letters()

    letter = Letter.objects.get()
    assert "Site & Tutor <lead>" in letter.body
    assert "Site &amp; Tutor &lt;lead&gt;" in letter.html


def test_a_form_made_later_is_told_of_by_itself(window, school):
    who = member(AccessLevel.COACH, at=school)
    form_of(window, school, who)
    write_letters()
    later = form_of(window, school, who)

    write_letters()

    first, second = Letter.objects.order_by("pk")
    assert f"/checklists/{later.pk}/" in second.body
    assert f"/checklists/{later.pk}/" not in first.body


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


def test_a_window_that_opens_at_midnight_is_told_of_in_the_morning_of_its_own_zone():
    districts = [DistrictFactory(time_zone=zone) for zone in ("Pacific/Guam", "Pacific/Honolulu")]
    for district in districts:
        window = WindowFactory(district=district, opens_on=TODAY, closes_on=TODAY + 14 * DAY)
        form_of(window, SchoolFactory(district=district))

    told = {}
    start = dt.datetime(2026, 10, 28, tzinfo=dt.UTC)
    for hour in (20, 21, 40, 41):  # 7 am of the 29th is hour 21 in Guam, and 41 in Honolulu
        with time_machine.travel(start + dt.timedelta(hours=hour), tick=False):
            write_letters()
        told[hour] = [Letter.objects.filter(district=d).exists() for d in districts]

    assert told == {20: [False, False], 21: [True, False], 40: [True, False], 41: [True, True]}


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

    assert Letter.objects.filter(key__contains=":told:").count() == 6
    assert Letter.objects.filter(key__contains=":last_day:").count() == 6


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

    assert list(Letter.objects.filter(to=before.email).values_list("subject", flat=True)) == [
        "Fill in by Fri, Nov 13: Fall checklist"
    ]
    assert list(Letter.objects.filter(to=after.email).values_list("subject", flat=True)) == [
        "Fill in by Fri, Nov 13: Fall checklist",
        "Submit by Fri, Nov 13: Fall checklist",
        "Submit today, Nov 13: Fall checklist",
    ]


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

    assert subjects() == [
        "Fill in by Fri, Nov 13: Fall checklist",
        "Submit by Fri, Nov 13: Fall checklist",
        "Submit today, Nov 13: Fall checklist",
    ]


def test_who_has_submitted_hears_nothing_more(window, school):
    form = form_of(window, school)
    run([0])
    lock(form)

    run(range(1, 16))

    assert len(subjects()) == 1


def test_only_what_is_not_submitted_stands_in_the_reminder(window, school):
    who = member(AccessLevel.COACH, at=school)
    done, open_one = form_of(window, school, who), form_of(window, school, who)
    run([0])
    lock(done)

    run([8])

    letter = Letter.objects.order_by("pk").last()
    assert f"/checklists/{open_one.pk}/" in letter.body
    assert f"/checklists/{done.pk}/" not in letter.body


def test_a_day_on_which_nothing_ran_is_caught_up_but_not_after_the_window(window, school):
    form_of(window, school)
    run([0])

    run([11])  # November 9: the 6th was missed
    run([20, 21])

    assert subjects()[1:] == ["Submit by Fri, Nov 13: Fall checklist"]


def test_who_was_told_late_is_not_reminded_on_the_next_day(window, school):
    form_of(window, school)

    run([7, 8, 9, 10])  # told on Thursday, November 5; the reminder was due on the 6th

    assert len(subjects()) == 1

    run([11])

    assert len(subjects()) == 2


def test_reminders_follow_a_window_that_became_longer(window, school, by):
    form_of(window, school)
    run([0, 8])
    Letter.objects.update(status=OwedStatus.DONE)
    with on(TODAY + 9 * DAY):
        window.closes_on = dt.date(2026, 11, 20)
        windows.change_window(window, by=by)

    run(range(10, 23))

    assert subjects()[2:] == [
        "Submit by Fri, Nov 20: Fall checklist",
        "Submit today, Nov 20: Fall checklist",
    ]


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
    sent = Letter.objects.get()
    Letter.objects.filter(pk=sent.pk).update(status=OwedStatus.DONE)
    form_of(window, school)
    write_letters()

    windows.close_window(window, by=by)

    assert list(Letter.objects.all()) == [sent]


def test_other_days_take_back_what_is_not_sent_and_tell_anew(window, school, by):
    form_of(window, school)
    write_letters()
    window.closes_on = dt.date(2026, 11, 20)

    windows.change_window(window, by=by)
    taken_back = Letter.objects.count()
    write_letters()

    assert taken_back == 0
    assert subjects() == ["Fill in by Fri, Nov 20: Fall checklist"]


def test_who_was_told_is_not_told_again_when_the_days_change(window, school, by):
    form_of(window, school)
    write_letters()
    Letter.objects.update(status=OwedStatus.DONE)
    window.closes_on = dt.date(2026, 11, 20)

    windows.change_window(window, by=by)

    assert write_letters() == 0


def test_other_checklists_alone_take_no_letter_back(window, school, by):
    form_of(window, school)
    write_letters()

    windows.change_window(window, by=by)

    assert Letter.objects.count() == 1


def test_a_letter_is_worth_sending_until_its_window_closes(window, school):
    form_of(window, school)

    write_letters()

    zone = window.district.zone
    assert Letter.objects.get().expires_at == dt.datetime(2026, 11, 14, tzinfo=zone)


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
    assert AuditEvent.objects.filter(verb="checklist_window.reminded").count() == 2


def test_who_is_reminded_by_hand_is_neither_told_nor_reminded_again_that_day(window, school, by):
    form_of(window, school)
    with on(TODAY + 8 * DAY):
        nudging.remind_now(window, everyone(window), by=by)

    run([8, 9, 10])
    assert len(subjects()) == 1

    run([11])
    assert len(subjects()) == 2


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
    missing = form_of(window, school, told_at=dt_now())
    closing = TODAY + 16 * DAY  # a Saturday; nobody hears of it before Monday

    run([15])
    with on(closing, 7):
        turn_windows()
    run([16, 17, 18, 19, 20])

    letters = Letter.objects.filter(key__contains=":digest:")
    assert {letter.to for letter in letters} == {manager.email for manager in managers}
    assert {letter.owed_at.date() for letter in letters} == {TODAY + 18 * DAY}
    letter = letters[0]
    assert letter.subject == "Look through, closed Nov 13: Fall checklist, 1 of 2 in"
    assert f"{missing.holder}, {missing.position}" in letter.body
    assert f"/checklists/windows/{window.pk}/" in letter.body
    assert letter.body.count("http") == 1


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


def test_the_report_names_forty_and_counts_the_rest(window, school, monkeypatch):
    member(AccessLevel.DISTRICT_LEAD, at=window.district)
    for _ in range(writing.PEOPLE // 4):
        form_of(window, school, told_at=dt_now())
    windows.close_window(window)

    write_letters()

    assert "and 10 more" in Letter.objects.get().body

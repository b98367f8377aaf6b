"""Letters about windows: told once, never twice, never on quiet days."""

import datetime as dt
import threading

import pytest
from django.db import connections

from checklists.models import Checklist, RaterKind
from checklists.services import telling
from checklists.tasks import turn_windows, write_letters
from roles.capabilities import AccessLevel
from roles.models import Assignment, Membership, User
from tests.checklists.telling.letters import (
    DAY,
    TODAY,
    form_of,
    heard,
    lines,
    on,
)
from tests.factories.checklists import (
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

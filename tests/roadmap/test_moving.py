import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.models import Window
from roadmap import calendar_news
from roadmap.models import Milestone, Precedence, Unit
from roadmap.services import anchors, move_preview, moving
from roadmap.yeardays import Closed, OwnDay
from roles.capabilities import Capability
from roles.models import Assignment, AuditEvent, Closure, Letter, Notice
from roles.services import notices
from roles.services.refusal import Refused
from tests.factories.roadmap_calendar import counted, first_student_day, own_anchor
from tests.factories.roles import SchoolYearFactory
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]

WEEK = dt.timedelta(weeks=1)
BREAK = Closed(dt.date(2026, 12, 21), dt.date(2027, 1, 1), "Winter break")


@pytest.fixture
def year():
    return SchoolYearFactory()  # August 17, 2026 to May 28, 2027


@pytest.fixture
def by(year):
    return reach(year.district, capability=Capability.ROADMAP_MANAGE)


def later(year, weeks=1):
    days = anchors.days_of(year)
    return replace(days, first=days.first + weeks * WEEK)


def change(year, days, by):
    seen = move_preview.preview(year, days, by=by).fingerprint
    return moving.change_days(year, days, seen=seen, by=by)


def test_a_later_first_student_day_moves_what_counts_from_it(year, by):
    milestone = counted(first_student_day(year), 13, held=True)

    found = move_preview.preview(year, later(year), by=by)

    [move] = found.moves
    assert (move.milestone, move.days) == (milestone, 7)
    assert found.hears == [(milestone.owner.assignments.get().holder, 1)]
    milestone.refresh_from_db()
    assert milestone.due_on == dt.date(2026, 11, 16)  # looking writes nothing


def test_confirming_writes_days_and_dates_with_one_audit_row(year, by):
    milestone = counted(first_student_day(year), 13)

    change(year, later(year), by)

    year.refresh_from_db()
    milestone.refresh_from_db()
    assert year.first_student_day == dt.date(2026, 8, 24)
    assert (milestone.starts_on, milestone.due_on) == (dt.date(2026, 11, 9), dt.date(2026, 11, 23))
    assert milestone.sequence == 1
    event = AuditEvent.objects.get(verb="roadmap.calendar_changed")
    assert event.detail["moved"] == [[milestone.pk, "2026-11-16", "2026-11-23"]]


def test_whose_milestones_moved_hears_of_it_once(year, by):
    for weeks in (13, 14):
        counted(first_student_day(year), weeks, held=True)
    holder = Milestone.objects.first().owner.assignments.get().holder
    Assignment.objects.update(holder=holder)

    change(year, later(year), by)

    notice = Notice.objects.get()
    assert (notice.reader, notice.source) == (holder, "moved")
    [line] = calendar_news.MovedDates().still(year.district, [notice.subject]).values()
    assert "2026\u201327" in line.title
    assert AuditEvent.objects.filter(verb="roadmap.milestone_moved").count() == 2


def test_what_is_done_or_dated_by_hand_stays_and_says_why(year, by):
    anchor = first_student_day(year)
    counted(anchor, 4, done=True)
    counted(anchor, 13, hand_dated=True)
    set_aside = counted(anchor, 14, state="not_applicable", reason="No provider")

    found = move_preview.preview(year, later(year), by=by)

    assert found.moves == []
    assert {stay.why for stay in found.stays} == {"Done", "Dated by hand", "Not applicable"}
    assert set_aside in [stay.milestone for stay in found.stays]


def test_a_new_closure_moves_only_what_falls_on_it(year, by):
    anchor = first_student_day(year)
    inside, outside = counted(anchor, 18), counted(anchor, 22)
    days = replace(anchors.days_of(year), closures=(BREAK,))

    found = change(year, days, by)

    assert [(move.milestone, move.due_on) for move in found.moves] == [
        (inside, dt.date(2026, 12, 18))
    ]
    outside.refresh_from_db()
    assert outside.sequence == 0
    assert Closure.objects.get(school_year=year).label == "Winter break"


def test_school_days_are_counted_over_a_new_closure(year, by):
    milestone = counted(first_student_day(year), 90, unit=Unit.SCHOOL_DAYS)
    days = replace(anchors.days_of(year), closures=(BREAK,))

    [move] = move_preview.preview(year, days, by=by).moves

    assert (milestone.due_on, move.due_on) == (dt.date(2026, 12, 21), dt.date(2027, 1, 4))


def test_a_day_of_our_own_moves_its_milestones_and_no_others(year, by):
    anchor = own_anchor(year)
    mine = counted(anchor, 2)
    counted(first_student_day(year), 24)
    days = anchors.days_of(year)

    found = change(
        year, replace(days, own=(OwnDay(anchor.label, anchor.on + WEEK, anchor.pk),)), by
    )

    assert [move.milestone for move in found.moves] == [mine]
    anchor.refresh_from_db()
    assert anchor.on == dt.date(2027, 1, 18)


def test_a_day_that_milestones_count_from_cannot_be_taken_out(year, by):
    counted(own_anchor(year), 2)

    with pytest.raises(Refused, match="count from Program start"):
        change(year, replace(anchors.days_of(year), own=()), by)


def test_next_years_milestones_that_begin_in_this_one_move_with_its_closures(year, by):
    next_year = SchoolYearFactory(
        district=year.district,
        label="2027-28",
        starts_on=dt.date(2027, 7, 1),
        ends_on=dt.date(2028, 6, 30),
        first_student_day=dt.date(2027, 8, 16),
        last_student_day=dt.date(2028, 5, 26),
    )
    early = counted(first_student_day(next_year), -34)  # December 21, 2026
    days = replace(anchors.days_of(year), closures=(BREAK,))

    [move] = move_preview.preview(year, days, by=by).moves

    assert (move.milestone, move.due_on) == (early, dt.date(2026, 12, 18))


def test_the_knock_on_is_named(year, by):
    anchor, own = first_student_day(year), own_anchor(year, on=dt.date(2026, 11, 9))
    before, after = counted(own, 0), counted(anchor, 13)  # November 9 and 16
    Precedence.objects.create(district=year.district, before=before, milestone=after)
    Window.objects.create(
        district=year.district,
        school_year=year,
        label="Winter",
        opens_on=dt.date(2026, 12, 14),
        closes_on=dt.date(2026, 12, 22),
    )
    days = anchors.days_of(year)
    days = replace(days, own=(replace(days.own[0], on=dt.date(2026, 11, 30)),), closures=(BREAK,))

    found = move_preview.preview(year, days, by=by)

    [pair] = found.overtaken
    assert (pair.before, pair.after) == (before, after)
    [window] = found.unmoved
    assert (window.title, window.why) == ("Winter", "Closes on a day without school")
    assert found.late == []
    earlier = replace(days, own=(replace(days.own[0], on=dt.date(2026, 10, 5)),))
    assert [move.milestone for move in move_preview.preview(year, earlier, by=by).late] == [before]


def test_what_was_not_seen_is_not_done(year, by):
    milestone = counted(first_student_day(year), 13)
    days = later(year)
    seen = move_preview.preview(year, days, by=by).fingerprint
    Milestone.objects.filter(pk=milestone.pk).update(hand_dated=True)

    with pytest.raises(Refused, match="Look at it again"):
        moving.change_days(year, days, seen=seen, by=by)

    year.refresh_from_db()
    assert year.first_student_day == dt.date(2026, 8, 17)


def test_reminders_of_the_old_date_are_taken_back(year, by):
    thursday = own_anchor(year, on=dt.date(2026, 8, 20))
    counted(thursday, 11, held=True)  # November 5, heard of a week before: today
    notices.owe(year.district, year.district.today())
    assert _waiting(year.district)

    days = anchors.days_of(year)
    change(year, replace(days, own=(replace(days.own[0], on=thursday.on + 3 * WEEK),)), by)

    assert _waiting(year.district) == []


def _waiting(district):
    """What is owed about milestones; that dates have moved is news of another kind."""
    letters = Letter.objects.filter(district=district, status="waiting", notices=None)
    reminders = Notice.objects.filter(district=district, status="waiting", source="milestone")
    return [*letters, *reminders]


def test_an_archived_year_is_not_changed(year, by):
    milestone = counted(first_student_day(year), 13)
    year.archived_at = timezone.now()
    year.save()

    with pytest.raises(Refused, match="archived"):
        moving.change_days(year, later(year), seen="", by=by)
    with pytest.raises(IntegrityError, match="read only"), transaction.atomic():
        Milestone.objects.filter(pk=milestone.pk).update(title="Other")


def test_looking_costs_the_same_queries_for_ten_times_the_milestones(year, by):
    anchor = first_student_day(year)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            move_preview.preview(year, later(year), by=by)
        return len(queries)

    for weeks in (10, 11):
        counted(anchor, weeks, held=True)
    few = cost()
    for weeks in range(12, 30):
        counted(anchor, weeks, held=True)

    assert cost() == few

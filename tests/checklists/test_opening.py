"""Opening a window: whom it asks, positions that change hands, and rounds that are cut off."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection, connections
from django.db.utils import OperationalError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.models import Checklist, RaterKind
from checklists.services import windows
from checklists.tasks import turn_windows
from roles.models import Assignment, AuditEvent
from tests.factories.checklists import (
    ChecklistFactory,
    ItemFactory,
    RatingFactory,
    RelaxedRhythmFactory,
    TemplateFactory,
    WindowFactory,
    filled_position,
    form_with_items,
    lock,
    observed,
)
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(1)


@pytest.fixture
def district():
    return DistrictFactory()


def template_of(position):
    return position.role.checklist_templates.get()


def seats(district, number, **role):
    """So many positions of one role, each with a holder of its own."""
    role = RoleFactory(district=district, **role)
    TemplateFactory(district=district, role=role)
    made = [
        PositionFactory(district=district, role=role, seat=seat, opened_on="2020-07-01")
        for seat in range(1, number + 1)
    ]
    for position in made:
        AssignmentFactory(district=district, position=position, starts_on="2020-07-01")
    return made


def hand_over(position, *, to=None, interim=False):
    """The holder left yesterday; from today on it is `to`, or nobody."""
    today = position.district.today()
    Assignment.objects.filter(position=position, ends_on=None).update(ends_on=today - DAY)
    if to:
        AssignmentFactory(
            district=position.district,
            position=position,
            holder=to,
            starts_on=today,
            interim=interim,
        )


def own_forms(position):
    return Checklist.objects.self_rated().filter(position=position)


# Whom it asks


def test_a_window_asks_only_for_the_checklists_it_names(district):
    asked, left_out = filled_position(district), filled_position(district)
    window = WindowFactory(district=district, only=[template_of(asked).key])

    assert windows.open_window(window) == 1
    assert not own_forms(left_out).exists()


def test_a_department_whose_own_checklist_is_left_out_is_not_asked_the_shared_one(district):
    shared = TemplateFactory(district=district, role=None)
    filled_position(district, level="department")

    assert windows.open_window(WindowFactory(district=district, only=[shared.key])) == 0


def test_naming_another_checklist_while_the_window_is_open_adds_its_forms(district):
    first, second = filled_position(district), filled_position(district)
    window = WindowFactory(district=district, only=[template_of(first).key])
    windows.open_window(window)

    window.only = [template_of(second).key]
    window.save()

    assert windows.open_window(window) == 1
    assert own_forms(first).exists()


def asked_in(district, *shifts):
    """Windows that opened so many days from today, in that order."""
    return [
        WindowFactory(district=district, shift=shift, opened_at=timezone.now()) for shift in shifts
    ]


def test_a_relaxed_position_is_asked_in_every_second_window(district):
    position = filled_position(district)
    stable, skipped, asked, again = asked_in(district, -90, -60, -30, 0)
    ChecklistFactory(
        district=district, window=stable, position=position, template=template_of(position)
    )
    RelaxedRhythmFactory(district=district, position=position, since=stable)

    made = [windows.open_window(window) for window in (skipped, asked, again)]

    assert made == [0, 1, 0]


def test_a_rhythm_that_was_relaxed_and_taken_back_skips_nothing(district):
    position = filled_position(district)
    stable, now = asked_in(district, -30, 0)
    ChecklistFactory(
        district=district, window=stable, position=position, template=template_of(position)
    )
    RelaxedRhythmFactory(
        district=district,
        position=position,
        since=stable,
        ended_at=timezone.now(),
        ended_by=UserFactory(),
    )

    assert windows.open_window(now) == 1


def test_a_form_from_before_the_rhythm_was_relaxed_does_not_count(district):
    position = filled_position(district)
    before, since, now = asked_in(district, -60, -30, 0)
    ChecklistFactory(
        district=district, window=before, position=position, template=template_of(position)
    )
    RelaxedRhythmFactory(district=district, position=position, since=since)

    assert windows.open_window(now) == 1


def test_a_window_that_did_not_ask_for_the_checklist_is_no_turn_of_the_rhythm(district):
    position, other = filled_position(district), filled_position(district)
    stable, between, now = asked_in(district, -60, -30, 0)
    type(between).objects.filter(pk=between.pk).update(only=[template_of(other).key])
    ChecklistFactory(
        district=district, window=stable, position=position, template=template_of(position)
    )
    RelaxedRhythmFactory(district=district, position=position, since=stable)

    windows.open_window(now)

    assert not own_forms(position).filter(window=now).exists()


def test_a_form_that_was_set_aside_is_no_turn_of_the_rhythm(district):
    position = filled_position(district)
    stable, now = asked_in(district, -30, 0)
    ChecklistFactory(
        district=district,
        window=stable,
        position=position,
        template=template_of(position),
        withdrawn_at=timezone.now(),
    )
    RelaxedRhythmFactory(district=district, position=position, since=stable)

    assert windows.open_window(now) == 1


# Positions that change hands


@pytest.mark.parametrize("interim", [False, True])
def test_a_new_holder_gets_a_fresh_form_and_that_of_the_old_one_is_set_aside(district, interim):
    position = filled_position(district, school=SchoolFactory(district=district))
    item = ItemFactory(district=district, template=template_of(position))
    window = WindowFactory(district=district)
    windows.open_window(window)
    old = own_forms(position).get()
    RatingFactory(district=district, checklist=old, item=item)
    successor = UserFactory()

    hand_over(position, to=successor, interim=interim)
    made = windows.open_window(window)

    fresh = own_forms(position).get()
    old.refresh_from_db()
    assert made == 1
    assert (fresh.rater, fresh.holder, fresh.told_at) == (successor, successor, None)
    assert old.withdrawn_at is not None
    assert old.ratings.count() == 1
    assert AuditEvent.objects.get(verb="checklist.set_aside").detail["forms"] == 1


def test_a_submitted_form_stays_and_the_new_holder_is_not_asked(district):
    position = filled_position(district)
    window = WindowFactory(district=district)
    windows.open_window(window)
    old = lock(own_forms(position).get())

    hand_over(position, to=UserFactory())

    assert windows.open_window(window) == 0
    assert own_forms(position).get() == old


@pytest.mark.parametrize("is_in", [False, True])
def test_the_observers_form_about_the_old_holder_is_set_aside_with_it(district, is_in):
    position = filled_position(district)
    window = WindowFactory(district=district)
    windows.open_window(window)
    second = observed(own_forms(position).get(), UserFactory())
    if is_in:
        lock(second)

    hand_over(position, to=UserFactory())
    windows.open_window(window)

    second.refresh_from_db()
    assert second.withdrawn_at is not None
    assert Checklist.objects.current().filter(rater_kind=RaterKind.SELF).count() == 1


def test_a_position_left_vacant_loses_its_form_and_gets_none(district):
    position = filled_position(district)
    window = WindowFactory(district=district)
    windows.open_window(window)

    hand_over(position)

    assert windows.open_window(window) == 0
    assert not own_forms(position).exists()


def test_an_interim_holder_who_becomes_permanent_keeps_the_form(district):
    position = filled_position(district)
    window = WindowFactory(district=district)
    windows.open_window(window)
    form = own_forms(position).get()

    hand_over(position, to=form.holder)

    assert windows.open_window(window) == 0
    assert own_forms(position).get() == form


def test_a_holder_who_comes_back_finds_the_answers_given_before(district):
    position = filled_position(district)
    window = WindowFactory(district=district)
    windows.open_window(window)
    form = own_forms(position).get()
    second = observed(form, UserFactory())
    ending = Assignment.objects.filter(position=position)
    ending.update(ends_on=district.today() - DAY)
    windows.open_window(window)

    ending.update(ends_on=None)
    made = windows.open_window(window)

    second.refresh_from_db()
    assert made == 0
    assert own_forms(position).get() == form
    assert second.withdrawn_at is None


def test_a_closed_position_loses_its_form(district):
    position = filled_position(district)
    window = WindowFactory(district=district)
    windows.open_window(window)
    type(position).objects.update(closed_on=district.today())

    windows.open_window(window)

    assert not own_forms(position).exists()


def test_a_position_that_changes_hands_after_the_window_keeps_its_form(district):
    position = filled_position(district)
    window = WindowFactory(district=district, over=True, closed_at=timezone.now())
    form = form_with_items(
        1,
        district=district,
        window=window,
        position=position,
        template=template_of(position),
        holder=position.assignments.get().holder,
    )

    hand_over(position, to=UserFactory())
    turn_windows()

    assert own_forms(position).get() == form


# By the clock of the district


def test_guam_opens_most_of_a_day_before_honolulu():
    day = dt.date(2026, 10, 29)
    guam, honolulu = (
        DistrictFactory(time_zone=zone) for zone in ("Pacific/Guam", "Pacific/Honolulu")
    )
    for district in (guam, honolulu):
        filled_position(district)
        WindowFactory(district=district, opens_on=day, closes_on=day + 14 * DAY)

    opened = {}
    for hour in (13, 15, 33, 35):  # hours after midnight of October 28 in Greenwich
        moment = dt.datetime(2026, 10, 28, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
        with time_machine.travel(moment, tick=False):
            turn_windows()
            opened[hour] = [Checklist.objects.filter(district=d).exists() for d in (guam, honolulu)]

    assert opened == {13: [False, False], 15: [True, False], 33: [True, False], 35: [True, True]}


@pytest.mark.parametrize(
    ("day", "last_minute"),
    [
        (dt.date(2026, 11, 1), dt.datetime(2026, 11, 2, 5, 59, tzinfo=dt.UTC)),  # 25 hours long
        (dt.date(2027, 3, 14), dt.datetime(2027, 3, 15, 4, 59, tzinfo=dt.UTC)),  # 23 hours long
    ],
)
def test_a_last_day_on_which_the_clock_changes_lasts_until_its_own_midnight(day, last_minute):
    district = DistrictFactory(time_zone="America/Chicago")
    with time_machine.travel(last_minute - 5 * DAY, tick=False):
        window = WindowFactory(district=district, opens_on=day - 9 * DAY, closes_on=day)

    for moment, closed in ((last_minute, False), (last_minute + dt.timedelta(minutes=1), True)):
        with time_machine.travel(moment, tick=False):
            turn_windows()
        window.refresh_from_db()
        assert (window.closed_at is not None) is closed


# Cut off, and two at once


def forms_and_double_ones():
    forms = list(Checklist.objects.values_list("window", "position"))
    return len(forms), len(forms) - len(set(forms))


def test_what_a_round_left_out_the_next_one_makes(district):
    seats(district, 5)
    window = WindowFactory(district=district)
    windows.open_window(window)
    gone = Checklist.objects.order_by("pk")[2:]
    Checklist.objects.filter(pk__in=[form.pk for form in gone]).delete()

    assert windows.open_window(window) == 3
    assert forms_and_double_ones() == (5, 0)


@pytest.mark.django_db(transaction=True)
def test_a_round_whose_connection_dies_half_way_leaves_nothing_and_runs_again(monkeypatch):
    district = DistrictFactory()
    positions = seats(district, 6)
    WindowFactory(district=district)
    monkeypatch.setattr(windows, "BATCH", 2)
    last_holder = positions[-1].assignments.get().holder_id
    pids, troubles = [], []

    def opening():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        try:
            windows.open_window(district_window(district))
        except OperationalError as trouble:
            troubles.append(trouble)
        finally:
            connections.close_all()

    # Holding a person's row makes the third batch, which points at it, wait for us.
    with windows.transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM roles_user WHERE id = %s FOR UPDATE", [last_holder])
        thread = threading.Thread(target=opening)
        thread.start()
        until_blocked(pids)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", pids)
    thread.join()

    assert len(troubles) == 1
    assert forms_and_double_ones() == (0, 0)
    assert turn_windows() == 6
    assert forms_and_double_ones() == (6, 0)


def district_window(district):
    window = district_windows(district).get()
    window.district = district
    return window


def district_windows(district):
    return windows.Window.objects.filter(district=district)


def until_blocked(pids):
    """Wait until the other connection waits for a lock of this one."""
    for _ in range(2_000):
        with connection.cursor() as cursor:
            if pids:
                cursor.execute("SELECT pg_blocking_pids(%s)", [pids[0]])
                if cursor.fetchone()[0]:
                    return
            cursor.execute("SELECT pg_sleep(0.01)")
    pytest.fail("The other connection never came to wait.")


@pytest.mark.django_db(transaction=True)
def test_rounds_at_the_same_moment_make_each_form_once():
    district = DistrictFactory()
    seats(district, 20)
    WindowFactory(district=district)
    start, made = threading.Barrier(4), []

    def beat():
        try:
            start.wait()
            made.append(turn_windows())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made) == [0, 0, 0, 20]
    assert forms_and_double_ones() == (20, 0)
    assert AuditEvent.objects.filter(verb="checklist_window.opened").count() == 1


@pytest.mark.parametrize("changed", [False, True])
def test_opening_costs_the_same_queries_for_ten_times_the_positions(district, changed):
    counts = []
    for number in (3, 30):
        positions = seats(district, number)
        window = WindowFactory(district=district, only=[template_of(positions[0]).key])
        if changed:
            windows.open_window(window)
            for position in positions:
                hand_over(position, to=UserFactory())
        with CaptureQueriesContext(connection) as queries:
            assert windows.open_window(window) == number
        counts.append(len(queries))

    assert counts[0] == counts[1]

"""What is computed from the records is kept for as long as it is true, and no longer."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from checklists.models import Checklist
from roles import keeping, prepared
from roles.access import EVERYWHERE, Reach
from roles.capabilities import Capability
from roles.keeping import Keep
from roles.models import Change, District, Position, School
from roles.wall import district_scope
from tests.factories.checklists import ChecklistFactory
from tests.factories.roles import (
    DistrictFactory,
    PositionFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
)

TODAY = dt.date(2026, 10, 29)


def reach_of(district, schools=EVERYWHERE):
    return Reach(UserFactory(), district, Capability.ROLES_VIEW, schools)


def schools(reach, day=TODAY):
    """How many schools there are, and whether that had to be counted."""
    counted = []

    def count():
        counted.append(1)
        return School.objects.filter(district=reach.district).count()

    return Keep.of(reach, day).get("schools", count), bool(counted)


@pytest.mark.django_db
def test_a_value_is_computed_once_for_all_who_reach_the_same():
    district = SchoolFactory().district
    assert schools(reach_of(district)) == (1, True)
    assert schools(reach_of(district)) == (1, False)


@pytest.mark.django_db
def test_a_change_is_seen_in_the_same_moment():
    reach = reach_of(SchoolFactory().district)
    schools(reach)
    SchoolFactory(district=reach.district)
    assert schools(reach) == (2, True)


@pytest.mark.django_db
def test_what_changes_in_another_district_disturbs_nobody():
    reach = reach_of(SchoolFactory().district)
    schools(reach)
    SchoolFactory(district=DistrictFactory())
    assert schools(reach) == (1, False)


@pytest.mark.django_db
def test_another_day_another_reach_and_a_minute_are_computed_anew(monkeypatch):
    school = SchoolFactory()
    reach = reach_of(school.district)
    schools(reach)
    assert schools(reach, TODAY + dt.timedelta(days=1)) == (1, True)
    assert schools(reach_of(school.district, frozenset({school.pk}))) == (1, True)
    monkeypatch.setattr(keeping, "SECONDS", 0.0)
    assert schools(reach) == (1, True)


@pytest.mark.django_db
def test_all_that_a_reach_keeps_is_over_its_minute_at_once(monkeypatch):
    reach = reach_of(SchoolFactory().district)
    schools(reach)
    forms(reach)
    with monkeypatch.context() as over:
        over.setattr(keeping, "SECONDS", 0.0)
        assert schools(reach) == (1, True)
    assert forms(reach) == (0, True)
    assert (schools(reach), forms(reach)) == ((1, False), (0, False))


def forms(reach):
    """How many forms there are, and whether that had to be counted."""
    counted = []

    def count():
        counted.append(1)
        return Checklist.objects.filter(district=reach.district).count()

    return Keep.of(reach, TODAY).get("forms", count), bool(counted)


@pytest.mark.django_db
def test_a_tap_on_a_checklist_disturbs_no_figure_and_submitting_it_does():
    form = ChecklistFactory()
    reach = reach_of(form.district)
    forms(reach)
    Checklist.objects.filter(pk=form.pk).update(saved_at=timezone.now())
    assert forms(reach) == (1, False)
    Checklist.objects.filter(pk=form.pk).update(is_blind=False)
    assert forms(reach) == (1, True)


@pytest.mark.django_db
def test_a_change_of_what_was_not_read_disturbs_nothing():
    form = ChecklistFactory()
    reach = reach_of(form.district)
    kept = schools(reach)[0]
    Checklist.objects.filter(pk=form.pk).update(is_blind=False)
    assert schools(reach) == (kept, False)


@pytest.mark.django_db
def test_of_a_table_noted_in_parts_the_others_disturb_nothing():
    form = ChecklistFactory()
    other = ChecklistFactory(district=form.district)
    reach, counted = reach_of(form.district), []

    def count():
        counted.append(1)
        with keeping.of_parts(Checklist) as only:
            found = Checklist.objects.filter(window=form.window).count()
            only([form.window_id])
        return found

    def asked():
        return Keep.of(reach, TODAY).get("of a window", count), len(counted)

    assert other.window_id != form.window_id
    assert asked() == (1, 1)
    other.delete()
    assert asked() == (1, 1)
    form.delete()
    assert asked() == (0, 2)


@pytest.mark.django_db
def test_the_school_year_counts_as_read_by_all():
    """Pages read it before they ask for a value."""
    year = SchoolYearFactory()
    reach = reach_of(year.district)
    schools(reach)
    year.last_student_day -= dt.timedelta(days=1)
    year.save()
    assert schools(reach)[1]


@pytest.mark.django_db
def test_a_value_made_of_a_kept_value_goes_with_it():
    reach = reach_of(SchoolFactory().district)

    def doubled():
        keep = Keep.of(reach, TODAY)
        return keep.get("doubled", lambda: 2 * schools(reach)[0])

    schools(reach)
    assert doubled() == 2
    SchoolFactory(district=reach.district)
    assert doubled() == 4


@pytest.mark.django_db
def test_what_a_prepared_question_reads_is_noted_too():
    reach = reach_of(SchoolFactory().district)
    found = School.objects.filter(district=reach.district).order_by().values("district")
    question = prepared.of_all(found.values_list(Count("pk")))

    def asked():
        return Keep.of(reach, TODAY).get("asked", lambda: question.ask({}))

    assert asked() == (1,)
    SchoolFactory(district=reach.district)
    assert asked() == (2,)


@pytest.mark.django_db
def test_changes_are_noted_from_behind_the_wall_too():
    position = PositionFactory()
    before = Change.objects.filter(district=position.district).count()
    with district_scope(position.district):
        Position.objects.filter(pk=position.pk).update(opened_on=dt.date(2020, 1, 1))
    assert Change.objects.filter(district=position.district).count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_what_another_transaction_commits_late_is_not_missed():
    """It noted its change before a later one was noted, seen and kept."""
    reach = reach_of(DistrictFactory())
    noted, goes_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            SchoolFactory(district=reach.district, name="Noted early, seen late")
            noted.set()
            goes_on.wait(timeout=20)
        connection.close()

    other = threading.Thread(target=slow)
    other.start()
    assert noted.wait(timeout=20)
    SchoolFactory(district=reach.district, name="Seen at once")
    assert schools(reach) == (1, True)
    goes_on.set()
    other.join(timeout=20)
    assert schools(reach) == (2, True)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_kept_for_others():
    reach = reach_of(DistrictFactory())
    schools(reach)
    with transaction.atomic():
        SchoolFactory(district=reach.district)
        assert schools(reach) == (1, True)
        transaction.set_rollback(True)
    assert schools(reach)[0] == 0


@pytest.mark.django_db
def test_old_changes_go_and_no_state_is_taken_for_an_earlier_one():
    reach = reach_of(SchoolFactory().district)
    changes = Change.objects.filter(district=reach.district)
    changes.update(at=timezone.now() - dt.timedelta(hours=2))
    keeping.remove_old_changes()
    assert sorted(changes.values_list("table", flat=True)) == ["roles_district", "roles_school"]
    schools(reach)
    SchoolFactory(district=reach.district)
    changes.update(at=timezone.now() - dt.timedelta(hours=2))
    keeping.remove_old_changes()
    assert schools(reach) == (2, True)


@pytest.mark.django_db
def test_a_district_can_be_emptied_and_removed():
    district = DistrictFactory()
    SchoolFactory(district=district).delete()
    district.delete()
    assert not District.objects.filter(pk=district.pk).exists()

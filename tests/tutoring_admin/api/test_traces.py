"""What changed since: noted by the database, whoever writes and however."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from roles.models import School, Trace
from roles.tracing import KEPT_FOR, SETTLED, remove_old_traces, told_until
from roles.wall import district_scope
from tests.factories.roles import AssignmentFactory, PositionFactory, SchoolFactory

pytestmark = pytest.mark.django_db


def traces(kind, pk):
    found = Trace.objects.filter(kind=kind, row_pk=pk).order_by("pk")
    return list(found.values_list("gone", flat=True))


def test_a_record_leaves_a_trace_when_it_is_made_changed_and_deleted():
    school = SchoolFactory()
    pk = school.pk
    School.objects.filter(pk=pk).update(name="Changed in bulk")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM roles_school WHERE id = %s", [pk])

    assert traces("schools", pk) == [False, False, True]


def test_a_save_that_changes_nothing_leaves_none():
    school = SchoolFactory()
    school.save()

    assert traces("schools", school.pk) == [False]


def test_behind_the_wall_too():
    school = SchoolFactory()

    with district_scope(school.district):
        School.objects.filter(pk=school.pk).update(name="From behind the wall")

    assert traces("schools", school.pk) == [False, False]


def test_a_new_name_of_a_person_or_a_role_is_a_change_of_what_shows_it():
    assignment = AssignmentFactory()
    person, role = assignment.holder, assignment.position.role

    person.last_name = "Newname"
    person.save()
    person.last_login = timezone.now()
    person.save()
    role.title = "New title"
    role.save()

    assert traces("assignments", assignment.pk) == [False, False]
    assert traces("positions", assignment.position.pk) == [False, False]


def test_old_traces_go_but_for_the_newest_of_each_record_and_late_deletions():
    kept, gone = PositionFactory(), SchoolFactory()
    for title in ("one", "two", "three"):
        kept.role.title = title
        kept.role.save()
    gone_pk = gone.pk
    gone.delete()
    Trace.objects.update(at=timezone.now() - SETTLED - dt.timedelta(minutes=1))
    remove_old_traces()

    assert traces("positions", kept.pk) == [False]
    assert traces("schools", gone_pk) == [True]

    Trace.objects.update(at=timezone.now() - KEPT_FOR - dt.timedelta(minutes=1))
    remove_old_traces()

    assert traces("positions", kept.pk) == [False]
    assert traces("schools", gone_pk) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_told_reaches_back_to_the_oldest_transaction_under_way():
    """A change that is not yet committed bears an earlier time than that of the answer."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT now()")
            began = cursor.fetchone()[0]

        assert told_until() <= began
    finally:
        other.close()

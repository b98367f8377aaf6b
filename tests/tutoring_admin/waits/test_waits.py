"""What waits on a person: the one question to the database against a look at every row."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.models import Checklist
from roles.access import Access
from roles.models import Membership
from roles.waits import sources
from tests.factories.checklists import ActionFactory
from tests.tutoring_admin.waits.slow import Slow
from tests.tutoring_admin.waits.world import TODAY, build
from tutoring_admin.dashboards.waits import CALM, waits_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


def access_of(who, district):
    return Access.from_memberships(who, district, Membership.objects.filter(user=who))


def compared(world):
    """The kinds that somebody of the drawn world has something of, each compared with a look."""
    found = set()
    for who in world.people:
        access = access_of(who, world.district)
        waits, slow = waits_of(access, TODAY), Slow(access, TODAY).all()
        told = {kind: {wait.pk for wait in waits.of(kind)} for kind in sources()}
        assert {kind: told[kind] for kind in slow} == slow
        assert {seat.pk for seat in waits.seats} == Slow(access, TODAY).near
        assert waits.hidden == {}
        counted = sum(len(pks) for kind, pks in slow.items() if kind != "helping")
        assert waits.count == counted
        found |= {kind for kind, pks in slow.items() if pks}
    return found


def test_one_question_finds_what_a_look_at_every_row_finds_of_each_kind():
    found = set()
    for seed in (1, 2, 3, 4, 5):
        with transaction.atomic():  # the look knows of one district only, so each world ends here
            found |= compared(build(seed))
            transaction.set_rollback(True)
    assert found == set(sources())


def asked_at(access):
    waits_of(access, TODAY)  # a new question is put into words for the connection once
    with CaptureQueriesContext(connection) as asked:
        waits_of(access, TODAY)
    return len(asked)


def test_it_is_two_queries_however_much_waits():
    """One more for whoever may agree with another rater on school days alone."""
    world = build(4)
    assert {asked_at(access_of(who, world.district)) for who in world.people} <= {2, 3}
    Checklist.objects.filter(window__label="Long over").update(withdrawn_at=timezone.now())
    assert {asked_at(access_of(who, world.district)) for who in world.people} == {2}


def test_of_one_kind_at_most_twenty_are_fetched_and_all_are_counted():
    world = build(5)
    who = world.people[0]
    ActionFactory.create_batch(30, district=world.district, owner=who, due_on=TODAY)

    waits = waits_of(access_of(who, world.district), TODAY)

    assert len(waits.of("action")) == 20
    slow = Slow(access_of(who, world.district), TODAY).all()
    assert waits.count == sum(len(pks) for kind, pks in slow.items() if kind != "helping")


def test_what_is_late_comes_first_and_what_has_no_day_after_what_is_due_soon():
    world = build(6)
    for who in world.people:
        rows = waits_of(access_of(who, world.district), TODAY).rows
        days = [row.due_on or TODAY + CALM for row in rows]
        assert days == sorted(days)

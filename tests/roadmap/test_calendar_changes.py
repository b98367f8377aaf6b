"""What tells calendars that they may have changed: rows that triggers append; none is missed."""

import datetime as dt
import re
import threading
from http import HTTPStatus

import pytest
from django.db import connection, transaction
from django.urls import reverse

from roadmap import feed_rows
from roadmap.models import Milestone
from roles.capabilities import AccessLevel
from roles.models import CalendarChange, FeedToken
from roles.services import feeds
from roles.wall import district_scope
from tests.factories.checklists import ActionFactory, ChecklistFactory, WindowFactory
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import DistrictFactory, UserFactory, member
from tests.reach import reach

NOW = dt.datetime(2026, 10, 29, 15, 0, tzinfo=dt.UTC)
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')


def noted(district):
    return CalendarChange.objects.filter(district=district).count()


def read(client, token, tag=""):
    headers = {"if-none-match": tag} if tag else {}
    return client.get(reverse("calendar-feed", args=[token]), headers=headers)


def sources_read():
    return sorted(set(TABLE.findall(feed_rows._stamps(of_person=True).sql)))


@pytest.mark.django_db
def test_every_table_that_calendars_read_tells_of_each_kind_of_writing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger"
            " WHERE tgname LIKE 'calendars_hear_of_%' GROUP BY 1 ORDER BY 1"
        )
        found = dict(cursor.fetchall())

    assert found == dict.fromkeys(sources_read(), 3)


@pytest.mark.django_db
def test_a_statement_that_writes_many_rows_says_so_once():
    phase = PhaseFactory()
    district = phase.district
    before = noted(district)

    with district_scope(district):
        Milestone.objects.bulk_create(
            Milestone(
                district=district,
                school_year=phase.school_year,
                phase=phase,
                title=f"Step {n}",
                starts_on=dt.date(2026, 11, 2),
                due_on=dt.date(2026, 11, 5),
            )
            for n in range(300)
        )
        Milestone.objects.update(title="All of them")

    assert noted(district) - before == 2


@pytest.mark.django_db
def test_an_answer_to_a_checklist_says_nothing():
    form = ChecklistFactory()
    before = noted(form.district)

    form.started_at = form.saved_at = dt.datetime.now(dt.UTC)
    form.save()

    assert noted(form.district) == before


OF_FORMS = {
    "it is in": {"submitted_at": NOW, "coverage": 100, "band": "developing"},
    "it is set aside": {"withdrawn_at": NOW},
    "somebody else rates": {"rater": UserFactory},
    "it is what the two agreed on": {"rater_kind": "agreed"},
    "it is of another window": {"window": WindowFactory},
}


@pytest.mark.django_db
@pytest.mark.parametrize("news", OF_FORMS)
def test_what_calendars_ask_of_a_form_is_said(news):
    form = ChecklistFactory()
    for field, value in OF_FORMS[news].items():
        in_district = {"district": form.district} if value is WindowFactory else {}
        setattr(form, field, value(**in_district) if callable(value) else value)
    before = noted(form.district)

    form.save()

    assert noted(form.district) == before + 1


@pytest.mark.django_db
def test_another_district_is_not_told():
    form, elsewhere = ChecklistFactory(), DistrictFactory()
    ActionFactory(district=form.district, owner=form.rater)

    assert (noted(form.district) > 0, noted(elsewhere)) == (True, 0)


@pytest.mark.django_db
def test_only_the_newest_change_of_each_district_is_kept():
    here, there = WindowFactory().district, WindowFactory().district
    newest = {d: CalendarChange.objects.filter(district=d).latest("pk").pk for d in (here, there)}

    feeds.remove_old_changes()

    assert set(CalendarChange.objects.values_list("pk", flat=True)) == set(newest.values())
    assert feeds.remove_old_changes() == 0


@pytest.mark.django_db
def test_an_unchanged_calendar_is_looked_at_again_the_next_day(client, school_day):
    """Who holds a position, and what is still to come, follows from the day."""
    district = DistrictFactory()
    token = feeds.renew(by=reach(district, member(AccessLevel.DISTRICT_LEAD, at=district)))
    tag = read(client, token)["ETag"]
    of_today = FeedToken.objects.get().basis
    school_day.shift(dt.timedelta(days=1))

    answer = read(client, token, tag)

    assert answer.status_code == HTTPStatus.NOT_MODIFIED
    assert FeedToken.objects.get().basis not in ("", of_today)


@pytest.mark.django_db(transaction=True)
def test_who_took_their_number_first_and_commits_last_is_not_missed(client):
    """A slow writer's change bears a lower number than the one the calendar was read at."""
    district = DistrictFactory()
    phase = PhaseFactory(district=district)
    slow, quick = (MilestoneFactory(district=district, phase=phase) for _ in "ab")
    lead = member(AccessLevel.DISTRICT_LEAD, at=district)
    token = feeds.renew(by=reach(district, lead), whole_district=True)
    written, may_commit = threading.Event(), threading.Event()

    def write_slowly():
        try:
            with transaction.atomic():
                Milestone.objects.filter(pk=slow.pk).update(title="Slowly written")
                written.set()
                may_commit.wait(30)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    try:
        assert written.wait(30)
        Milestone.objects.filter(pk=quick.pk).update(title="Quickly written")
        between = read(client, token)
        unchanged = read(client, token, between["ETag"])
    finally:
        may_commit.set()
        writer.join(30)
    afterwards = read(client, token, between["ETag"])

    assert b"Quickly written" in between.content
    assert b"Slowly written" not in between.content
    assert unchanged.status_code == HTTPStatus.NOT_MODIFIED
    assert b"Slowly written" in afterwards.content

"""Notes of visits: written in one form, read by the school's leaders, put right for a day."""

import datetime as dt
from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse

from roadmap.models import SchoolVisit
from roadmap.visit_notices import NextVisits
from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Notice
from roles.services import notices
from tests.factories.roadmap_visits import VisitFactory
from tests.factories.roles import SchoolFactory, SchoolYearFactory, UserFactory, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
SEEN = "Two groups share one table in the library."


@pytest.fixture
def school():
    school = SchoolFactory(name="Lincoln ES")
    SchoolYearFactory(district=school.district)
    return school


@pytest.fixture
def supervisor(client, school):
    user = member(AccessLevel.ADMINISTRATIVE_LEADER, at=school.district)
    client.force_login(user)
    return user


def at(school, name, *args):
    return reverse(f"roadmap:{name}", args=[school.district.slug, *args])


def data(school, **given):
    return {"school": school.pk, "on": "2026-10-29", "seen": SEEN, **given}


@pytest.mark.usefixtures("supervisor")
def test_a_visit_is_noted_with_its_next_step_and_next_day(client, school):
    page = at(school, "visit-add")
    given = data(school, next_step="Find a second table", next_on="2026-11-12")

    for _ in range(2):  # sent twice, it is one
        answer = client.post(page, given, follow=True)

    visit = SchoolVisit.objects.get()
    assert (visit.seen, visit.next_on) == (SEEN, dt.date(2026, 11, 12))
    assert answer.redirect_chain[0][0] == f"{at(school, 'visits')}?school={school.pk}"
    assert [row[0] for row in answer.context["rows"]] == [visit]
    event = AuditEvent.objects.get(verb="visit.noted")
    assert SEEN not in str(event.detail)


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"on": "2026-10-30"}, "on"),
        ({"on": "2024-10-30"}, "on"),
        ({"next_on": "2026-10-29"}, "next_on"),
        ({"next_on": "2062-10-29"}, "next_on"),
        ({"seen": ""}, "seen"),
    ],
)
def test_a_slip_is_told_beside_its_field_and_nothing_typed_is_lost(client, school, given, field):
    answer = client.post(at(school, "visit-add"), data(school, next_step="A table", **given))

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["next_step"].value() == "A table"
    assert not SchoolVisit.objects.exists()


def test_ones_own_note_is_put_right_for_a_day(client, school, supervisor):
    visit = VisitFactory(district=school.district, school=school, by=supervisor, on=TODAY)
    page = at(school, "visit-edit", visit.pk)

    assert client.post(page, data(school, seen="One table")).status_code == HTTPStatus.FOUND
    visit.refresh_from_db()
    assert visit.seen == "One table"
    what = AuditEvent.objects.get(verb="visit.corrected").detail["what"]
    assert what == "what was seen, next step, next visit"

    with time_machine.travel(dt.datetime(2026, 10, 30, 15, 1, tzinfo=dt.UTC), tick=False):
        client.force_login(supervisor)
        answer = client.post(page, data(school, seen="No table"))
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert page not in client.get(at(school, "visits")).content.decode()
    visit.refresh_from_db()
    assert visit.seen == "One table"


@pytest.mark.usefixtures("supervisor")
def test_another_ones_note_is_read_and_not_changed(client, school):
    visit = VisitFactory(district=school.district, school=school)

    assert client.get(at(school, "visit-edit", visit.pk)).status_code == HTTPStatus.FORBIDDEN
    assert visit.seen in client.get(at(school, "visits")).content.decode()


def test_a_schools_leader_reads_notes_of_that_school_only(client, school):
    other = VisitFactory(district=school.district)
    mine = VisitFactory(district=school.district, school=school)
    client.force_login(member(AccessLevel.SITE_LEADER, at=school))

    answer = client.get(at(school, "visits"))

    assert [row[0] for row in answer.context["rows"]] == [mine]
    assert other.school not in answer.context["schools"]


def test_the_visitor_is_told_of_the_next_visit_until_another_one_is_noted(client, school):
    who = member(AccessLevel.EXECUTIVE, at=school.district)
    VisitFactory(district=school.district, school=school, by=who, next_on=dt.date(2026, 10, 30))
    VisitFactory(district=school.district, by=UserFactory(), next_on=dt.date(2027, 5, 1))
    notices.owe(school.district, TODAY)
    (notice,) = Notice.objects.waiting()
    assert notice.reader == who
    assert NextVisits().still(school.district, [notice.subject])

    client.force_login(who)
    client.post(at(school, "visit-add"), data(school))

    assert not Notice.objects.waiting().exists()
    assert not NextVisits().still(school.district, [notice.subject])


@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.usefixtures("supervisor")
def test_the_list_asks_as_many_questions_for_many_as_for_one(
    client, school, many, django_assert_max_num_queries
):
    for _ in range(many):
        VisitFactory(district=school.district)

    with django_assert_max_num_queries(19):
        client.get(at(school, "visits"))

"""The supervisor's home: my schools in a row each, second ratings, notes of visits."""

import datetime as dt
import re
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone

from roles import keeping
from roles.capabilities import AccessLevel
from tests.factories.checklists import ChecklistFactory, ItemFactory, WindowFactory
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roadmap_visits import VisitFactory
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]
TODAY = dt.date(2026, 10, 29)
COUNTED = re.compile(r'href="([^"]+)" data-count="(\d+)"')
ROWS = re.compile(r'data-rows="(\d+)"')
KEPT = 19  # three of its own; the rest is what every page asks


@pytest.fixture
def year():
    return SchoolYearFactory()


@pytest.fixture
def roles(year):
    """A principal reports to the supervisor, a site lead to the principal."""
    supervisor = RoleFactory(district=year.district, key="INSTR_SUPERVISOR", order=1)
    principal = RoleFactory(
        district=year.district, level="site", reports_to=supervisor, title="Principal", order=2
    )
    return supervisor, principal


@pytest.fixture
def supervisor(client, year, roles):
    user = member(AccessLevel.ADMINISTRATIVE_LEADER, at=year.district)
    seat = PositionFactory(district=year.district, role=roles[0])
    AssignmentFactory(district=year.district, position=seat, holder=user)
    client.force_login(user)
    return user


def school_with(year, role, name, window=None, *, filled=True):
    """A school with a principal's seat, a vacant one beside it, and a form if somebody holds it."""
    school = SchoolFactory(district=year.district, name=name)
    seat = PositionFactory(district=year.district, role=role, school=school)
    PositionFactory(district=year.district, role=role, school=school, seat=2)
    if filled:
        holder = UserFactory()
        AssignmentFactory(district=year.district, position=seat, holder=holder)
        if window:
            ChecklistFactory(
                district=year.district, window=window, position=seat, school=school,
                holder=holder, rater=holder,
            )  # fmt: skip
    return school


def late(year, school):
    return MilestoneFactory(
        district=year.district, phase__district=year.district, phase__school_year=year,
        school=school, due_on=dt.date(2026, 10, 20),
    )  # fmt: skip


def at(year, name, *args):
    return reverse(name, args=[year.district.slug, *args])


def home_of(client, year):
    return client.get(at(year, "dashboards:today")).context["home"]


@pytest.mark.usefixtures("supervisor")
def test_a_school_stands_in_one_row_with_its_figures(client, year, roles):
    window = WindowFactory(district=year.district, school_year=year)
    school = school_with(year, roles[1], "Lincoln ES", window)
    late(year, school)
    VisitFactory(district=year.district, school=school, on=dt.date(2026, 10, 5), next_on=None)
    VisitFactory(district=year.district, school=school, on=TODAY, next_on=dt.date(2026, 11, 9))

    home = home_of(client, year)

    (row,) = home.rows
    assert home.window.label == window.label
    assert (row.filled, row.seats, row.submitted, row.expected, row.late) == (1, 2, 0, 1, 1)
    assert (row.last_on, row.next_on) == (TODAY, dt.date(2026, 11, 9))


@pytest.mark.usefixtures("supervisor")
def test_my_schools_are_those_whose_leaders_report_to_me_else_all(client, year, roles):
    mine = school_with(year, roles[1], "Lincoln ES")
    other = SchoolFactory(district=year.district, name="Summit MS")
    assert [row.name for row in home_of(client, year).rows] == [mine.name]

    roles[1].reports_to = None
    roles[1].save()

    assert {row.name for row in home_of(client, year).rows} == {mine.name, other.name}


@pytest.mark.usefixtures("supervisor")
def test_schools_that_ask_for_attention_come_first(client, year, roles):
    for name in ("Adams ES", "Lincoln ES", "Summit MS"):
        school = school_with(year, roles[1], name)
        VisitFactory(district=year.district, school=school, on=TODAY, next_on=None)
        if name == "Summit MS":
            late(year, school)

    home = home_of(client, year)

    assert [row.name for row in home.rows] == ["Summit MS", "Adams ES", "Lincoln ES"]
    assert home.calling == 1


@pytest.mark.usefixtures("supervisor")
def test_every_number_leads_to_the_rows_it_counts(client, year, roles):
    window = WindowFactory(district=year.district, school_year=year)
    for name in ("Lincoln ES", "New Lincoln ES", "Summit MS"):
        school = school_with(year, roles[1], name, window)
        for _ in range(2):
            late(year, school)
    page = client.get(at(year, "dashboards:today")).content.decode()

    counted = COUNTED.findall(page)

    assert len(counted) >= 3 * 4
    for address, number in counted:
        answer = client.get(address.replace("&amp;", "&"))
        assert ROWS.search(answer.content.decode())[1] == number, address


def test_second_ratings_due_are_named(client, year, roles, supervisor):
    window = WindowFactory(district=year.district, school_year=year)
    school = school_with(year, roles[1], "Lincoln ES", window)
    seat = school.positions.get(seat=1)
    form = ChecklistFactory(
        district=year.district, window=window, position=seat, school=school,
        rater_kind="observer", rater=supervisor, holder=seat.assignments.get().holder,
    )  # fmt: skip

    ItemFactory(district=year.district, template=form.template)

    home = home_of(client, year)

    assert home.second_ratings == 1
    assert home.observed[0].pk == form.pk
    assert client.get(home.observed[0].url).status_code == HTTPStatus.OK


def test_ones_own_last_notes_are_on_the_home(client, year, roles, supervisor):
    school = school_with(year, roles[1], "Lincoln ES")
    mine = VisitFactory(district=year.district, school=school, by=supervisor)
    VisitFactory(district=year.district, school=school, made_at=timezone.now())

    assert home_of(client, year).notes == [mine]


@pytest.mark.usefixtures("supervisor")
def test_all_schools_are_in_pages_found_by_name(client, year, roles):
    for n in range(52):
        SchoolFactory(district=year.district, name=f"School {n:02}")

    first = client.get(at(year, "dashboards:my-schools"))
    found = client.get(at(year, "dashboards:my-schools"), {"q": "school 07"})

    assert len(first.context["page"]) == 50
    assert [row.name for row in found.context["page"]] == ["School 07"]


@pytest.mark.parametrize("many", [1, 5])
@pytest.mark.usefixtures("supervisor")
def test_the_home_asks_as_many_questions_for_many_as_for_one(
    client, year, roles, many, django_assert_num_queries
):
    window = WindowFactory(district=year.district, school_year=year)
    for n in range(many):
        school = school_with(year, roles[1], f"School {n}", window)
        late(year, school)
        VisitFactory(district=year.district, school=school)
    home = at(year, "dashboards:today")
    client.get(home)

    with django_assert_num_queries(KEPT):
        client.get(home)
    keeping.forget()
    with django_assert_num_queries(KEPT + 5):
        client.get(home)

"""The coverage page: what is filled, where the gaps are, and who may act on them."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Assignment, AuditEvent, NotNeeded, Position
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    NotNeededFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    SchoolYearFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(school_day):
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    return district


@pytest.fixture
def lead(district):
    return member(AccessLevel.DISTRICT_LEAD, at=district)


@pytest.fixture
def site_lead(district):
    return RoleFactory(district=district, title="Site Lead", level="site")


def url(name, district, **kwargs):
    return reverse(f"roles:{name}", kwargs={"district": district.slug, **kwargs})


def shown(client, who, district, **asked):
    client.force_login(who)
    return client.get(url("coverage", district), asked)


def gaps(answer):
    return [(str(gap.role), gap.place, gap.state) for gap in answer.context["gaps"]]


def states(answer):
    return {row.school.name: [cell.state for cell in row.cells] for row in answer.context["rows"]}


def at(school, role, **fields):
    return PositionFactory(district=school.district, school=school, role=role, **fields)


def test_the_longest_vacant_comes_first_then_what_has_no_position(
    client, district, lead, site_lead
):
    old, new, none = [SchoolFactory(district=district, name=name) for name in ("A", "B", "C")]
    at(new, site_lead, opened_on=dt.date(2026, 10, 1))
    left = at(old, site_lead)
    AssignmentFactory(district=district, position=left, ends_on=dt.date(2026, 9, 2))

    answer = shown(client, lead, district)

    assert gaps(answer) == [
        ("Site Lead", "A", "vacant"),
        ("Site Lead", "B", "vacant"),
        ("Site Lead", "C", "missing"),
    ]
    assert "since Sep 3, 2026" in answer.content.decode()
    assert none.name in states(answer)


def test_a_successor_who_is_settled_is_told(client, district, lead, site_lead):
    position = at(SchoolFactory(district=district), site_lead)
    AssignmentFactory(district=district, position=position, starts_on=dt.date(2026, 11, 9))
    assert "Someone starts on Nov 9" in shown(client, lead, district).content.decode()


def test_a_cell_tells_the_worst_of_its_seats(client, district, lead, site_lead):
    names = ("All held", "For now", "One empty", "Spared", "Nothing")
    schools = [SchoolFactory(district=district, name=name) for name in names]
    for school in schools[:3]:
        AssignmentFactory(
            district=district, position=at(school, site_lead), interim=school.name == "For now"
        )
    at(schools[2], site_lead, seat=2)
    NotNeededFactory(district=district, role=site_lead, school=schools[3], reason="Too small.")

    answer = shown(client, lead, district)

    assert states(answer) == {
        "All held": ["filled"],
        "For now": ["interim"],
        "Nothing": ["missing"],
        "One empty": ["vacant"],
        "Spared": ["not_needed"],
    }
    assert "Too small." in answer.content.decode()
    assert [place for _, place, _ in gaps(answer)] == ["One empty", "Nothing"]


def test_roles_the_approach_does_not_ask_for_are_no_gap(client, district, lead, site_lead):
    RoleFactory(district=district, title="Provider", level="site", approaches=["build_own"])
    SchoolFactory(district=district)
    assert [str(head.role) for head in shown(client, lead, district).context["heads"]] == [
        "Site Lead"
    ]


def test_a_coaching_role_under_the_central_office_is_not_asked_of_schools(client, district, lead):
    program = RoleFactory(district=district, level="administrative")
    chief = RoleFactory(district=district, level="coaching", reports_to=program, title="Chief")
    RoleFactory(district=district, level="coaching", reports_to=chief, title="Coach")
    SchoolFactory(district=district, name="A")
    AssignmentFactory(district=district, position=PositionFactory(district=district, role=program))

    answer = shown(client, lead, district)

    assert [str(head.role) for head in answer.context["heads"]] == ["Coach"]
    assert gaps(answer) == [
        ("Chief", "central office", "missing"),
        ("Coach", "A", "missing"),
    ]


def test_closed_positions_are_not_there(client, district, lead, site_lead):
    at(SchoolFactory(district=district, name="A"), site_lead, closed_on=dt.date(2026, 10, 1))
    assert gaps(shown(client, lead, district)) == [("Site Lead", "A", "missing")]


@pytest.mark.parametrize(
    ("asked", "schools", "found"),
    [
        ({"q": "oak"}, ["Oak"], 1),
        ({"state": "filled"}, ["Elm"], 0),
        ({"state": "missing"}, ["Oak"], 1),
        ({"state": "not_needed"}, [], 0),
        ({"state": "nonsense"}, ["Elm", "Oak"], 1),
    ],
)
def test_the_page_is_narrowed_by_school_and_state(
    client, district, lead, site_lead, asked, schools, found
):
    elm = SchoolFactory(district=district, name="Elm")
    SchoolFactory(district=district, name="Oak")
    AssignmentFactory(district=district, position=at(elm, site_lead))

    answer = shown(client, lead, district, **asked)

    assert list(states(answer)) == schools
    assert len(gaps(answer)) == found


def test_the_page_is_narrowed_to_one_role(client, district, lead, site_lead):
    other = RoleFactory(district=district, level="site")
    SchoolFactory(district=district)
    answer = shown(client, lead, district, role=other.pk)
    assert [head.role for head in answer.context["heads"]] == [other]
    assert {role for role, _, _ in gaps(answer)} == {str(other)}


def test_many_schools_come_in_pages_of_twenty_five(client, district, lead, site_lead):
    for _ in range(30):
        SchoolFactory(district=district)
    first, second = (shown(client, lead, district, page=n) for n in (1, 2))
    assert (len(states(first)), len(states(second))) == (25, 5)
    assert first.context["missing"] == 30


def test_a_principal_sees_the_own_school_only_and_cannot_act(client, district, site_lead):
    mine = SchoolFactory(district=district, name="Mine")
    other = SchoolFactory(district=district, name="Other")
    theirs = at(other, site_lead)
    at(mine, site_lead)
    principal = member(AccessLevel.SITE_LEADER, at=mine)

    answer = shown(client, principal, district)

    assert list(states(answer)) == ["Mine"]
    assert gaps(answer) == [("Site Lead", "Mine", "vacant")]
    page = answer.content.decode()
    assert "Other" not in page
    assert "Mark not needed" not in page
    assert "Add positions" not in page
    spare = url("not-needed", district, pk=site_lead.pk, school_pk=mine.pk)
    assert client.post(spare, {"reason": "x"}).status_code == HTTPStatus.FORBIDDEN
    assert client.get(url("position", district, pk=theirs.pk)).status_code == HTTPStatus.NOT_FOUND


def test_a_role_someone_holds_cannot_be_marked_as_not_needed(client, district, lead, site_lead):
    school = SchoolFactory(district=district)
    held = AssignmentFactory(district=district, position=at(school, site_lead))
    client.force_login(lead)

    answer = client.post(
        url("not-needed", district, pk=site_lead.pk, school_pk=school.pk), {"reason": "Small."}
    )

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert str(held.holder) in answer.content.decode()
    assert not NotNeeded.objects.exists()


def test_a_mark_without_a_reason_is_refused(client, district, lead, site_lead):
    school = SchoolFactory(district=district)
    client.force_login(lead)
    address = url("not-needed", district, pk=site_lead.pk, school_pk=school.pk)
    assert client.post(address, {"reason": "  "}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_not_needed_is_taken_back(client, district, lead, site_lead):
    school = SchoolFactory(district=district, name="A")
    row = NotNeededFactory(district=district, role=site_lead, school=school)
    client.force_login(lead)

    client.post(url("needed", district, pk=row.pk))

    assert gaps(shown(client, lead, district)) == [("Site Lead", "A", "missing")]


def test_a_project_manager_fills_the_gaps_of_a_role(client, district, lead, site_lead):
    """One errand: add the role at all schools, spare one, assign someone to another."""
    big, small = (SchoolFactory(district=district, name=name) for name in ("Big", "Small"))
    person = member(
        AccessLevel.AUDITOR, at=district, user=UserFactory(first_name="Lu", last_name="Ferro")
    )
    client.force_login(lead)
    add = url("position-add", district)

    answer = client.post(
        add, {"role": site_lead.pk, "where": "all", "opened_on": "2026-10-29"}, follow=True
    )
    assert "Site Lead: 2 new positions." in answer.content.decode()
    client.post(
        url("not-needed", district, pk=site_lead.pk, school_pk=small.pk),
        {"reason": "Served from Big."},
    )
    position = Position.objects.get(school=big)
    client.post(
        url("assign", district, pk=position.pk),
        {"holder": person.pk, "starts_on": "2026-10-29"},
    )

    answer = client.get(url("coverage", district))
    assert gaps(answer) == []
    assert states(answer) == {"Big": ["filled"], "Small": ["not_needed"]}
    assert "Lu Ferro" in answer.content.decode()
    assert "Every role is filled where it is needed." in answer.content.decode()
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == [
        "position.opened_at_schools",
        "position.not_needed",
        "assignment.started",
    ]


def test_one_missing_position_is_added_on_the_way_to_assigning(client, district, lead, site_lead):
    school = SchoolFactory(district=district)
    client.force_login(lead)
    form = client.get(
        url("position-add", district), {"role": site_lead.pk, "school": school.pk}
    ).context["form"]
    assert form["where"].initial == "chosen"

    answer = client.post(
        url("position-add", district),
        {
            "role": site_lead.pk,
            "where": "chosen",
            "schools": [school.pk],
            "opened_on": "2026-10-29",
            "assign": "yes",
        },
    )

    assert answer.url == url("assign", district, pk=Position.objects.get().pk)


def test_positions_are_not_added_at_no_school_or_in_no_department(
    client, district, lead, site_lead
):
    client.force_login(lead)
    typed = {"role": site_lead.pk, "opened_on": "2026-10-29"}
    for where, field in (("chosen", "schools"), ("department", "department")):
        answer = client.post(url("position-add", district), {**typed, "where": where})
        assert list(answer.context["form"].errors) == [field]


def peopled(district, schools):
    roles = [RoleFactory(district=district, level="site") for _ in range(3)]
    for n in range(schools):
        school = SchoolFactory(district=district)
        for role in roles[:2]:
            position = at(school, role)
            if n % 3:
                AssignmentFactory(district=district, position=position)
    return roles[0]


def queries(client, name, schools):
    """What a page costs beyond the frame that every page of a district has."""
    district = DistrictFactory()
    SchoolYearFactory(district=district)
    role = peopled(district, schools)
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    client.get(url("people-levels", district))

    def cost(address):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == HTTPStatus.OK
        return len(asked)

    page = url(name, district, **({"pk": role.pk} if name == "role" else {}))
    return cost(page) - cost(url("people-levels", district))


@pytest.mark.parametrize("name", ["coverage", "chart", "role"])
def test_a_page_costs_at_most_eight_queries_however_many_schools(client, school_day, name):
    few = queries(client, name, 3)
    assert few <= 8
    assert queries(client, name, 30) == few


def test_a_position_held_by_someone_of_the_past_is_vacant(client, district, lead, site_lead):
    position = at(SchoolFactory(district=district), site_lead)
    AssignmentFactory(district=district, position=position, ends_on=dt.date(2026, 10, 28))
    assert Assignment.objects.count() == 1
    assert [state for _, _, state in gaps(shown(client, lead, district))] == ["vacant"]

"""The list of positions by how they stand: what figures about roles count, and lead to."""

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Acknowledgement
from roles.reports.seats import Stand, stands_by_role
from tests.factories.roles import (
    AssignmentFactory,
    JobDescriptionFactory,
    PositionFactory,
    RoleFactory,
    SchoolFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


@pytest.fixture
def school():
    """One role with a text and a position in each of three ways, and one role without a text."""
    school = SchoolFactory()
    district = school.district
    coach, lead = (RoleFactory(district=district, title=title) for title in ("Coach", "Lead"))
    job = JobDescriptionFactory(district=district, role=coach)
    version = VersionFactory(district=district, job_description=job, published=True)
    seats = [
        PositionFactory(district=district, school=school, role=coach, seat=n) for n in (1, 2, 3)
    ]
    read, _ = (AssignmentFactory(district=district, position=seat) for seat in seats[:2])
    Acknowledgement.objects.create(district=district, version=version, assignment=read)
    alone = PositionFactory(district=district, school=school, role=lead)
    AssignmentFactory(district=district, position=alone)
    return school


def test_each_position_is_counted_once_by_how_it_stands(school):
    found = stands_by_role(reach(school.district), school.district.today())

    counts = {each.title: dict(each.counts) for each in found}
    assert counts == {
        "Coach": {Stand.ORDER: 1, Stand.UNREAD: 1, Stand.VACANT: 1},
        "Lead": {Stand.UNWRITTEN: 1},
    }


@pytest.mark.parametrize(
    ("query", "number"),
    [({}, 4), ({"stand": "vacant"}, 1), ({"stand": "unwritten"}, 1), ({"stand": "order"}, 1)],
)
def test_the_list_shows_the_positions_it_is_asked_for(client, school, query, number):
    client.force_login(member(AccessLevel.EXECUTIVE, at=school.district))

    page = client.get(reverse("roles:seats", args=[school.district.slug]), query)

    assert page.context["page"].paginator.count == len(page.context["rows"]) == number
    assert f'data-rows="{number}"' in page.content.decode()


def test_the_list_of_one_role(client, school):
    client.force_login(member(AccessLevel.EXECUTIVE, at=school.district))
    (coach, _) = stands_by_role(reach(school.district), school.district.today())

    page = client.get(reverse("roles:seats", args=[school.district.slug]), {"role": coach.role})

    assert {row.role_title for row in page.context["rows"]} == {"Coach"}

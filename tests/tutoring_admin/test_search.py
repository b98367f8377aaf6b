"""The search box finds what its user may open, and nothing else."""

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from tests.factories.roadmap import MilestoneFactory, PhaseFactory
from tests.factories.roles import (
    AssignmentFactory,
    PositionFactory,
    SchoolFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return SchoolFactory(name="Cedar Elementary")


def found(client, school, words):
    address = reverse("dashboards:search", args=[school.district.slug])
    answer = client.get(address, {"q": words})
    return {hit.title for group in answer.context["groups"] for hit in group.hits}


def leader_at(place, name):
    position = PositionFactory(district=place.district, school=place)
    AssignmentFactory(
        district=place.district, position=position, holder=UserFactory(last_name=name)
    )


def test_people_milestones_and_schools_are_found_within_ones_own_school(client, school):
    away = SchoolFactory(district=school.district, name="Cedar Middle")
    elsewhere = SchoolFactory(name="Cedar High")
    phases = {d: PhaseFactory(district=d) for d in (school.district, elsewhere.district)}
    for place, name in ((school, "Cedarberg"), (away, "Cedarwood"), (elsewhere, "Cedarson")):
        leader_at(place, name)
        MilestoneFactory(
            district=place.district,
            phase=phases[place.district],
            school=place,
            title=f"Plan of {name}",
        )
    client.force_login(member(AccessLevel.SITE_LEADER, at=school))

    assert found(client, school, "cedar") == {
        "Cedar Elementary",
        "Pat Cedarberg",
        "Plan of Cedarberg",
    }


def test_a_level_that_sees_no_self_assessment_finds_none_of_it(client, school):
    client.force_login(member(AccessLevel.COACH, at=school))

    assert found(client, school, "6b.1") == set()


@pytest.mark.parametrize("words", ["", "a", "\x00\x00", "%%", "x" * 5000, "a b " * 40])
def test_odd_words_find_nothing_and_break_nothing(client, school, words):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=school.district))

    assert found(client, school, words) == set()

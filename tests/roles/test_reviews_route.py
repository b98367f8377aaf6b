"""Setting the road that job descriptions go before they are in force."""

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Approval, Assignment, AuditEvent, RouteStep
from roles.services import route
from roles.services.refusal import Refused
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    PositionFactory,
    RoleFactory,
    RouteStepFactory,
    member,
)
from tests.reach import reach
from tests.roles.reviewing import a_road

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def by(district):
    return reach(district)


def titles(district):
    return [step.role.title for step in RouteStep.objects.filter(district=district)]


def steps(district, *names):
    return [
        RouteStepFactory(
            district=district, role=RoleFactory(district=district, title=name), order=order
        )
        for order, name in enumerate(names, 1)
    ]


def test_a_role_is_added_last_and_once(district, by):
    steps(district, "HR")
    lead = RoleFactory(district=district, title="Lead")

    route.add_step(lead, by=by)
    with pytest.raises(Refused, match="already"):
        route.add_step(lead, by=by)

    assert titles(district) == ["HR", "Lead"]
    assert AuditEvent.objects.get().verb == "route.step_added"


def test_a_route_has_an_end(district, by):
    steps(district, *"ABCDEFGHI")

    with pytest.raises(Refused, match="at most"):
        route.add_step(RoleFactory(district=district), by=by)


def test_stops_change_places_and_stay_where_they_are_at_the_ends(district, by):
    first, second, _ = steps(district, "A", "B", "C")

    assert route.move_step(second, up=True, by=by)
    assert titles(district) == ["B", "A", "C"]
    assert not route.move_step(second, up=True, by=by)
    assert route.move_step(first, up=False, by=by)
    assert titles(district) == ["B", "C", "A"]
    assert not route.move_step(first, up=False, by=by)


def test_a_stop_is_removed_and_the_others_close_up(district, by):
    _, second, _ = steps(district, "A", "B", "C")

    route.remove_step(second, by=by)

    assert list(RouteStep.objects.values_list("role__title", "order")) == [("A", 1), ("C", 2)]


def test_a_change_of_the_route_leaves_running_reviews_their_stops(by):
    road = a_road()
    road.send()

    route.remove_step(RouteStep.objects.get(role=road.lead_role), by=road.by(road.author))

    roles = Approval.objects.filter(review__version=road.draft).values_list("role", flat=True)
    assert list(roles) == [road.hr_role.pk, road.lead_role.pk]


def page(client, district, who=None):
    client.force_login(who or member(AccessLevel.DISTRICT_LEAD, at=district))
    return client.get(reverse("roles:route", args=[district.slug]))


def test_the_page_says_the_route_in_plain_words_with_those_who_sit_there(client):
    road = a_road()

    text = " ".join(page(client, road.district).content.decode().split())

    assert f"Human Resources Partner ({road.hr})" in text
    assert "then published." in text


def test_a_stop_that_nobody_holds_is_warned_of(client):
    road = a_road()
    Assignment.objects.filter(holder=road.hr).delete()

    text = page(client, road.district).content.decode()

    assert "Nobody holds this role today" in text


def test_a_holder_without_the_right_to_approve_is_warned_of(client):
    road = a_road()
    coach = member(AccessLevel.AUDITOR, at=road.district)
    role = RoleFactory(district=road.district)
    position = PositionFactory(district=road.district, role=role)
    AssignmentFactory(district=road.district, position=position, holder=coach)
    RouteStepFactory(district=road.district, role=role, order=3)

    stops = page(client, road.district).context["stops"]

    assert [list(stop.barred) for stop in stops] == [[], [], [coach]]


def test_a_lead_sets_a_route_with_the_buttons_of_the_page(client, district):
    hr, lead = (RoleFactory(district=district, title=name) for name in ("HR", "Lead"))
    page(client, district)
    add = reverse("roles:route-add", args=[district.slug])
    for role in (lead, hr):
        client.post(add, {"role": role.pk})
    step = RouteStep.objects.get(role=hr)
    client.post(reverse("roles:route-move", args=[district.slug, step.pk]), {"up": "1"})

    assert titles(district) == ["HR", "Lead"]
    client.post(reverse("roles:route-remove", args=[district.slug, step.pk]))
    assert titles(district) == ["Lead"]


@pytest.mark.parametrize("role", ["", "x", "0"])
def test_a_role_that_is_none_is_refused_on_the_page(client, district, role):
    page(client, district)

    answer = client.post(reverse("roles:route-add", args=[district.slug]), {"role": role})

    assert answer.status_code == 422
    assert not RouteStep.objects.exists()


def test_a_role_of_another_district_is_refused(client, district):
    page(client, district)
    foreign = RoleFactory()

    answer = client.post(reverse("roles:route-add", args=[district.slug]), {"role": foreign.pk})

    assert answer.status_code == 422
    assert not RouteStep.objects.exists()

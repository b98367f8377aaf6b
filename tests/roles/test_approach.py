"""Changing how a district gets its tutoring."""

import datetime as dt

import pytest
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import Approach, AuditEvent, Involvement, LeadershipRole
from roles.reports import approach as report
from roles.services import approach as service
from roles.services import drafts, library
from roles.services.refusal import Stale
from tests.factories.roles import (
    AssignmentFactory,
    DistrictFactory,
    JobDescriptionFactory,
    PositionFactory,
    SchoolFactory,
    VersionFactory,
    member,
)
from tests.reach import reach

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 29)
PARTNER, OWN = Approach.PARTNER_PROVIDER, Approach.BUILD_OWN


@pytest.fixture
def district():
    district = DistrictFactory(approach=PARTNER)
    library.adopt(district)
    return district


@pytest.fixture
def by(district):
    return reach(district)


@pytest.fixture
def manager(district):
    """The one role that building one's own does not need, held and described."""
    role = LeadershipRole.objects.get(district=district, key="PROVIDER_MANAGER")
    AssignmentFactory(district=district, position=PositionFactory(district=district, role=role))
    job = JobDescriptionFactory(district=district, role=role)
    VersionFactory(
        district=district,
        job_description=job,
        published=True,
        program=drafts.first_text(role)["program"],
    )
    return role


@pytest.fixture
def lead(client, district):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=district))
    return client


def everything(district):
    """All that may not be lost, as plain rows."""
    return (
        list(LeadershipRole.objects.filter(district=district).order_by("pk").values()),
        list(Involvement.objects.filter(district=district).order_by("pk").values()),
    )


def test_a_role_the_new_approach_does_not_propose_is_shown_with_what_hangs_on_it(manager, by):
    (goes,) = report.diff(by, OWN, DAY).goes

    assert (goes.role, goes.positions, goes.holders, goes.description) == (
        manager,
        1,
        1,
        "published",
    )


def test_a_role_that_only_the_new_approach_needs_is_said_to_come(district, by):
    district.approach = OWN
    district.save()
    LeadershipRole.objects.get(district=district, key="PROVIDER_MANAGER").delete()

    (comes,) = report.diff(reach(district), PARTNER, DAY).comes

    assert (comes.title, comes.role) == ("Provider Relationship Manager", None)


def test_leads_that_change_are_told_by_area(by):
    leads = {each.area: (each.before, each.after) for each in report.diff(by, OWN, DAY).leads}

    assert leads["Recruiting tutors"] == ("Tutoring provider", "Human Resources Partner")
    assert "Schedule and space" not in leads


def test_job_descriptions_that_name_the_old_approach_are_listed(manager, by):
    (stale,) = report.diff(by, OWN, DAY).stale

    assert stale.job_description.role == manager


def test_what_would_change_costs_the_same_queries_however_much_there_is(
    district, by, manager, django_assert_max_num_queries
):
    school = SchoolFactory(district=district)
    for role in LeadershipRole.objects.filter(district=district):
        position = PositionFactory(district=district, role=role, school=school)
        AssignmentFactory(district=district, position=position)

    with django_assert_max_num_queries(20):
        report.diff(by, OWN, DAY)


def test_changing_and_going_back_loses_nothing(district, by, manager):
    before = everything(district)

    service.change_approach(OWN, seen=PARTNER, by=by)
    district.refresh_from_db()
    assert district.approach == OWN
    service.change_approach(PARTNER, seen=OWN, by=by)

    assert everything(district) == before
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["approach.changed"] * 2


def test_roles_that_the_new_approach_alone_needs_come_from_the_library(district):
    district.approach = OWN
    district.save()
    LeadershipRole.objects.filter(
        district=district, key__in=["PROVIDER_MANAGER", "TEACHER_LIAISON"]
    ).delete()

    came = service.change_approach(PARTNER, seen=OWN, by=reach(district))

    keys = LeadershipRole.objects.filter(district=district).values_list("key", flat=True)
    assert came == 1
    assert "PROVIDER_MANAGER" in keys
    assert "TEACHER_LIAISON" not in keys


def test_a_change_from_an_approach_that_is_no_longer_the_districts_is_refused(district, by):
    with pytest.raises(Stale):
        service.change_approach(OWN, seen=Approach.LEVERAGE_PROVIDER, by=by)

    district.refresh_from_db()
    assert district.approach == PARTNER


def test_changing_to_the_same_approach_leaves_no_trace(by):
    assert service.change_approach(PARTNER, seen=PARTNER, by=by) == 0
    assert AuditEvent.objects.count() == 0


def test_the_page_shows_the_difference_before_anything_changes(lead, district, manager):
    address = reverse("roles:approach", args=[district.slug])

    page = lead.get(address, {"to": OWN}).content.decode()

    assert "Provider Relationship Manager" in page
    district.refresh_from_db()
    assert district.approach == PARTNER


def test_after_the_change_the_role_stands_in_a_group_of_its_own(lead, district, manager):
    lead.post(reverse("roles:approach", args=[district.slug]), {"to": OWN, "seen": PARTNER})

    page = lead.get(reverse("roles:index", args=[district.slug]))

    assert [row.role for row in page.context["outside"]] == [manager]
    assert "Not part of this approach" in page.content.decode()


@pytest.mark.parametrize("to", ["", "magic"])
def test_an_approach_that_is_none_changes_nothing(lead, district, to):
    answer = lead.post(reverse("roles:approach", args=[district.slug]), {"to": to})

    assert answer.status_code == 422
    district.refresh_from_db()
    assert district.approach == PARTNER

"""The demo's endpoint with its log, and the visit of support that is over."""

import pytest
from django.urls import reverse

from roles.models import OwedStatus, SupportVisit, User, WebhookDelivery, WebhookEndpoint
from tests.factories.roadmap import MilestoneFactory
from tutoring_admin.demo import roles, systems_told

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = roles.found("maple-valley", "a-password-hash")
    for _ in systems_told.LOG:
        MilestoneFactory(
            district=world.district,
            phase__district=world.district,
            phase__school_year=world.year,
            done=True,
        )
    systems_told.build(world)
    return world


def test_the_endpoint_is_off_and_its_log_says_why(client, world):
    endpoint = WebhookEndpoint.objects.get()
    client.force_login(User.objects.get(email="pm@maple-valley.example"))

    page = client.get(reverse("systems:webhook", args=[world.district.slug, endpoint.pk]))

    assert "Warehouse is being moved" in page.content.decode()
    assert WebhookDelivery.objects.count() == len(systems_told.LOG)
    assert not WebhookDelivery.objects.filter(status=OwedStatus.WAITING).exists()


def test_the_visit_is_over_and_its_pages_are_counted(client, world):
    client.force_login(User.objects.get(email="pm@maple-valley.example"))

    page = client.get(reverse("systems:support", args=[world.district.slug]))

    assert SupportVisit.objects.get().state == "ended"
    assert [visit.pages for visit in page.context["page"]] == [len(systems_told.OPENED)]

"""The pages of webhooks: nothing typed is lost, and a secret is shown once."""

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.capabilities import AccessLevel
from roles.models import AuditEvent, WebhookDelivery, WebhookEndpoint, WebhookKind
from roles.sealing import unseal
from roles.services import audit
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import member
from tests.tutoring_admin.webhooks.conftest import deliver
from tutoring_admin.systems.webhooks import endpoints

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, lead):
    client.force_login(member(AccessLevel.DISTRICT_LEAD, at=lead.district))
    return client


def url(lead, name, *pk):
    return reverse(f"systems:{name}", args=[lead.district.slug, *pk])


def wanted(receiver, **fields):
    return {"name": "Warehouse", "url": receiver.url, "kinds": ["milestone.done"], **fields}


def test_a_new_endpoints_secret_is_shown_once_and_kept_sealed(browser, receiver, lead):
    page = browser.post(url(lead, "webhook-add"), wanted(receiver), follow=True)

    endpoint = WebhookEndpoint.objects.get()
    secret = unseal(endpoint.secret)
    assert secret.startswith("whsec_")
    assert secret in page.content.decode()
    assert secret not in endpoint.secret
    assert page["Cache-Control"].count("no-store")
    again = browser.get(url(lead, "webhook", endpoint.pk))
    assert secret not in again.content.decode()
    assert all(secret not in str(event.detail) for event in AuditEvent.objects.all())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"url": "http://example.org/hook"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "https://10.1.2.3/"}, "url"),
        ({"url": "nonsense"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["everything"]}, "kinds"),
    ],
)
def test_a_wrong_endpoint_is_refused_beside_its_field(browser, receiver, lead, fields, field):
    answer = browser.post(url(lead, "webhook-add"), wanted(receiver, **fields))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    typed = wanted(receiver, **fields)
    assert typed["name"] in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


@override_settings(OUTBOUND_LOOPBACK=False)
def test_this_machine_is_no_endpoint_outside_tests_and_demo(browser, receiver, lead):
    assert browser.post(url(lead, "webhook-add"), wanted(receiver)).status_code == 422


def test_two_endpoints_do_not_have_one_name(browser, receiver, lead, added):
    answer = browser.post(url(lead, "webhook-add"), wanted(receiver, name="data WAREHOUSE"))
    assert list(answer.context["form"].errors) == ["name"]


def test_an_endpoint_is_changed_switched_and_removed(browser, receiver, lead, added):
    pk = added[0].pk
    browser.post(url(lead, "webhook-edit", pk), wanted(receiver, name="Other"))
    browser.post(url(lead, "webhook-switch", pk), {"on": "no"})
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.name, endpoint.kinds, endpoint.is_on) == (
        "Other",
        [WebhookKind.MILESTONE_DONE],
        False,
    )

    browser.post(url(lead, "webhook-remove", pk))
    assert not WebhookEndpoint.objects.exists()


def test_an_example_goes_out_and_its_log_says_how_it_went(
    browser, receiver, lead, added, django_capture_on_commit_callbacks
):
    receiver.answers[:] = [(500, b"<script>alert(1)</script>")]
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url(lead, "webhook-example", added[0].pk))

    page = browser.get(url(lead, "webhook", added[0].pk)).content.decode()
    assert "It answered 500." in page
    assert "&lt;script&gt;" in page
    delivery = WebhookDelivery.objects.get()
    one = browser.get(url(lead, "webhook-delivery", delivery.pk)).content.decode()
    assert delivery.message_id in one


def test_a_message_is_sent_again_by_a_click(browser, receiver, lead, added):
    audit.record(lead, "roadmap.milestone_done", MilestoneFactory(district=lead.district))
    delivery = deliver()

    browser.post(url(lead, "webhook-again", delivery.pk))
    deliver(delivery)

    assert len(receiver.got) == 2


def test_the_log_takes_as_many_queries_for_one_message_as_for_many(browser, receiver, lead, added):
    taken = []
    browser.get(url(lead, "webhook", added[0].pk))  # what is asked once, is
    for more in (1, 9):
        for _ in range(more):
            endpoints.send_example(added[0], by=lead)
        with CaptureQueriesContext(connection) as queries:
            browser.get(url(lead, "webhook", added[0].pk))
        taken.append(len(queries))

    assert taken[0] == taken[1]

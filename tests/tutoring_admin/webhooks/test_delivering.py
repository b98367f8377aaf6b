"""Messages arrive signed, are tried again, and are never sent for what did not happen."""

import datetime as dt
import os
import signal

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from standardwebhooks import WebhookVerificationError

from roles.capabilities import AccessLevel
from roles.models import AuditEvent, Notice, OwedStatus, WebhookDelivery, WebhookEndpoint
from roles.models.webhooks import WAITS
from roles.services import audit, sweep
from tests.factories.roadmap import MilestoneFactory
from tests.factories.roles import member
from tests.tutoring_admin.webhooks.conftest import checked, deliver
from tutoring_admin.systems.webhooks import delivering, endpoints, messages

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(added, lead):
    """A message that is owed, with its endpoint and secret."""
    audit.record(lead, "roadmap.milestone_done", MilestoneFactory(district=lead.district))
    return WebhookDelivery.objects.get(), *added


def make_due(delivery):
    WebhookDelivery.objects.filter(pk=delivery.pk).update(not_before=timezone.now())


def test_a_receivers_library_takes_the_message(owed, receiver):
    delivery, _, secret = owed

    deliver(delivery)

    assert checked(receiver.got[0], secret)["type"] == "milestone.done"
    assert receiver.got[0].headers["content-type"] == "application/json"
    assert (delivery.status, delivery.tries, delivery.answer_code) == (OwedStatus.DONE, 1, 204)
    assert delivery.tried_at


def test_a_message_that_was_touched_on_the_way_is_refused(owed, receiver):
    delivery, _, secret = owed
    deliver(delivery)
    receiver.got[0].body = receiver.got[0].body.replace(b"milestone.done", b"round.closed")

    with pytest.raises(WebhookVerificationError):
        checked(receiver.got[0], secret)


def test_a_failure_is_tried_again_later_under_the_same_id(owed, receiver):
    delivery, endpoint, secret = owed
    receiver.answers[:] = [(500, b"<h1>Oops</h1>" + b"x" * 1000), (200, b"ok")]

    deliver(delivery)
    assert (delivery.status, delivery.answer_code) == (OwedStatus.WAITING, 500)
    assert delivery.answer == ("<h1>Oops</h1>" + "x" * 1000)[:300]
    assert delivery.not_before > timezone.now()
    endpoint.refresh_from_db()
    assert endpoint.failing_since

    deliver(delivery)  # not due yet
    assert len(receiver.got) == 1
    make_due(delivery)
    deliver(delivery)

    assert (delivery.status, delivery.tries, delivery.answer) == (OwedStatus.DONE, 2, "ok")
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == delivery.message_id
    assert checked(second, secret) == checked(first, secret)


def test_the_waits_get_longer_and_then_it_has_failed(owed, receiver):
    delivery, _, _ = owed
    receiver.answers[:] = [(503, b"")]
    waits = []

    while True:
        make_due(delivery)
        deliver(delivery)
        if delivery.status != OwedStatus.WAITING:
            break
        waits.append(delivery.not_before - timezone.now())

    assert [round(wait.total_seconds()) for wait in waits] == [w.total_seconds() for w in WAITS]
    assert waits == sorted(waits)
    assert (delivery.status, len(receiver.got)) == (OwedStatus.FAILED, 10)


def test_no_answer_in_time_is_a_failure_in_words(owed, receiver, monkeypatch):
    monkeypatch.setattr("roles.outbound.session.__kwdefaults__", {"seconds": 0.3})
    receiver.answers[:] = ["hang"]

    delivery = deliver(owed[0])

    assert delivery.status == OwedStatus.WAITING
    assert delivery.answer_code is None
    assert delivery.last_error


def test_a_redirect_is_not_followed(owed, receiver):
    receiver.answers[:] = [(302, b"")]

    delivery = deliver(owed[0])

    assert [got.path for got in receiver.got] == ["/"]
    assert delivery.last_error == "It answered with a redirect (302), which is not followed."


@override_settings(OUTBOUND_LOOPBACK=False)
def test_an_address_inside_the_network_is_not_called(owed, receiver):
    delivery = deliver(owed[0])

    assert receiver.got == []
    assert "https" in delivery.last_error


def test_what_was_rolled_back_is_not_told(
    added, lead, receiver, django_capture_on_commit_callbacks
):
    milestone = MilestoneFactory(district=lead.district)

    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        audit.record(lead, "roadmap.milestone_done", milestone)
        raise ZeroDivisionError

    sweep.ring_for_owed_work()
    assert (receiver.got, WebhookDelivery.objects.count()) == ([], 0)


def test_after_the_commit_it_goes_out_by_itself(
    added, lead, receiver, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        audit.record(lead, "roadmap.milestone_done", MilestoneFactory(district=lead.district))

    assert len(receiver.got) == 1


def test_the_sweep_carries_what_nobody_heard_of(owed, receiver):
    sweep.ring_for_owed_work()

    assert len(receiver.got) == 1


def test_an_endpoint_that_fails_for_days_is_switched_off_and_its_lead_told(owed, receiver):
    delivery, endpoint, _ = owed
    lead = member(AccessLevel.DISTRICT_LEAD, at=endpoint.district)
    receiver.answers[:] = [(500, b"")]
    deliver(delivery)
    waiting = WebhookDelivery.objects.create(
        district=endpoint.district, endpoint=endpoint, key="other", kind="round.closed", body="{}"
    )
    long_ago = timezone.now() - delivering.PATIENCE - dt.timedelta(minutes=1)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=long_ago)
    make_due(delivery)

    deliver(delivery)

    endpoint.refresh_from_db()
    waiting.refresh_from_db()
    delivery.refresh_from_db()
    assert (endpoint.is_on, endpoint.why_off) == (False, WebhookEndpoint.Off.FAILING)
    assert {waiting.status, delivery.status} == {OwedStatus.CANCELLED}
    assert [notice.reader for notice in Notice.objects.filter(source="webhook_off")] == [lead]
    assert AuditEvent.objects.filter(verb="webhook.given_up").count() == 1


def test_one_that_says_it_is_gone_is_switched_off_at_once(owed, receiver):
    delivery, endpoint, _ = owed
    receiver.answers[:] = [(410, b"")]

    deliver(delivery)

    endpoint.refresh_from_db()
    assert (endpoint.is_on, endpoint.why_off) == (False, WebhookEndpoint.Off.GONE)
    assert delivery.status == OwedStatus.FAILED


def test_an_endpoint_that_is_off_is_told_nothing_but_an_example(owed, receiver, lead):
    delivery, endpoint, secret = owed
    endpoints.switch(endpoint, on=False, by=lead)

    deliver(delivery)
    assert (receiver.got, delivery.status) == ([], OwedStatus.CANCELLED)

    example = deliver(endpoints.send_example(endpoint, by=lead))
    assert example.status == OwedStatus.DONE
    assert checked(receiver.got[0], secret)["type"] == "example.sent"


def test_an_example_that_fails_is_not_tried_again(added, receiver, lead):
    receiver.answers[:] = [(500, b"")]

    assert deliver(endpoints.send_example(added[0], by=lead)).status == OwedStatus.FAILED


def test_for_a_day_after_a_new_secret_either_of_two_checks(owed, receiver, lead):
    delivery, endpoint, former = owed
    secret = endpoints.renew_secret(endpoint, by=lead)

    deliver(delivery)
    assert checked(receiver.got[0], former) == checked(receiver.got[0], secret)

    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(former_until=timezone.now())
    deliver(endpoints.send_example(endpoint, by=lead))
    assert checked(receiver.got[1], secret)
    with pytest.raises(WebhookVerificationError):
        checked(receiver.got[1], former)


def test_sent_again_by_hand_it_has_the_same_id_and_all_its_tries(owed, receiver, lead):
    delivery, _, _ = owed
    deliver(delivery)

    assert endpoints.send_again(delivery, by=lead)
    deliver(delivery)

    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert (len(receiver.got), delivery.tries) == (2, 1)


def test_all_that_was_lost_goes_out_again_at_one_click(owed, receiver, lead):
    delivery, endpoint, _ = owed
    endpoints.switch(endpoint, on=False, by=lead)
    deliver(delivery)
    endpoints.switch(endpoint, on=True, by=lead)
    endpoint.refresh_from_db()

    assert endpoints.send_all_again(endpoint, by=lead) == 1
    assert deliver(delivery).status == OwedStatus.DONE


def test_the_log_is_kept_for_a_month(owed, receiver):
    delivery, _, _ = owed
    deliver(delivery)
    WebhookDelivery.objects.update(owed_at=timezone.now() - dt.timedelta(days=31))

    assert delivering.remove_old() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_delivery_leaves_a_message_that_goes_out_again(
    added, receiver, lead
):
    endpoint, secret = added
    delivery = WebhookDelivery.objects.create(
        district=lead.district,
        endpoint=endpoint,
        key="killed",
        kind="round.closed",
        body=messages.example(lead.district, timezone.now()),
    )
    receiver.answers[:] = ["hang", (204, b"")]
    if (worker := os.fork()) == 0:
        inherited, connection.connection = connection.connection, None  # the parent's, left alone
        delivering.deliver(delivery.district_id, delivery.pk)
        os._exit(inherited is None)
    assert receiver.came.wait(20)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    receiver.over.set()

    deliver(delivery)
    assert (delivery.status, len(receiver.got)) == (OwedStatus.RUNNING, 1)  # its lease holds yet

    WebhookDelivery.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    sweep.ring_for_owed_work()
    delivery.refresh_from_db()

    assert (delivery.status, delivery.tries) == (OwedStatus.DONE, 2)
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert checked(first, secret) == checked(second, secret)

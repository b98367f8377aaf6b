"""Delivering one message: signed, asked outside of any transaction, its answer written down."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

import requests
from cryptography.fernet import InvalidToken
from django.utils import timezone
from requests.exceptions import SSLError, Timeout
from standardwebhooks import Webhook

from roles import outbound
from roles.models import OwedStatus, WebhookDelivery, WebhookEndpoint
from roles.models.webhooks import EXAMPLE
from roles.sealing import unseal
from roles.services import audit
from roles.wall import district_scope
from tutoring_admin.systems.webhooks import news

PATIENCE = dt.timedelta(days=5)  # of failures alone, after which an endpoint is switched off
KEPT_FOR = dt.timedelta(days=30)
ANSWER = 300  # characters of an answer that are kept
TAKEN, GONE, REDIRECT = range(200, 300), 410, range(300, 400)
OFF = "The endpoint is switched off."


@dataclass(frozen=True)
class Answer:
    """What came of a try: the code and the beginning of the answer, or why there was none."""

    code: int | None
    text: str
    took_ms: int
    error: str = ""

    @property
    def is_good(self) -> bool:
        return self.code in TAKEN


def deliver(district_pk: int, delivery_pk: int) -> bool:
    """Try one due message. True if the other side took it.

    Claims in one transaction, asks outside of any, writes down in another. A worker that dies in
    between leaves the lease to run out: the message goes out again under the same id.
    """
    with district_scope(district_pk):
        delivery: WebhookDelivery | None = WebhookDelivery.objects.claim(delivery_pk)
        if delivery is None:
            return False
        endpoint = delivery.endpoint
        if not endpoint.is_on and delivery.kind != EXAMPLE:
            delivery.finish(OwedStatus.CANCELLED, error=OFF)
            return False
        asked = _Asked(endpoint.url, delivery.message_id, delivery.body, secrets_of(endpoint))
    answer = _ask(asked)
    with district_scope(district_pk):
        return _note(delivery, answer)


def secrets_of(endpoint: WebhookEndpoint) -> tuple[str, ...]:
    """The secrets in force, sealed: after a change the former one signs, too, for a day."""
    former = endpoint.former_until and endpoint.former_until > timezone.now()
    return (endpoint.secret, endpoint.former_secret) if former else (endpoint.secret,)


def remove_old() -> int:
    """Take away what was delivered or given up a month ago. Runs outside the wall."""
    old = WebhookDelivery.objects.filter(owed_at__lt=timezone.now() - KEPT_FOR)
    ended = old.exclude(status__in=(OwedStatus.WAITING, OwedStatus.RUNNING))
    return ended.delete()[0]


@dataclass(frozen=True)
class _Asked:
    url: str
    message_id: str
    body: str
    secrets: tuple[str, ...]

    def headers(self) -> dict[str, str]:
        now = timezone.now()
        locks = [Webhook(unseal(secret)) for secret in self.secrets]
        return {
            "accept-encoding": "identity",
            "connection": "close",
            "content-type": "application/json",
            "webhook-id": self.message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(
                lock.sign(self.message_id, now, self.body) for lock in locks
            ),
        }


def _ask(asked: _Asked) -> Answer:
    """Post it, and say what came of it in words for a district lead."""
    began = time.monotonic()

    def answer(code: int | None = None, text: str = "", error: str = "") -> Answer:
        return Answer(code, text, int((time.monotonic() - began) * 1000), error)

    try:
        with (
            outbound.session() as other,
            other.post(
                asked.url, data=asked.body.encode(), headers=asked.headers(), stream=True
            ) as said,
        ):
            code = said.status_code
            try:
                text = _readable(outbound.beginning(said, ANSWER * 4))
            except (requests.RequestException, OSError):
                text = ""  # the code alone says whether it was taken
            return answer(code, text, _words(code))
    except outbound.Unsafe as refused:
        return answer(error=str(refused))
    except InvalidToken:
        return answer(error="Its secret cannot be read any more. Make a new one.")
    except Timeout:
        return answer(error="No answer within 10 seconds.")
    except SSLError:
        return answer(error="Its certificate is not one that can be trusted.")
    except (requests.RequestException, OSError):
        return answer(error="No connection, or it was cut before an answer came.")


def _words(code: int) -> str:
    if code in TAKEN:
        return ""
    if code in REDIRECT:
        return f"It answered with a redirect ({code}), which is not followed."
    return f"It answered {code}."


def _readable(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace").replace("\0", "\ufffd")
    return text[:ANSWER]


def _note(delivery: WebhookDelivery, answer: Answer) -> bool:
    """Write down how a try went, inside the district's scope. True if it was taken."""
    held = WebhookDelivery.objects.filter(
        pk=delivery.pk, status=OwedStatus.RUNNING, tries=delivery.tries
    )
    seen = {"answer_code": answer.code, "answer": answer.text, "took_ms": answer.took_ms}
    if not held.update(tried_at=timezone.now(), **seen):
        return False  # another worker took it up meanwhile
    if answer.is_good:
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(failing_since=None)
        return delivery.finish()
    if answer.code == GONE:
        delivery.finish(OwedStatus.FAILED, error=answer.error)
        _switch_off(delivery.endpoint_id, WebhookEndpoint.Off.GONE)
    elif delivery.kind == EXAMPLE:
        delivery.finish(OwedStatus.FAILED, error=answer.error)  # someone looks on: one try
    else:
        delivery.try_again(answer.error)
        _count_failure(delivery.endpoint_id)
    return False


def _count_failure(endpoint_pk: int) -> None:
    now = timezone.now()
    mine = WebhookEndpoint.objects.filter(pk=endpoint_pk, is_on=True)
    mine.filter(failing_since=None).update(failing_since=now)
    if mine.filter(failing_since__lte=now - PATIENCE).exists():
        _switch_off(endpoint_pk, WebhookEndpoint.Off.FAILING)


def _switch_off(endpoint_pk: int, why: WebhookEndpoint.Off) -> None:
    mine = WebhookEndpoint.objects.filter(pk=endpoint_pk, is_on=True)
    if not mine.update(is_on=False, why_off=why, off_at=timezone.now()):
        return
    endpoint = WebhookEndpoint.objects.select_related("district").get(pk=endpoint_pk)
    waiting = endpoint.deliveries.filter(status=OwedStatus.WAITING)
    waiting.update(status=OwedStatus.CANCELLED, done_at=timezone.now(), last_error=OFF)
    why_words = endpoint.get_why_off_display()
    audit.record_for(
        endpoint.district, None, "webhook.given_up", endpoint, name=endpoint.name, why=why_words
    )
    news.tell_leads(endpoint)

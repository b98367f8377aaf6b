"""What a district lead does with endpoints: make, change, switch, renew the secret, send again."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from roles.access import Reach
from roles.models import OwedStatus, WebhookDelivery, WebhookEndpoint
from roles.models.webhooks import EXAMPLE
from roles.sealing import seal
from roles.services.audit import record
from roles.services.refusal import Refused
from roles.tasks import ring_on_commit
from tutoring_admin.systems.webhooks import messages, telling
from tutoring_admin.systems.webhooks.tasks import deliver_webhook

BOTH_FOR = dt.timedelta(days=1)
AGAIN = (OwedStatus.DONE, OwedStatus.FAILED, OwedStatus.CANCELLED)
MOST = 20  # endpoints of a district
TOO_MANY = f"A district has at most {MOST} endpoints."
IS_OFF = "This endpoint is switched off. Switch it on first."


@transaction.atomic
def add(name: str, url: str, kinds: Sequence[str], *, by: Reach) -> tuple[WebhookEndpoint, str]:
    """The endpoint and its secret, which is not to be seen again. Raises Refused where there are
    too many.
    """
    if WebhookEndpoint.objects.filter(district=by.district).count() >= MOST:
        raise Refused(TOO_MANY)
    secret = _new_secret()
    endpoint = WebhookEndpoint.objects.create(
        district=by.district,
        name=name,
        url=url,
        kinds=list(kinds),
        secret=seal(secret),
        made_by_id=by.user.pk,
    )
    record(by, "webhook.added", endpoint, name=name, url=url)
    return endpoint, secret


@transaction.atomic
def change(
    endpoint: WebhookEndpoint, name: str, url: str, kinds: Sequence[str], *, by: Reach
) -> WebhookEndpoint:
    """What is owed already goes to the new address, too."""
    endpoint.name, endpoint.url, endpoint.kinds = name, url, list(kinds)
    endpoint.save(update_fields=["name", "url", "kinds"])
    record(by, "webhook.changed", endpoint, name=name, url=url)
    return endpoint


@transaction.atomic
def switch(endpoint: WebhookEndpoint, *, on: bool, by: Reach) -> bool:
    """True if this call did it. Switched on, it starts anew: what waited stays set aside."""
    off = WebhookEndpoint.Off.LEAD
    fields = {"is_on": on, "why_off": "" if on else off, "failing_since": None}
    mine = WebhookEndpoint.objects.filter(pk=endpoint.pk, is_on=not on)
    if not mine.update(**fields, off_at=None if on else timezone.now()):
        return False
    record(
        by, "webhook.switched_on" if on else "webhook.switched_off", endpoint, name=endpoint.name
    )
    return True


@transaction.atomic
def renew_secret(endpoint: WebhookEndpoint, *, by: Reach) -> str:
    """A new secret; the one before it signs beside it for a day, any earlier one no more."""
    secret = _new_secret()
    endpoint.former_secret, endpoint.former_until = endpoint.secret, timezone.now() + BOTH_FOR
    endpoint.secret = seal(secret)
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    record(by, "webhook.secret_renewed", endpoint, name=endpoint.name)
    return secret


@transaction.atomic
def remove(endpoint: WebhookEndpoint, *, by: Reach) -> None:
    """Take an endpoint away, with its log."""
    record(by, "webhook.removed", endpoint, name=endpoint.name, url=endpoint.url)
    endpoint.delete()


@transaction.atomic
def send_example(endpoint: WebhookEndpoint, *, by: Reach) -> WebhookDelivery:
    """Owe a message that says nothing; it goes to an endpoint that is off, too."""
    now = timezone.now()
    body = messages.example(by.district, now)
    record(by, "webhook.tried_out", endpoint, name=endpoint.name)
    return telling.owe(endpoint, EXAMPLE, body, key=f"example:{endpoint.pk}:{now.isoformat()}")


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, by: Reach) -> bool:
    """Put an ended message back into the queue, under its own id. True if it had ended.

    Raises Refused where the endpoint is off.
    """
    if not delivery.endpoint.is_on and delivery.kind != EXAMPLE:
        raise Refused(IS_OFF)
    ended = WebhookDelivery.objects.filter(pk=delivery.pk, status__in=AGAIN)
    waiting = {"status": OwedStatus.WAITING, "not_before": timezone.now()}
    if not ended.update(**waiting, tries=0, last_error="", done_at=None):
        return False
    record(by, "webhook.sent_again", delivery, name=delivery.endpoint.name, what=delivery.words)
    ring_on_commit(deliver_webhook, delivery.district_id, delivery.pk)
    return True


@transaction.atomic
def send_all_again(endpoint: WebhookEndpoint, *, by: Reach) -> int:
    """The same for all that failed or was set aside; how many. Raises Refused as above."""
    if not endpoint.is_on:
        raise Refused(IS_OFF)
    lost = endpoint.deliveries.filter(status__in=(OwedStatus.FAILED, OwedStatus.CANCELLED))
    waiting = {"status": OwedStatus.WAITING, "not_before": timezone.now()}
    again: int = lost.exclude(kind=EXAMPLE).update(**waiting, tries=0, last_error="", done_at=None)
    if again:  # the sweep rings for them, some at a time
        record(by, "webhook.all_sent_again", endpoint, name=endpoint.name, messages=again)
    return again


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()

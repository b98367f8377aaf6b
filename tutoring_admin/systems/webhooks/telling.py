"""Owing messages: one for each endpoint that wants the kind, in the transaction of the act."""

from __future__ import annotations

from typing import Any

from django.db import models

from roles import notices
from roles.models import AuditEvent, WebhookDelivery, WebhookEndpoint
from roles.services import audit, sweep
from roles.tasks import ring_on_commit
from tutoring_admin.systems.webhooks import messages, news
from tutoring_admin.systems.webhooks.tasks import deliver_webhook


def register() -> None:
    """Listen to what goes into the audit trail; have the sweep ring for what nobody took up."""
    for verb in messages.HEARD:
        audit.listen(verb, hear)
    notices.register(news.Off())
    sweep.carry(WebhookDelivery, "tutoring_admin.deliver_webhook")


def hear(event: AuditEvent, subject: models.Model) -> None:
    """Owe a message of this event. One query where no endpoint wants it."""
    kind, _ = messages.HEARD[event.verb]
    wanting = WebhookEndpoint.objects.filter(
        district=event.district_id, is_on=True, kinds__contains=[kind]
    )
    endpoints = list(wanting)
    if endpoints:
        body = messages.message(event, subject)
        for endpoint in endpoints:
            owe(endpoint, kind, body, key=f"event:{event.pk}:{endpoint.pk}")


def owe(endpoint: WebhookEndpoint, kind: str, body: str, *, key: str) -> WebhookDelivery:
    """Owe one message once per key, and ring for a worker after the commit."""
    wanted: dict[str, Any] = {"endpoint": endpoint, "kind": kind, "body": body}
    delivery, created = WebhookDelivery.objects.get_or_create(
        district_id=endpoint.district_id, key=key, defaults=wanted
    )
    if created:
        ring_on_commit(deliver_webhook, delivery.district_id, delivery.pk)
    return delivery

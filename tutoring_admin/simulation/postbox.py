"""The mail server of a simulated year: it takes everything and remembers it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from tutoring_admin.simulation.counting import Sent

taken: list[Sent] = []


class Postbox(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        taken.extend(
            Sent(
                at=timezone.now(),
                to=message.to[0],
                subject=str(message.subject),
                message_id=message.extra_headers["Message-ID"],
                gathered="List-Unsubscribe" in message.extra_headers,
            )
            for message in email_messages
        )
        return len(email_messages)

"""What other systems are told when something happens here, and how each delivery went."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from roles.models.owed import UNFINISHED, OwedQuerySet, OwedStatus, OwedWork
from roles.models.people import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned
from roles.wall import DistrictKey


class WebhookKind(models.TextChoices):
    """What happens here and is told, by the name it has in a message."""

    JOB_DESCRIPTION_PUBLISHED = "job_description.published", "A job description is published"
    PACKET_PUBLISHED = "packet.published", "A packet is published"
    STANDARDS_PUBLISHED = "standards.published", "Standards are read in"
    CHECKLIST_SUBMITTED = "checklist.submitted", "A checklist is submitted"
    MILESTONE_DONE = "milestone.done", "A milestone is done"
    WINDOW_CLOSED = "checklist_window.closed", "A checklist window is closed"
    ROUND_CLOSED = "round.closed", "A round of the self-assessment is closed"


# How long after each failed try the next one comes.
WAITS = (
    dt.timedelta(seconds=5),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=5),
    dt.timedelta(hours=10),
    dt.timedelta(hours=14),
    dt.timedelta(hours=20),
    dt.timedelta(hours=24),
)
EXAMPLE = "example.sent"
"""The kind of a message that only tries an endpoint out; nobody chooses it."""


class WebhookEndpoint(DistrictOwned):
    """An address of another system that is told of some kinds of events.

    `secret` is sealed; `former_secret` signs beside it until `former_until`. `failing_since` is the
    first failed try after the last good one. `why_off` says who or what switched it off.
    """

    class Off(models.TextChoices):
        LEAD = "lead", "Switched off here"
        FAILING = "failing", "Switched off, it did not answer for days"
        GONE = "gone", "Switched off, it said that it is gone"

    name = models.CharField(max_length=80)
    url = models.URLField("address", max_length=500)
    kinds = ArrayField(models.CharField(max_length=40, choices=WebhookKind))
    secret = models.TextField()
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    is_on = models.BooleanField(default=True)
    why_off = models.CharField(max_length=10, choices=Off, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="webhook_endpoint_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(OwedQuerySet):
    district_rows_are_shared: ClassVar[bool] = False


def new_message_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


class WebhookDelivery(OwedWork):
    """One message that one endpoint is owed: its body as it was when the thing happened.

    `message_id` is the same at every try, so that a receiver tells a second try from a second
    event. `answer` is the beginning of what the other side said at the last try.
    """

    most_tries: ClassVar[int] = 10
    lease: ClassVar[dt.timedelta] = dt.timedelta(minutes=2)

    endpoint = DistrictKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=40, default=new_message_id)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    tried_at = models.DateTimeField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    answer_code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="webhook_delivery_once")
        ]
        indexes = [
            models.Index(fields=["endpoint", "-owed_at"], name="deliveries_of_endpoint"),
            models.Index(
                fields=["not_before"],
                name="deliveries_unfinished",
                condition=models.Q(status__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.endpoint}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED

    def try_again(self, error: str) -> bool:
        """Wait longer each time, over three days in all; then it has failed."""
        if self.tries >= self.most_tries:
            return self.finish(OwedStatus.FAILED, error=error)
        again = timezone.now() + WAITS[min(self.tries, len(WAITS)) - 1]
        return self._move(OwedStatus.WAITING, {"not_before": again, "last_error": error[:300]})

    @property
    def words(self) -> str:
        """The kind in plain words."""
        return str(dict(WebhookKind.choices).get(self.kind, "An example"))

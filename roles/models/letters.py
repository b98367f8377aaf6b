"""The outbox: letters we owe."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.owed import OwedQuerySet, OwedWork


class LetterQuerySet(OwedQuerySet):
    pass


class Letter(OwedWork):
    """An e-mail we owe one person. Written in the transaction that caused it.

    `message_id` is fixed before the first try, so a letter that a mail server took just before its
    worker died can be told from a second one. After `expires_at` its words may be untrue.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="letter_once")]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="letter_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

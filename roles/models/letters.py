"""The outbox: letters we owe."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.owed import OwedQuerySet, OwedWork
from roles.models.people import User


class LetterQuerySet(OwedQuerySet):
    pass


class LetterKind(models.TextChoices):
    """What a letter is about, and with it whether a person may turn it off."""

    ACCOUNT = "account", "About an account"  # asked for by its reader: at once, always
    DUE = "due", "What is due"  # gathered, at most one a day
    BRIEF = "brief", "Weekly brief"


class Letter(OwedWork):
    """An e-mail we owe one person. Written in the transaction that caused it.

    `message_id` is fixed before the first try, so a letter that a mail server took just before its
    worker died can be told from a second one; where nobody can tell, `may_be_doubled` says so.
    After `expires_at` its words may be untrue. A letter to a `reader` about what is due gets its
    words when it is sent, from what is so then.
    """

    kind = models.CharField(max_length=10, choices=LetterKind, default=LetterKind.ACCOUNT)
    reader = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="letters")
    to = models.EmailField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=200)
    may_be_doubled = models.BooleanField(default=False)
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

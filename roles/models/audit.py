"""What was done, by whom: append-only, and sealed so that a change behind it is found."""

import secrets

from django.db import models
from django.utils import timezone

from roles.models.people import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned


def new_salt() -> str:
    return secrets.token_hex(16)


class AuditEvent(DistrictOwned):
    """One thing someone did. The database refuses to change or delete it, to its owner as well.

    When a person is deleted their name leaves `detail` (`roles.services.redacting`). What stands
    in `proof` then lets the seal be checked without it: `salt` keeps the name from being guessed.
    """

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_pk = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    salt = models.CharField(max_length=32, default=new_salt, blank=True)
    proof = models.JSONField(default=dict, blank=True)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["district", "-at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}:{self.subject_pk}"


class AuditSeal(DistrictOwned):
    """A batch of a district's events, chained. `links` holds "events", [event, digest] in their
    order, and "through", the highest event sealed so far.

    Each digest is over the one before it and the event's content; `hash` is over all of the seal
    and `previous`, the hash of the seal before it. Only the owner of the tables adds seals.
    """

    number = models.PositiveIntegerField()
    sealed_at = models.DateTimeField(default=timezone.now)
    previous = models.CharField(max_length=64)
    links = models.JSONField()
    hash = models.CharField(max_length=64)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="audit_seal_once")
        ]

    def __str__(self) -> str:
        return f"Seal {self.number}: {self.hash[:12]}"

"""A district leaves: that it is to be removed, and the certificate that stays when it is gone."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.people import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned


class DistrictRemovalQuerySet(DistrictOnlyQuerySet):
    def standing(self) -> Self:
        """Asked for and not called off."""
        return self.filter(called_off_at=None)


class DistrictRemoval(DistrictOwned):
    """A district is to be removed with all it holds, not before `due_at`. Until then it can be
    called off. `number` is that of the certificate that will stay.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField("not before")
    called_off_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    called_off_at = models.DateTimeField(null=True, blank=True)

    objects = DistrictRemovalQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district"],
                condition=Q(called_off_at=None),
                name="one_standing_removal",
            ),
            models.CheckConstraint(
                name="removal_called_off_wholly_or_not",
                condition=Q(called_off_at=None, called_off_by=None)
                | Q(called_off_at__isnull=False, called_off_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Removal of {self.district} on {self.due_at:%b %d, %Y}"


class Certificate(models.Model):
    """What was removed with a district, when, and on whose word. Belongs to no district, and names
    nobody: it is opened by its number.

    `rows` are counts by table, `files_owed` names of stored files that are still to be deleted.
    """

    class Way(models.TextChoices):
        PAGE = "page", "A district lead, on the page for it"
        COMMAND = "command", "The operator of this installation, by command"

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.CharField(max_length=50)
    name = models.CharField(max_length=200)
    way = models.CharField(max_length=10, choices=Way)
    asked_at = models.DateTimeField()
    removed_at = models.DateTimeField(default=timezone.now)
    rows = models.JSONField(default=dict)
    files = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField("accounts removed", default=0)
    people_kept = models.PositiveIntegerField("accounts kept for other districts", default=0)
    backups_until = models.DateField("in backups until")
    files_owed = models.JSONField(default=list)

    class Meta:
        ordering = ["-removed_at"]

    def __str__(self) -> str:
        return f"Removal of {self.name}, {self.removed_at:%b %d, %Y}"

    @property
    def total(self) -> int:
        return sum(self.rows.values())

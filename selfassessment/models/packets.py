"""A dated, hashed snapshot of the records, and who may read it from outside."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned
from roles.wall import DistrictKey


class Packet(DistrictOwned):
    """Figures and sentences as they stood when they were published. The database refuses changes.

    `content` is all that page, PDF, print view, workbook and guest page show; `sha256` is of its
    canonical JSON. `with_names`: whether staff are named in it.
    """

    class Kind(models.TextChoices):
        BOARD = "board", "Board packet"
        GRANT = "grant", "Grant annex"

    kind = models.CharField(max_length=5, choices=Kind, default=Kind.BOARD)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    as_of = models.DateField("as of")
    with_names = models.BooleanField("names of staff", default=False)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "number"], name="packet_once")
        ]

    def __str__(self) -> str:
        return self.title


class GuestLinkQuerySet(DistrictOnlyQuerySet):
    def in_force(self, on: dt.date) -> Self:
        return self.filter(revoked_at=None, expires_on__gte=on)


class GuestLink(DistrictOwned):
    """A secret address of one packet for readers without an account. Only its hash is kept."""

    packet = DistrictKey(Packet, models.CASCADE, related_name="guest_links")
    label = models.CharField("for whom", max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField("works until")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened = models.PositiveIntegerField("times opened", default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    objects = GuestLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="revoked_wholly_or_not",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.label

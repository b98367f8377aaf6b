"""The end of a round: its evidence as it was, the signatures, and what reopens it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models import User
from roles.models.files import OwedFile
from roles.models.owed import OwedQuerySet
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey
from selfassessment.models.rounds import Round


class Signer(models.TextChoices):
    """In which capacity someone signs."""

    PROGRAM_LEAD = "program_lead", "Program lead"
    CHAMPION = "champion", "Executive champion"


class EvidenceSnapshot(DistrictOwned):
    """All evidence and checks of a round as they stood at one moment; written once.

    `content`: {"6b.1": {"hint", "documented", "practised", "checks", "evidence"}}; `digest` is the
    SHA-256 of its canonical JSON, in hex. The newest of a round is the one that counts.
    """

    round = DistrictKey(Round, models.CASCADE, related_name="snapshots")
    taken_at = models.DateTimeField(default=timezone.now)
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return f"Evidence of {self.round_id} at {self.taken_at:%b %d, %Y}"


class SignOff(DistrictOwned):
    """Program lead or champion stand by a round: by what it said, which the digest names."""

    round = DistrictKey(Round, models.CASCADE, related_name="signatures")
    capacity = models.CharField(max_length=12, choices=Signer)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "capacity"],
                condition=Q(withdrawn_at=None),
                name="signed_once_in_each_capacity",
            )
        ]

    def __str__(self) -> str:
        return f"{self.by}, {self.get_capacity_display()}"


class RoundReopening(DistrictOwned):
    """A round went back to rating: by whom, why, and what had been signed or frozen."""

    round = DistrictKey(Round, models.CASCADE, related_name="reopenings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField("why", max_length=300)
    was = models.CharField(max_length=7)
    digest = models.CharField(max_length=64, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="round_reopening_says_why", condition=~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"Reopened: {self.reason}"


class Binder(OwedFile):
    """The evidence of a round in one file: a PDF to read, or a ZIP with all files."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        ZIP = "zip", "ZIP with the files"

    round = DistrictKey(Round, models.CASCADE, related_name="binders")
    kind = models.CharField(max_length=3, choices=Kind)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OwedQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at"]
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="binder_once")]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="binder_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"Evidence binder of {self.round_id}, {self.kind}"

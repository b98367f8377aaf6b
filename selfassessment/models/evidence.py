"""Evidence that someone added by hand: a file, a link or a note, and each way it once read."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, Q
from django.utils import timezone

from roles.access import Access
from roles.capabilities import Capability
from roles.models import User
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey
from selfassessment.models.rounds import Round


class HandEvidenceQuerySet(SharedQuerySet):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(withdrawn_at=None)

    def readable_by(self, access: Access) -> Self:
        """All, for who sees the self-assessment. Anyone else reads what they answer for; and, while
        in the team of an unfinished round, what has not been taken back.
        """
        if access.reach(Capability.ASSESSMENT_VIEW):
            return self
        readable = Q(owner=access.user)
        if access.reach(Capability.ASSESSMENT_WORK):
            rounds = Round.objects.filter(district=access.district).unfinished()
            readable |= Q(Exists(rounds.of_member(access.user)), withdrawn_at=None)
        return self.filter(readable)


class HandEvidence(DistrictOwned):
    """One piece of evidence by hand, with who answers for it. What it says is in its revisions.

    Taken back it counts no more, and says why; closed rounds keep it as it was.
    """

    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(max_length=300, blank=True)

    objects = HandEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_taken_back_says_who_and_why",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why=""),
            )
        ]

    def __str__(self) -> str:
        return f"Evidence {self.pk}"


class EvidenceUse(DistrictOwned):
    """That evidence speaks for an indicator. `kind`: a key of its evidence types, or ""."""

    evidence = DistrictKey(HandEvidence, models.CASCADE, related_name="uses")
    code = models.CharField("indicator", max_length=20)
    kind = models.CharField(max_length=40, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "code"], name="evidence_used_once_a_code")
        ]
        indexes = [models.Index(fields=["district", "code"], name="evidence_by_code")]

    def __str__(self) -> str:
        return f"For {self.code}"


class EvidenceRevisionQuerySet(SharedQuerySet):
    def current(self) -> Self:
        """What each piece of evidence says now."""
        return self.filter(is_current=True)

    def standing(self) -> Self:
        """Of evidence that was not taken back."""
        return self.filter(evidence__withdrawn_at=None)


class EvidenceRevision(DistrictOwned):
    """What a piece of evidence says, from one edit to the next. Exactly one is current.

    `dated_on` is the day it speaks for, which may be long before it was added; `expires_on` the
    last day it counts, or None for the usual life of its kind. `sha256` (hex) is of the file.
    """

    evidence = DistrictKey(HandEvidence, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)
    label = models.CharField("what it is", max_length=120)
    text = models.TextField("what it shows", max_length=1000, blank=True)
    link = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="evidence/", max_length=200, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    dated_on = models.DateField("the date it speaks for")
    expires_on = models.DateField("counts until", null=True, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = EvidenceRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_revision_once"),
            models.UniqueConstraint(
                fields=["evidence"],
                condition=Q(is_current=True),
                name="evidence_one_current_revision",
            ),
            models.CheckConstraint(
                name="evidence_says_something",
                condition=~Q(link="", text="", file=""),
                violation_error_message="Give a file or a link, or say what the evidence shows.",
            ),
            models.CheckConstraint(
                name="evidence_counts_from_its_date",
                condition=Q(expires_on=None) | Q(expires_on__gte=models.F("dated_on")),
                violation_error_message="It counts at least until the day it speaks for.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

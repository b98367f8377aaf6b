"""What comes from elsewhere: standards read in, and results of the official assessment."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models import User
from roles.scoping import DistrictOwned, SharedQuerySet
from selfassessment.models.rounds import Audience


class ImportedStandardsQuerySet(SharedQuerySet):
    def in_force(self) -> Self:
        return self.filter(replaced_at=None)


class ImportedStandards(DistrictOwned):
    """Further standards of a district or state, one version of them; written once.

    `content` has the form of the library's file: {"elements": [...], "standards": [...],
    "indicators": [...]}. A newer version of the same name replaces it; rounds keep what they took.
    """

    name = models.CharField(max_length=80)
    source = models.CharField("who issued them", max_length=120, blank=True)
    number = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = ImportedStandardsQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name", "number"], name="standards_version_once"
            ),
            models.UniqueConstraint(
                fields=["district", "name"],
                condition=Q(replaced_at=None),
                name="standards_one_version_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class OfficialResult(DistrictOwned):
    """A result of the assessment that is taken at NSSA, as it was printed there: never computed
    here, never mixed with team ratings.
    """

    taken_on = models.DateField("taken on")
    audience = models.CharField("edition", max_length=12, choices=Audience, default=Audience.LEA)
    taken_by = models.CharField("who took it", max_length=120, blank=True)
    clarity = models.CharField("6b as printed", max_length=120, blank=True)
    development = models.CharField("6c as printed", max_length=120, blank=True)
    overall = models.CharField("overall as printed", max_length=120, blank=True)
    note = models.TextField("what it recommends", max_length=1000, blank=True)
    link = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="official/", max_length=200, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="official_result_says_something",
                condition=~Q(clarity="", development="", overall="", note="", link="", file=""),
                violation_error_message="Give the report, or type what it says.",
            )
        ]

    def __str__(self) -> str:
        return f"NSSA assessment of {self.taken_on:%b %d, %Y}"

"""Job descriptions: versions that are frozen once published, and the PDF of each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from roles.models.files import OwedFile
from roles.models.leadership import Assignment, Duty, LeadershipRole
from roles.models.owed import OwedQuerySet
from roles.models.people import User
from roles.scoping import DistrictOwned, ReachableQuerySet, SharedQuerySet
from roles.wall import DistrictKey

if TYPE_CHECKING:
    from roles.models.reviews import Approval


class JobDescription(DistrictOwned):
    """The written duties of one leadership role in a district, through all its versions."""

    role = DistrictKey(LeadershipRole, models.PROTECT, related_name="job_descriptions")

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["role__order"]
        constraints = [
            models.UniqueConstraint(fields=["district", "role"], name="job_description_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.role} job description"


class VersionQuerySet(SharedQuerySet):
    def published(self) -> Self:
        return self.filter(status=JobDescriptionVersion.Status.PUBLISHED)

    def open(self) -> Self:
        """The one version that can still be changed: a draft, or one in review."""
        return self.filter(status__in=JobDescriptionVersion.OPEN)


class JobDescriptionVersion(DistrictOwned):
    """One text of a job description. Only a draft changes; publishing freezes it."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"

    OPEN = (Status.DRAFT, Status.IN_REVIEW)
    REVIEW_AFTER = dt.timedelta(days=365)

    job_description = DistrictKey(JobDescription, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=120)
    summary = models.TextField(max_length=1500, blank=True)
    program = models.TextField("program in brief", max_length=2000, blank=True)
    reports_to = models.CharField(max_length=120, blank=True)
    location = models.CharField(max_length=120, blank=True)
    time_share = models.CharField("time", max_length=120, blank=True)
    funding_source = models.CharField(max_length=120, blank=True)
    funding_ends_on = models.DateField(null=True, blank=True)
    caseload = models.CharField("coaching caseload", max_length=120, blank=True)
    observation_rhythm = models.CharField(max_length=120, blank=True)
    required = models.JSONField("required qualifications", default=list, blank=True)
    preferred = models.JSONField("preferred qualifications", default=list, blank=True)
    performance_review = models.TextField(max_length=1000, blank=True)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    review_on = models.DateField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job_description", "number"], name="version_number_once"
            ),
            models.UniqueConstraint(
                fields=["job_description"],
                condition=Q(status__in=["draft", "in_review"]),
                name="one_open_version",
            ),
            models.UniqueConstraint(
                fields=["job_description"],
                condition=Q(status="published"),
                name="one_published_version",
            ),
            models.CheckConstraint(
                name="published_version_says_when_and_who",
                condition=Q(status__in=["draft", "in_review"])
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @cached_property
    def approvals(self) -> list[Approval]:
        """What put it in force, stop by stop; empty where no route was set. Two queries."""
        last = self.reviews.filter(outcome="approved").first()
        return list(last.approvals.select_related("role", "by")) if last else []


class Responsibility(DistrictOwned):
    """One ordered duty line of a version, tied to the role's duty it words."""

    version = DistrictKey(JobDescriptionVersion, models.CASCADE, related_name="responsibilities")
    duty = DistrictKey(Duty, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=400)
    order = models.PositiveSmallIntegerField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = "responsibilities"

    def __str__(self) -> str:
        return self.text


class AcknowledgementQuerySet(ReachableQuerySet):
    school_path = "assignment__position__school"
    district_rows_are_shared = True


class CountingManager(models.Manager.from_queryset(AcknowledgementQuerySet)):  # type: ignore[misc]
    """Those that count today."""

    def get_queryset(self) -> AcknowledgementQuerySet:
        lasting = Q(lapses_on=None) | Q(lapses_on__gt=timezone.now().date())
        found: AcknowledgementQuerySet = super().get_queryset().filter(lasting)
        return found


class Acknowledgement(DistrictOwned):
    """The click by which a holder says: I have read what is expected of me.

    From `lapses_on` on it counts no more, as when a school year begins and all are asked anew; it
    stays on record in `every`. Joins over it see lapsed ones, too: go through `objects`.
    """

    version = DistrictKey(JobDescriptionVersion, models.CASCADE, related_name="acknowledgements")
    assignment = DistrictKey(Assignment, models.CASCADE, related_name="acknowledgements")
    at = models.DateTimeField(default=timezone.now)
    lapses_on = models.DateField(null=True, blank=True)

    objects = CountingManager()
    every = AcknowledgementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "assignment"],
                condition=Q(lapses_on=None),
                name="acknowledged_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.version}"


class Rendering(OwedFile):
    """The PDF of a published version: owed when it is published, made by a worker.

    It takes seconds, so that a worker which is gone is missed soon; a page that took two workers
    with it is not given a third.
    """

    most_tries: ClassVar[int] = 2
    lease: ClassVar[dt.timedelta] = dt.timedelta(minutes=1)

    version = DistrictKey(JobDescriptionVersion, models.CASCADE, related_name="renderings")

    objects = OwedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="rendering_once")]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="rendering_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"PDF of {self.version}"

"""The road of a job description from draft to published: who is asked, and what they said."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.jobs import JobDescriptionVersion
from roles.models.leadership import LeadershipRole
from roles.models.people import User
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey


class RouteStep(DistrictOwned):
    """One stop of a district's route: the leadership role whose holder approves there."""

    role = DistrictKey(LeadershipRole, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["district", "role"], name="role_on_route_once")
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.role}"


class ReviewQuerySet(SharedQuerySet):
    def running(self) -> Self:
        return self.filter(outcome=Review.Outcome.RUNNING)


class Review(DistrictOwned):
    """One trip of a text along the route: the exact text that was sent, and how the trip ended.

    `content` is what `roles.contents.content_of` gives, `sha256` its digest in hex.
    """

    class Outcome(models.TextChoices):
        RUNNING = "running", "In review"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"
        OVERTAKEN = "overtaken", "Restarted, the text changed"
        WITHDRAWN = "withdrawn", "Taken back"

    version = DistrictKey(JobDescriptionVersion, models.CASCADE, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="review_number_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(outcome="running"), name="one_running_review"
            ),
        ]

    def __str__(self) -> str:
        return f"Review {self.number} of {self.version}"


class Approval(DistrictOwned):
    """One stop of one review: the role asked, and what its holder said to that exact text.

    `in_place` says that nobody held the role, and someone who may publish decided instead.
    """

    class Decision(models.TextChoices):
        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"

    review = DistrictKey(Review, models.CASCADE, related_name="approvals")
    role = DistrictKey(LeadershipRole, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.WAITING)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=1000, blank=True)
    in_place = models.BooleanField("in place of a vacant role", default=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["review", "order"], name="approval_order_once"),
            models.CheckConstraint(
                name="decision_says_who_when_and_of_what",
                condition=Q(decision="waiting", by=None, at=None)
                | (~Q(decision="waiting") & ~Q(sha256="") & Q(by__isnull=False, at__isnull=False)),
            ),
            models.CheckConstraint(
                name="return_says_why", condition=~Q(decision="returned") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.get_decision_display()}"

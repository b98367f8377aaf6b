"""The closed loop: a rating below the target, what is done about it, and what a rating rests on."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roadmap.models import Milestone
from roles.models import Position, User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey
from selfassessment.models.rounds import IndicatorRating


class GapQuerySet(DistrictOnlyQuerySet):
    def open(self) -> Self:
        return self.filter(closed_at=None, dropped_at=None)


class Gap(DistrictOwned):
    """Between what the team rated and what it aims at. Only a new rating closes it.

    `rating` is the one that opened it, `closing_rating` the one that reached the target; `dropped`
    with a reason is what the district decided not to work on. Whether it is ready to be rated again
    is derived from its milestones and the evidence since.
    """

    code = models.CharField("indicator", max_length=20)
    rating = DistrictKey(IndicatorRating, models.PROTECT, related_name="gaps")
    target = models.PositiveSmallIntegerField()
    cause = models.CharField("why it is so", max_length=400, blank=True)
    owner = DistrictKey(Position, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closing_rating = DistrictKey(
        IndicatorRating, models.PROTECT, null=True, blank=True, related_name="closes"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_why = models.CharField(max_length=300, blank=True)

    objects = GapQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"],
                condition=Q(closed_at=None, dropped_at=None),
                name="one_open_gap_for_an_indicator",
            ),
            models.CheckConstraint(
                name="gap_target_from_1_to_3", condition=Q(target__gte=1, target__lte=3)
            ),
            models.CheckConstraint(
                name="gap_is_closed_by_a_rating",
                condition=Q(closed_at=None, closing_rating=None)
                | Q(closed_at__isnull=False, closing_rating__isnull=False)
                & ~Q(closing_rating=F("rating")),
            ),
            models.CheckConstraint(
                name="gap_dropped_says_who_and_why",
                condition=Q(dropped_at=None, dropped_by=None, dropped_why="")
                | Q(dropped_at__isnull=False, dropped_by__isnull=False, closed_at=None)
                & ~Q(dropped_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Gap in {self.code}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.dropped_at is None


class GapMilestone(DistrictOwned):
    """A milestone that is to close a gap; its proof is the artefact."""

    gap = DistrictKey(Gap, models.CASCADE, related_name="steps")
    milestone = DistrictKey(Milestone, models.CASCADE, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gap", "milestone"], name="milestone_once_for_a_gap")
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} for {self.gap_id}"


class RatingCause(DistrictOwned):
    """Why a team rating differs from the one before it: evidence, a gap worked on, or words.

    Kept as it read then: `label` and `told` say it, `view_name` with `ref` (or `url`) leads there.
    """

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", "Evidence"
        GAP = "gap", "Work on a gap"
        WORDS = "words", "Said by the team"

    rating = DistrictKey(IndicatorRating, models.CASCADE, related_name="causes")
    kind = models.CharField(max_length=8, choices=Kind)
    label = models.CharField(max_length=300)
    told = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=80, blank=True)
    dated_on = models.DateField(null=True, blank=True)
    view_name = models.CharField(max_length=60, blank=True)
    ref = models.BigIntegerField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    gap = DistrictKey(Gap, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label

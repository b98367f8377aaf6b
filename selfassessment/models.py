"""Rounds of the self-assessment, the team's ratings in them, and evidence added by hand."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from roles.models import SchoolYear, User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned
from roles.wall import DistrictKey


class RoundQuerySet(DistrictOnlyQuerySet):
    def open(self) -> Self:
        return self.filter(state=Round.State.OPEN)

    def with_ratings(self) -> Self:
        """Fetch each round's ratings and who gave them, in one more query."""
        given = IndicatorRating.objects.select_related("rated_by")
        return self.select_related("school_year", "closed_by").prefetch_related(
            Prefetch("ratings", given)
        )


class Round(DistrictOwned):
    """One take of the self-assessment. Closing it freezes its ratings for good."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="assessment_rounds")
    label = models.CharField(max_length=60)
    opens_on = models.DateField()
    closes_on = models.DateField()
    edition = models.CharField(max_length=10)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "label"],
                name="round_label_once_a_year",
                violation_error_message="This school year has a round of that name.",
            ),
            models.UniqueConstraint(
                fields=["district"],
                condition=Q(state="open"),
                name="one_open_round",
                violation_error_message="A round is open. Close it before you open the next.",
            ),
            models.CheckConstraint(
                name="round_days_in_order",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message="A round ends on or after the day it starts.",
            ),
            models.CheckConstraint(
                name="closed_round_says_when_and_who",
                condition=Q(state="open", closed_at=None, closed_by=None)
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class IndicatorRatingQuerySet(DistrictOnlyQuerySet):
    def rated(self) -> Self:
        return self.exclude(value=None)


class IndicatorRating(DistrictOwned):
    """What the team says of one indicator in one round, 0 to 3: this is what is reported.

    `hint` is what the records said when the round was closed; an open round derives it.
    A row with neither rating nor person stands for an indicator that a closed round left unrated.
    """

    round = DistrictKey(Round, models.CASCADE, related_name="ratings")
    code = models.CharField(max_length=10)
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    rationale = models.TextField(max_length=1000, blank=True)
    rated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    rated_at = models.DateTimeField(null=True, blank=True)
    hint = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = IndicatorRatingQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="indicator_rated_once_a_round"),
            models.CheckConstraint(
                name="team_rating_from_0_to_3",
                condition=(Q(value=None) | Q(value__lte=3)) & (Q(hint=None) | Q(hint__lte=3)),
            ),
            models.CheckConstraint(
                name="team_rating_says_who_and_when",
                condition=Q(value=None, rated_by=None, rated_at=None)
                | Q(value__isnull=False, rated_by__isnull=False, rated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        value = "not rated" if self.value is None else self.value
        return f"{self.code}: {value}"


class EvidenceNote(DistrictOwned):
    """Evidence that someone wrote down or linked, with the date it speaks for.

    `kind` is the key of an evidence type in the indicator library, or empty.
    """

    code = models.CharField("indicator", max_length=10)
    kind = models.CharField(max_length=40, blank=True)
    label = models.CharField("what it is", max_length=120)
    link = models.URLField(max_length=500, blank=True)
    text = models.TextField("what it shows", max_length=1000, blank=True)
    dated_on = models.DateField("the date it speaks for")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "-pk"]
        indexes = [models.Index(fields=["district", "code"], name="evidence_note_by_code")]
        constraints = [
            models.CheckConstraint(
                name="evidence_note_says_something",
                condition=~Q(link="", text=""),
                violation_error_message="Give a link, or say what the evidence shows.",
            )
        ]

    def __str__(self) -> str:
        return self.label

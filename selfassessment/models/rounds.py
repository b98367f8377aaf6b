"""Rounds of the self-assessment: the team, its votes, and the team rating of each indicator."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roles.access import Reach
from roles.models import SchoolYear, User
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey


class Audience(models.TextChoices):
    """Which edition of the indicators a round takes."""

    LEA = "lea", "School district (LEA)"
    ORGANIZATION = "organization", "Tutoring organization"


class Mode(models.TextChoices):
    """How the team's votes are taken."""

    DEVICES = "devices", "Everyone on their own device"
    ROOM = "room", "In one room, counts typed in"


class Stage(models.TextChoices):
    """How far the team is with one indicator of a round."""

    WAITING = "waiting", "Not yet voted"
    VOTING = "voting", "Voting"
    REVEALED = "revealed", "Votes shown"
    AGREED = "agreed", "Agreed"


class RoundQuerySet(SharedQuerySet):
    """Seen by who may view the self-assessment; whoever only takes part asks `.of_member()` too."""

    def open(self) -> Self:
        return self.filter(state=Round.State.OPEN)

    def unfinished(self) -> Self:
        """Open, or waiting for signatures."""
        return self.exclude(state=Round.State.CLOSED)

    def of_member(self, user: User) -> Self:
        """Those in whose team this person is, or which they facilitate."""
        mine = RoundMember.objects.filter(user=user, left_at=None)
        return self.filter(Q(facilitator=user) | Q(pk__in=mine.values("round")))


class Round(DistrictOwned):
    """One take of the self-assessment: of all its indicators, or of some to rate them again.

    Open while the team rates; then it waits for the signatures of program lead and champion, its
    evidence frozen; the second signature closes it for good, unless it is reopened with a reason.
    `taken` holds the indicators as they were when it opened, in the form of the library's file; []
    of it stands for the core of `edition`. `target`: a team rating below it opens a gap.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SIGNING = "signing", "Waiting for signatures"
        CLOSED = "closed", "Closed"

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="assessment_rounds")
    label = models.CharField(max_length=60)
    opens_on = models.DateField()
    closes_on = models.DateField()
    edition = models.CharField(max_length=10)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.LEA)
    taken = models.JSONField(default=list, blank=True)
    mode = models.CharField(max_length=7, choices=Mode, default=Mode.DEVICES)
    target = models.PositiveSmallIntegerField(default=2)
    facilitator = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="facilitated_rounds"
    )
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    rated_at = models.DateTimeField(null=True, blank=True)
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
                condition=~Q(state="closed"),
                name="one_unfinished_round",
                violation_error_message="A round is open. Close it before you open the next.",
            ),
            models.CheckConstraint(
                name="round_days_in_order",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message="A round ends on or after the day it starts.",
            ),
            models.CheckConstraint(
                name="closed_round_says_when_and_who",
                condition=~Q(state="closed") & Q(closed_at=None, closed_by=None)
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="round_target_from_1_to_3", condition=Q(target__gte=1, target__lte=3)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class RoundMember(DistrictOwned):
    """Someone in the team of a round. Who leaves in mid-round keeps the votes that were shown."""

    round = DistrictKey(Round, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="round_member_once")]

    def __str__(self) -> str:
        return str(self.user)


class IndicatorRatingQuerySet(SharedQuerySet):
    def rated(self) -> Self:
        return self.exclude(value=None)


class IndicatorRating(DistrictOwned):
    """One indicator in one round: how far the team is, and what it says, 0 to 3. The agreed value
    is what is reported.

    `turn` counts the votes taken on it, 0 before the first. `counts` are votes typed in, keys "0"
    to "3" (round in one room). `dissent` is what some saw differently. The hints are what the
    records said when the round was frozen; an open round derives them. A row with neither value
    nor person stands for an indicator that a closed round left unrated.
    """

    round = DistrictKey(Round, models.CASCADE, related_name="ratings")
    code = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.WAITING)
    turn = models.PositiveSmallIntegerField(default=0)
    revealed_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(null=True, blank=True)
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    rationale = models.TextField(max_length=1000, blank=True)
    dissent = models.TextField(max_length=1000, blank=True)
    rated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    rated_at = models.DateTimeField(null=True, blank=True)
    hint = models.PositiveSmallIntegerField(null=True, blank=True)
    documented = models.PositiveSmallIntegerField(null=True, blank=True)
    practised = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = IndicatorRatingQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="indicator_rated_once_a_round"),
            models.CheckConstraint(
                name="team_rating_from_0_to_3",
                condition=(Q(value=None) | Q(value__lte=3))
                & (Q(hint=None) | Q(hint__lte=3))
                & (Q(documented=None) | Q(documented__lte=3))
                & (Q(practised=None) | Q(practised__lte=3)),
            ),
            models.CheckConstraint(
                name="team_rating_says_who_and_when",
                condition=~Q(stage="agreed") & Q(value=None, rated_by=None, rated_at=None)
                | Q(
                    stage="agreed",
                    value__isnull=False,
                    rated_by__isnull=False,
                    rated_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        value = "not rated" if self.value is None else self.value
        return f"{self.code}: {value}"


class VoteQuerySet(SharedQuerySet):
    """Blind by construction: a vote that has not been shown yet is reachable by its voter alone."""

    @classmethod
    def within(cls, reach: Reach) -> Q:
        shown = Q(turn__lt=F("rating__turn")) | Q(rating__stage__in=[Stage.REVEALED, Stage.AGREED])
        return super().within(reach) & (shown | Q(member__user=reach.user))

    def of_this_turn(self) -> Self:
        return self.filter(turn=F("rating__turn"))


class Vote(DistrictOwned):
    """What one member of the team says of one indicator, in one turn of voting."""

    rating = DistrictKey(IndicatorRating, models.CASCADE, related_name="votes")
    member = DistrictKey(RoundMember, models.CASCADE, related_name="votes")
    turn = models.PositiveSmallIntegerField()
    value = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    cast_at = models.DateTimeField(default=timezone.now)

    objects = VoteQuerySet.as_manager()

    class Meta:
        ordering = ["rating", "turn", "value", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rating", "member", "turn"], name="vote_once_a_turn"),
            models.CheckConstraint(name="vote_from_0_to_3", condition=Q(value__lte=3)),
        ]

    def __str__(self) -> str:
        return f"A vote on {self.rating_id}"

    def __repr__(self) -> str:  # never in a log what someone voted
        return f"<Vote {self.pk}>"

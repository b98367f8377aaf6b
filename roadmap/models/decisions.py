"""What the executive champion is asked to decide, and what departments commit to it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models import Department, Position, SchoolYear, User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned
from roles.wall import DistrictKey


class DecisionState(models.TextChoices):
    WAITING = "waiting", "Waits for an answer"
    ASKED_BACK = "asked_back", "Asked back"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = (DecisionState.WAITING, DecisionState.ASKED_BACK)
ANSWERED = (DecisionState.APPROVED, DecisionState.DECLINED)


class DecisionRequestQuerySet(DistrictOnlyQuerySet):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)


class DecisionRequest(DistrictOwned):
    """One question to the holder of a position, with what there is to choose from.

    `cost` is typed in words ("$12,000 from Title I, once"): the product keeps no budget. `chosen`
    stands once it is approved; `answer` is what the decider said to it.
    """

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="decision_requests")
    question = models.CharField(max_length=200)
    background = models.TextField("what speaks for it", max_length=1500, blank=True)
    cost = models.CharField(max_length=200, blank=True)
    due_on = models.DateField("needed by")
    decider = DistrictKey(Position, models.PROTECT, related_name="decision_requests")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.WAITING)
    chosen = DistrictKey("DecisionOption", models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=600, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["district", "state", "due_on"], name="decisions_open")]
        constraints = [
            models.CheckConstraint(name="decision_asks_something", condition=~Q(question="")),
            models.CheckConstraint(
                name="answered_wholly_or_not",
                condition=Q(
                    state__in=ANSWERED, answered_by__isnull=False, answered_at__isnull=False
                )
                | Q(~Q(state__in=ANSWERED), chosen=None, answered_by=None, answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class BesideDecisionQuerySet(DistrictOnlyQuerySet):
    """Seen by whoever sees the request."""


class DecisionOption(DistrictOwned):
    """One way to go; a request has two at least, of which one may be advised."""

    request = DistrictKey(DecisionRequest, models.CASCADE, related_name="options")
    text = models.CharField(max_length=200)
    cost = models.CharField(max_length=120, blank=True)
    is_advised = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    objects = BesideDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(is_advised=True), name="one_option_is_advised"
            )
        ]

    def __str__(self) -> str:
        return self.text


class DecisionTurn(DistrictOwned):
    """Who said what in which state: asked, asked back, replied, answered. Never changed itself.

    The newest turn also names the state that a person read: who acts on an older one is told.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", "Asked"
        CHANGED = "changed", "Changed"
        ASKED_BACK = "asked_back", "Asked back"
        REPLIED = "replied", "Replied"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    request = DistrictKey(DecisionRequest, models.PROTECT, related_name="turns")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.CharField(max_length=600, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = BesideDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}"


class CommitmentQuerySet(BesideDecisionQuerySet):
    def waiting(self) -> Self:
        """Those that a department has to answer: the decision is approved."""
        return self.filter(state=Commitment.State.WAITING, request__state=DecisionState.APPROVED)


class Commitment(DistrictOwned):
    """What a decision asks of a department: people and time, confirmed or declined by it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not answered"
        CONFIRMED = "confirmed", "Confirmed"
        DECLINED = "declined", "Declined"

    request = DistrictKey(DecisionRequest, models.CASCADE, related_name="commitments")
    department = DistrictKey(Department, models.PROTECT, related_name="commitments")
    people = models.CharField("people", max_length=200, blank=True)
    time = models.CharField("time", max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    note = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "department"], name="committed_once"),
            models.CheckConstraint(
                name="commitment_answered_wholly_or_not",
                condition=Q(state="waiting", answered_by=None, answered_at=None)
                | Q(~Q(state="waiting"), answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} for {self.request}"

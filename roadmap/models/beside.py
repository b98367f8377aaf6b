"""What stands beside a milestone: who helps, what comes before it, how it goes, what moved it."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from roadmap.models.milestones import Milestone
from roadmap.models.states import State
from roles.models import Assignment, Position, User
from roles.scoping import DistrictOwned, ReachableQuerySet
from roles.wall import DistrictKey


class BesideQuerySet(ReachableQuerySet):
    """Seen by whoever sees the milestone."""

    school_path = "milestone__school"
    district_rows_are_shared = True


class AtRiskProposalQuerySet(BesideQuerySet):
    def standing(self) -> Self:
        """Those that still ask: of a milestone that is being worked on, has the same due date, and
        of which nobody has said since how it goes.
        """
        working = Q(milestone__state__in=(State.NOT_STARTED, State.IN_PROGRESS))
        silent = Q(milestone__progressed_at=None) | Q(milestone__progressed_at__lt=F("made_at"))
        same_day = Q(due_on=F("milestone__due_on"))
        return self.filter(working, silent, same_day, confirmed=None)


class ContributionQuerySet(BesideQuerySet):
    def with_holders(self, today: dt.date) -> Self:
        """Fetch what names the positions and who holds them, in a fixed number of queries."""
        now = Assignment.objects.in_force(today).select_related("holder")
        return self.select_related(
            "position__role", "position__school", "position__department"
        ).prefetch_related(Prefetch("position__assignments", now, to_attr="in_force"))


class Contribution(DistrictOwned):
    """A position that helps with a milestone which another one owns."""

    milestone = DistrictKey(Milestone, models.CASCADE, related_name="contributions")
    position = DistrictKey(Position, models.CASCADE, related_name="contributions")

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "position"], name="contributor_once")
        ]

    def __str__(self) -> str:
        return f"{self.position} helps with {self.milestone}"


class Precedence(DistrictOwned):
    """`before` is best done first. It warns and stops nobody. `milestone` is the later one."""

    before = DistrictKey(Milestone, models.CASCADE, related_name="successions")
    milestone = DistrictKey(Milestone, models.CASCADE, related_name="precedences")

    objects = BesideQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["before", "milestone"], name="precedence_once"),
            models.CheckConstraint(
                name="nothing_precedes_itself", condition=~Q(before=F("milestone"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} before {self.milestone}"


class ProgressNote(DistrictOwned):
    """How it goes, in a sentence or two. Never changed afterwards."""

    milestone = DistrictKey(Milestone, models.PROTECT, related_name="progress_notes")
    text = models.CharField(max_length=400)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = BesideQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(name="progress_says_what", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text


class AtRiskProposal(DistrictOwned):
    """The system's word that a milestone may not be done in time, and the rule behind it. Its owner
    says yes (`confirmed`) or no (`confirmed` is false); until then `decided_at` is empty. Made at
    most once for each due date.
    """

    milestone = DistrictKey(Milestone, models.CASCADE, related_name="at_risk_proposals")
    due_on = models.DateField()
    reason = models.CharField(max_length=400)
    made_at = models.DateTimeField(default=timezone.now)
    confirmed = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AtRiskProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "due_on"], name="at_risk_proposed_once"),
            models.CheckConstraint(
                name="at_risk_decided_wholly_or_not",
                condition=Q(confirmed=None, decided_at=None, decided_by=None)
                | Q(confirmed__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.reason}"


class DateChange(DistrictOwned):
    """A due date moved by hand, and why: funders ask for it. Never changed afterwards."""

    milestone = DistrictKey(Milestone, models.PROTECT, related_name="date_changes")
    old = models.DateField()
    new = models.DateField()
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = BesideQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="date_change_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="date_change_changes", condition=~Q(old=F("new"))),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.old} to {self.new}"

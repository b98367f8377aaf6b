"""Milestones: steps that one position owns and one proof ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.utils import timezone

from roadmap.models.anchors import Anchor, Unit
from roadmap.models.phases import Phase
from roadmap.models.states import MOVES, OPEN, State
from roles.models import Assignment, LeadershipRole, Position, School, SchoolYear, User
from roles.scoping import DistrictOwned, ReachableQuerySet
from roles.wall import DistrictKey

SOON = dt.timedelta(days=14)
NEAR = dt.timedelta(days=7)


class MilestoneQuerySet(ReachableQuerySet):
    district_rows_are_shared = True

    def open(self) -> Self:
        """Neither done nor set aside."""
        return self.filter(state__in=OPEN)

    def late(self, today: dt.date) -> Self:
        return self.open().filter(due_on__lt=today)

    def due_soon(self, today: dt.date) -> Self:
        """Open and due today or in the next 14 days."""
        return self.open().filter(due_on__gte=today, due_on__lte=today + SOON)

    def owned_by(self, user: User, today: dt.date) -> Self:
        """Those whose owner position this person holds, or answers for while it is vacant."""
        return self.filter(owner__in=Position.objects.answered_for_by(user, today).values("pk"))

    def contributed_to_by(self, user: User, today: dt.date) -> Self:
        """Those that a position of this person helps with."""
        mine = Position.objects.answered_for_by(user, today).values("pk")
        return self.filter(pk__in=_helped(mine))

    def involving(self, user: User, today: dt.date) -> Self:
        """Those that this person's positions own or help with: what "mine" shows."""
        return self.filter(involved(user, today))

    def nearly_silent(self, today: dt.date) -> Self:
        """Begun or to be begun, not yet past due, nobody said how they go since they started, and
        not asked about for this due date: among them are those that may be at risk.
        """
        asked = apps.get_model("roadmap", "AtRiskProposal").objects.filter(
            milestone=OuterRef("pk"), due_on=OuterRef("due_on")
        )
        silent = Q(progressed_at=None) | Q(progressed_at__date__lt=F("starts_on"))
        working = self.filter(
            state__in=(State.NOT_STARTED, State.IN_PROGRESS), school_year__archived_at=None
        )
        return working.filter(silent, ~Exists(asked), starts_on__lt=today, due_on__gte=today)

    def with_owner(self, today: dt.date) -> Self:
        """Fetch what names the owner on screen, in a fixed number of queries."""
        now = Assignment.objects.in_force(today).select_related("holder")
        return self.select_related(
            "phase", "school", "usual_owner", "owner__role", "owner__school", "owner__department"
        ).prefetch_related(Prefetch("owner__assignments", now, to_attr="in_force"))

    def supporting(self, codes: Iterable[str]) -> Self:
        """Those that serve at least one of these indicators."""
        wanted = Q(pk=None)
        for code in codes:
            wanted |= Q(supports__contains=[code])
        return self.filter(wanted)


class Milestone(DistrictOwned):
    """One step with an owner, a date and the proof that will end it.

    With an anchor its dates lie `start_offset` and `due_offset` units after it (before it where
    negative); without one they are fixed. `hand_dated`: moved by hand, so that no change of the
    calendar moves it again. `progressed_at`: when someone last said how it goes. `done_on` is the
    day that the proof is of, `done_at` the moment it was recorded. `sequence` and `changed_at` tell
    calendars of a change (RFC 5545).
    """

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="milestones")
    phase = DistrictKey(Phase, models.PROTECT, related_name="milestones")
    key = models.CharField(max_length=10, blank=True, help_text="Of the library, or none.")
    title = models.CharField(max_length=160)
    why = models.CharField(max_length=400, blank=True)
    proof_hint = models.CharField("proof expected", max_length=200, blank=True)
    supports = models.JSONField("supports indicators", default=list, blank=True)
    owner = DistrictKey(Position, models.SET_NULL, null=True, blank=True, related_name="milestones")
    usual_owner = DistrictKey(
        LeadershipRole, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    school = DistrictKey(School, models.PROTECT, null=True, blank=True, related_name="milestones")
    starts_on = models.DateField("starts")
    due_on = models.DateField("due")
    anchor = DistrictKey(Anchor, models.PROTECT, null=True, blank=True, related_name="milestones")
    unit = models.CharField(max_length=12, choices=Unit, default=Unit.WEEKS)
    start_offset = models.SmallIntegerField(null=True, blank=True)
    due_offset = models.SmallIntegerField(null=True, blank=True)
    hand_dated = models.BooleanField(default=False)
    recurs = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=14, choices=State, default=State.NOT_STARTED)
    reason = models.CharField(max_length=400, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    progressed_at = models.DateTimeField(null=True, blank=True)
    contributors = models.ManyToManyField(
        Position, through="Contribution", related_name="contributes_to"
    )
    done_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    proof_text = models.TextField(max_length=2000, blank=True)
    proof_link = models.URLField(max_length=500, blank=True)
    proof_file = models.FileField(upload_to="proofs/", max_length=200, blank=True)
    proof_file_name = models.CharField(max_length=120, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "key"],
                condition=~Q(key=""),
                name="milestone_of_library_once",
            ),
            models.CheckConstraint(
                name="milestone_starts_before_it_is_due",
                condition=Q(starts_on__lte=F("due_on")),
                violation_error_message="A milestone starts on or before the day it is due.",
            ),
            models.CheckConstraint(
                name="milestone_done_exactly_with_date_person_and_proof",
                condition=Q(
                    Q(
                        state="done",
                        done_on__isnull=False,
                        done_at__isnull=False,
                        done_by__isnull=False,
                    )
                    & (~Q(proof_text="") | ~Q(proof_link="") | ~Q(proof_file=""))
                )
                | ~Q(state="done")
                & Q(done_on=None, done_at=None, done_by=None)
                & Q(proof_text="", proof_link="", proof_file=""),
                violation_error_message="A milestone is done with a date, a person and a proof.",
            ),
            models.CheckConstraint(
                name="milestone_reason_where_its_state_needs_one",
                condition=Q(state__in=["blocked", "not_applicable"]) & ~Q(reason="")
                | Q(state="at_risk")
                | Q(state__in=["not_started", "in_progress", "done"], reason=""),
                violation_error_message="Say why.",
            ),
            models.CheckConstraint(
                name="milestone_offsets_come_with_their_anchor",
                condition=Q(anchor=None, start_offset=None, due_offset=None)
                | Q(anchor__isnull=False, start_offset__isnull=False, due_offset__isnull=False)
                & Q(start_offset__lte=F("due_offset")),
                violation_error_message="It starts on or before the day it is due.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["district", "due_on"],
                name="milestone_open_by_date",
                condition=Q(state__in=["not_started", "in_progress", "at_risk", "blocked"]),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, today: dt.date) -> bool:
        return self.is_open and self.due_on < today

    @property
    def name(self) -> str:
        """As a sentence names it: "M06, Program Lead job description approved"."""
        return f"{self.key}, {self.title}" if self.key else self.title

    @property
    def short_name(self) -> str:
        return self.key or self.title

    def may_become(self, state: str) -> bool:
        return self.state in MOVES[state]

    def standing(self, today: dt.date) -> tuple[str, str]:
        """The kind of chip and its words: "late", "9 days late"."""
        days = (self.due_on - today).days
        if not self.is_open or self.state == State.BLOCKED:
            return self.state, self.get_state_display()
        if days < 0:
            return "late", f"{-days} day{'' if days == -1 else 's'} late"
        if days <= NEAR.days:
            return "due_soon", "Due today" if days == 0 else _in_days(days)
        return self.state, self.get_state_display()

    @property
    def holder(self) -> User | None:
        """Who sits in the owner position; after `with_owner()` only."""
        assignments: list[Assignment] = getattr(self.owner, "in_force", [])
        return assignments[0].holder if assignments else None

    @property
    def owner_words(self) -> str:
        """Who is to do it, as a row says it; after `with_owner()` only."""
        if self.holder:
            return str(self.holder)
        if self.owner:
            return f"Vacant: {self.owner.role}"
        return f"No owner yet, usually {self.usual_owner}" if self.usual_owner else "No owner yet"


def _in_days(days: int) -> str:
    return f"Due in {days} day{'' if days == 1 else 's'}"


def involved(user: User, today: dt.date) -> Q:
    """That a position of this person owns or helps with it. Asks now which positions these are: the
    database would find that out anew for each use.
    """
    positions = Position.objects.answered_for_by(user, today).order_by()
    mine = list(positions.values_list("pk", flat=True))
    return Q(owner__in=mine) | Q(pk__in=_helped(mine))


def _helped(positions: QuerySet | list[int]) -> QuerySet:
    """The milestones that these positions help with."""
    helps = apps.get_model("roadmap", "Contribution").objects
    return helps.filter(position__in=positions).values("milestone")

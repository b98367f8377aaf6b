"""What a meeting talks about and what follows: agenda, decisions, actions, minutes as a file."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roadmap.models.meetings import BesideMeetingQuerySet, Meeting
from roadmap.models.milestones import Milestone
from roles.models import Position, User
from roles.models.files import OwedFile
from roles.models.owed import OwedQuerySet
from roles.scoping import DistrictOwned
from roles.wall import DistrictKey


class AgendaSource(models.TextChoices):
    """Where an item of an agenda comes from."""

    SKELETON = "skeleton", "Standing item"
    MILESTONE = "milestone", "Milestone"
    ACTION = "action", "Open action"
    UNDECIDED = "undecided", "To decide"
    DECISION = "decision", "Decision asked for"
    CARRIED = "carried", "Carried over"
    PERSON = "person", "Added"


class AgendaItem(DistrictOwned):
    """One item on the agenda. `drop` by a person keeps the system from drafting it again;
    `carried_from` is the item of an earlier meeting that was left open. `note` says before the
    meeting why it is there, `said` what came up.
    """

    meeting = DistrictKey(Meeting, models.CASCADE, related_name="agenda_items")
    order = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=10, choices=AgendaSource)
    subject = models.CharField(max_length=60, blank=True, help_text="As in milestone:12.")
    milestone = DistrictKey(
        Milestone, models.SET_NULL, null=True, blank=True, related_name="agenda_items"
    )
    carried_from = DistrictKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="carried_to"
    )
    title = models.CharField(max_length=200)
    note = models.CharField(max_length=400, blank=True)
    said = models.TextField("what was said", max_length=4000, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField("dealt with", null=True, blank=True)

    objects = BesideMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "subject"],
                condition=~Q(subject=""),
                name="agenda_subject_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Decision(DistrictOwned):
    """What a meeting decided."""

    meeting = DistrictKey(Meeting, models.CASCADE, related_name="decisions")
    item = DistrictKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="decisions")
    text = models.CharField("decision", max_length=400)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = BesideMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text


class MeetingActionQuerySet(BesideMeetingQuerySet):
    def open(self) -> Self:
        return self.filter(ended_at=None)


class MeetingAction(DistrictOwned):
    """What a meeting gave a position to do, and by when. `outcome` says what came of it."""

    meeting = DistrictKey(Meeting, models.PROTECT, related_name="actions")
    item = DistrictKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="actions")
    text = models.CharField("action", max_length=300)
    owner = DistrictKey(
        Position, models.SET_NULL, null=True, blank=True, related_name="meeting_actions"
    )
    due_on = models.DateField("due")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    dropped = models.BooleanField(default=False)
    outcome = models.CharField("what came of it", max_length=300, blank=True)

    objects = MeetingActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="dropped_meeting_action_says_why", condition=Q(dropped=False) | ~Q(outcome="")
            )
        ]
        indexes = [
            models.Index(
                fields=["district", "due_on"],
                name="meeting_actions_open",
                condition=Q(ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.text


class MinutesFileQuerySet(OwedQuerySet):
    """Read by whoever reads the meeting."""

    school_path: ClassVar[str | None] = "meeting__series__school"


class MinutesFile(OwedFile):
    """The minutes of a held meeting as a PDF; one for each time that it was closed."""

    most_tries: ClassVar[int] = 2
    lease: ClassVar[dt.timedelta] = dt.timedelta(minutes=1)

    meeting = DistrictKey(Meeting, models.CASCADE, related_name="files")

    objects = MinutesFileQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="minutes_file_once")
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="minutes_file_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"PDF of the minutes, {self.meeting}"

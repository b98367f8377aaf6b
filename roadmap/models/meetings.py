"""The planning period: meetings that come again, who sits in them, who was there."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roles.models import Position, School, SchoolYear, User
from roles.scoping import DistrictOwned, ReachableQuerySet
from roles.wall import DistrictKey


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", "Every week"
    TWO_WEEKS = "two_weeks", "Every two weeks"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"
    TWICE_A_YEAR = "twice_a_year", "Twice a year"
    ONCE = "once", "Once"


class SeriesQuerySet(ReachableQuerySet):
    district_rows_are_shared = True


class MeetingSeries(DistrictOwned):
    """One meeting of the program's rhythm (source: domain reference B7): who, when, how long.

    `agenda` is its skeleton, one heading on a line. `protected` time is not given to other things.
    """

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="meeting_series")
    key = models.CharField(max_length=30, blank=True, help_text="Of the library, or none.")
    title = models.CharField(max_length=100)
    school = DistrictKey(School, models.PROTECT, null=True, blank=True, related_name="+")
    chair = DistrictKey(
        Position, models.SET_NULL, null=True, blank=True, related_name="chaired_series"
    )
    members = models.ManyToManyField(
        Position, through="SeriesMember", related_name="meeting_series"
    )
    guests = models.CharField("others who come", max_length=300, blank=True)
    rhythm = models.CharField(max_length=12, choices=Rhythm)
    first_on = models.DateField("first meeting")
    last_on = models.DateField("last meeting, at the latest")
    at = models.TimeField("begins at")
    minutes_long = models.PositiveSmallIntegerField("minutes")
    place = models.CharField(max_length=120, blank=True)
    link = models.URLField("video link", max_length=500, blank=True)
    agenda = models.TextField(max_length=2000, blank=True)
    protected = models.BooleanField("protected planning time", default=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name_plural = "meeting series"
        constraints = [
            models.CheckConstraint(
                name="series_days_in_order",
                condition=Q(first_on__lte=F("last_on")),
                violation_error_message="The last day comes on or after the first.",
            ),
            models.CheckConstraint(
                name="meeting_lasts_a_while", condition=Q(minutes_long__range=(5, 480))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BesideSeriesQuerySet(ReachableQuerySet):
    school_path = "series__school"
    district_rows_are_shared = True


class SeriesMember(DistrictOwned):
    """A position that belongs to a meeting."""

    series = DistrictKey(MeetingSeries, models.CASCADE, related_name="memberships")
    position = DistrictKey(Position, models.CASCADE, related_name="+")

    objects = BesideSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "position"], name="series_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.position} in {self.series}"


class MeetingState(models.TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class MeetingQuerySet(BesideSeriesQuerySet):
    def planned(self) -> Self:
        return self.filter(state=MeetingState.PLANNED)

    def upcoming(self, today: dt.date) -> Self:
        """Planned for today or later, the next first."""
        return self.planned().filter(on__gte=today).order_by("on", "at", "pk")


class Meeting(DistrictOwned):
    """One meeting of a series. `usual_on` is the day the rhythm gave it and stays as it was;
    `sequence` grows with every change that calendars must hear of (RFC 5545).
    """

    series = DistrictKey(MeetingSeries, models.PROTECT, related_name="meetings")
    usual_on = models.DateField()
    on = models.DateField("day")
    at = models.TimeField("begins at")
    minutes_long = models.PositiveSmallIntegerField("minutes")
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    reason = models.CharField("why", max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    drafted_at = models.DateTimeField("agenda drafted", null=True, blank=True)
    present = models.ManyToManyField(Position, related_name="+", through="Presence")
    notes = models.TextField("minutes", max_length=20000, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["on", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "usual_on"], name="meeting_once"),
            models.CheckConstraint(
                name="cancelled_meeting_says_why", condition=~Q(state="cancelled") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="held_meeting_has_its_date",
                condition=Q(state="held", held_at__isnull=False, held_by__isnull=False)
                | ~Q(state="held") & Q(held_at=None, held_by=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} on {self.on}"


class BesideMeetingQuerySet(ReachableQuerySet):
    school_path = "meeting__series__school"
    district_rows_are_shared = True


class Presence(DistrictOwned):
    """A position whose holder was there."""

    meeting = DistrictKey(Meeting, models.CASCADE, related_name="presences")
    position = DistrictKey(Position, models.PROTECT, related_name="+")
    holder = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = BesideMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="present_once")]

    def __str__(self) -> str:
        return f"{self.position} at {self.meeting}"

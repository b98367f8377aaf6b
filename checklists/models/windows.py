"""When: the stretches of days in which checklists are filled in."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roles.models import Position, SchoolYear, User
from roles.scoping import DistrictOwned, ReachableQuerySet, SharedQuerySet
from roles.wall import DistrictKey


class WindowState(models.TextChoices):
    """Follows from the dates; nobody sets it."""

    PLANNED = "planned", "Planned"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class WindowQuerySet(SharedQuerySet):
    def open_on(self, day: dt.date) -> Self:
        return self.filter(closed_at=None, opens_on__lte=day, closes_on__gte=day)

    def closed_on(self, day: dt.date) -> Self:
        return self.filter(Q(closed_at__isnull=False) | Q(closes_on__lt=day))

    def run_out(self, day: dt.date) -> Self:
        """Past their last day, and nobody has noted that they are closed."""
        return self.filter(closed_at=None, closes_on__lt=day)


class Window(DistrictOwned):
    """One round of checklists. Its days are days in the district's time zone, both included.

    `opened_at` is when the first forms were made; `closed_at` when beat or a person closed it.
    `only` lists the keys of the checklists it asks for; empty: every checklist.
    """

    class Kind(models.TextChoices):
        FALL = "fall", "Fall"
        WINTER = "winter", "Winter"
        SPRING = "spring", "Spring"
        MONTHLY = "monthly", "Monthly"
        MEETING = "meeting", "With the team meeting"

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="checklist_windows")
    label = models.CharField("name", max_length=60)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MONTHLY)
    opens_on = models.DateField("first day")
    closes_on = models.DateField("last day")
    only = models.JSONField("checklists", default=list, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = WindowQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "label"],
                name="window_label_once",
                violation_error_message="This school year has a window of that name.",
            ),
            models.CheckConstraint(
                name="window_days_in_order",
                condition=Q(opens_on__lte=F("closes_on")),
                violation_error_message="The last day comes on or after the first.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def state(self, day: dt.date) -> WindowState:
        """The state on a day of the district (`District.today()`)."""
        if self.closed_at is not None or day > self.closes_on:
            return WindowState.CLOSED
        return WindowState.PLANNED if day < self.opens_on else WindowState.OPEN


class ObserverDraw(DistrictOwned):
    """How observers were drawn: anyone can do it again from the seed and get the same schools.

    `pool` are the primary keys of the schools that took part, in ascending order; `drawn` those
    that came out (checklists.drawing). Lots were cast with the keys that the schools had then;
    `keys_moved` is how much higher they are since the district moved to another installation.
    """

    window = DistrictKey(Window, models.CASCADE, related_name="draws")
    seed = models.CharField(max_length=20)
    percent = models.PositiveSmallIntegerField()
    pool = models.JSONField(default=list)
    drawn = models.JSONField(default=list)
    keys_moved = models.BigIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Draw {self.seed} for {self.window}"


class ObservationQuerySet(ReachableQuerySet):
    school_path = "position__school"
    district_rows_are_shared = True


class Observation(DistrictOwned):
    """Who rates a position a second time in a window: chosen by a person, or by a draw."""

    window = DistrictKey(Window, models.CASCADE, related_name="observations")
    position = DistrictKey(Position, models.CASCADE, related_name="observations")
    observer = models.ForeignKey(User, models.PROTECT, related_name="+")
    draw = DistrictKey(
        ObserverDraw, models.SET_NULL, null=True, blank=True, related_name="observations"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["position__role__order", "position__school__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["window", "position"], name="one_observer_for_each")
        ]

    def __str__(self) -> str:
        return f"{self.observer} observes {self.position} in {self.window}"


class RelaxedRhythm(DistrictOwned):
    """A position that was stable is asked in every second window only, until someone ends it."""

    position = DistrictKey(Position, models.CASCADE, related_name="relaxed")
    since = DistrictKey(Window, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["position"], condition=Q(ended_at=None), name="one_relaxed_rhythm"
            )
        ]

    def __str__(self) -> str:
        return f"Every second window: {self.position}"

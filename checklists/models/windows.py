"""When: the stretches of days in which checklists are filled in."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from roles.models import SchoolYear
from roles.scoping import DistrictOwned, SharedQuerySet
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
    """

    class Kind(models.TextChoices):
        FALL = "fall", "Fall"
        WINTER = "winter", "Winter"
        SPRING = "spring", "Spring"
        MONTHLY = "monthly", "Monthly"

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="checklist_windows")
    label = models.CharField("name", max_length=60)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MONTHLY)
    opens_on = models.DateField("first day")
    closes_on = models.DateField("last day")
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

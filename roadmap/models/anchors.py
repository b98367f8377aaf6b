"""The days that milestones are counted from."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.db import models
from django.db.models import Q

from roles.models import SchoolYear
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey


class AnchorKind(models.TextChoices):
    FIRST_STUDENT_DAY = "first_student_day", "First student day"
    LAST_STUDENT_DAY = "last_student_day", "Last student day"
    OWN = "own", "A day of our own"


class Unit(models.TextChoices):
    """What an offset from an anchor counts."""

    WEEKS = "weeks", "weeks"
    SCHOOL_DAYS = "school_days", "school days"


class Anchor(DistrictOwned):
    """A day of one school year that milestones count from. The student days follow the calendar;
    a day of the district's own, such as the start of a program in winter, has its name and date.
    """

    school_year = DistrictKey(SchoolYear, models.CASCADE, related_name="anchors")
    kind = models.CharField(max_length=20, choices=AnchorKind)
    label = models.CharField("name", max_length=60, blank=True)
    on = models.DateField("day", null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "kind"],
                condition=~Q(kind="own"),
                name="student_day_anchor_once",
            ),
            models.UniqueConstraint(
                fields=["school_year", "label"],
                condition=Q(kind="own"),
                name="anchor_label_once",
                violation_error_message="This school year has an anchor of that name.",
            ),
            models.CheckConstraint(
                name="own_anchor_has_a_name_and_a_day",
                condition=Q(kind="own", on__isnull=False) & ~Q(label="")
                | ~Q(kind="own") & Q(on=None, label=""),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_kind_display()

    @property
    def day(self) -> dt.date:
        """The date it stands for; reads the school year."""
        if self.kind == AnchorKind.FIRST_STUDENT_DAY:
            return self.school_year.first_student_day
        if self.kind == AnchorKind.LAST_STUDENT_DAY:
            return self.school_year.last_student_day
        return cast("dt.date", self.on)  # the database holds an own anchor to its day

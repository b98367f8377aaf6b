"""Where the program runs: district, school year, schools, departments."""

from __future__ import annotations

import datetime as dt
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roles.schooltime import year_name
from roles.scoping import DistrictOwned, ReachableQuerySet, SharedQuerySet
from roles.wall import DistrictKey


class Approach(models.TextChoices):
    """How a district gets its tutoring (source: domain reference B1)."""

    PARTNER_PROVIDER = "partner_provider", "Partner with a proven provider"
    BUILD_OWN = "build_own", "Build your own program"
    LEVERAGE_PROVIDER = "leverage_provider", "Leverage provider experience"


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Pick a time zone by its name, such as America/Chicago.")


class District(models.Model):
    """One local education agency."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(
        max_length=60, default="America/New_York", validators=[validate_time_zone]
    )
    approach = models.CharField(max_length=20, choices=Approach, default=Approach.PARTNER_PROVIDER)
    logo = models.FileField(upload_to="logos/", max_length=200, blank=True)
    sign_on_only = models.BooleanField(default=False)  # passwords open nothing, but for spare keys

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self) -> dt.date:
        """The date in the district, which late in the evening is not yet that of the server."""
        return timezone.localdate(timezone=self.zone)


class SchoolYearQuerySet(SharedQuerySet):
    def on(self, day: dt.date) -> Self:
        """The year whose July-to-June span holds the day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class SchoolYear(DistrictOwned):
    """Twelve months of the program, with the days students come. An archived year is read only."""

    label = models.CharField(max_length=9, help_text="As in 2026-27.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    first_student_day = models.DateField()
    last_student_day = models.DateField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = SchoolYearQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["district", "label"], name="school_year_label_once"),
            models.CheckConstraint(
                name="school_year_days_in_order",
                condition=Q(
                    starts_on__lte=F("first_student_day"),
                    first_student_day__lt=F("last_student_day"),
                    last_student_day__lte=F("ends_on"),
                ),
                violation_error_message="Put the first student day before the last.",
            ),
        ]

    @property
    def name(self) -> str:
        """As it is shown; the label is its key in addresses and file names."""
        return year_name(self.label)

    def __str__(self) -> str:
        return self.name


class Closure(DistrictOwned):
    """Days inside a school year on which schools are closed."""

    school_year = DistrictKey(SchoolYear, models.CASCADE, related_name="closures")
    label = models.CharField(max_length=80)
    first_day = models.DateField()
    last_day = models.DateField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                name="closure_days_in_order", condition=Q(first_day__lte=F("last_day"))
            )
        ]

    def __str__(self) -> str:
        return self.label


class SchoolQuerySet(ReachableQuerySet):
    school_path = "pk"


class School(DistrictOwned):
    """One school in the program."""

    name = models.CharField(max_length=120)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="school_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Department(DistrictOwned):
    """A central office department that the program leans on."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="department_key_once")
        ]

    def __str__(self) -> str:
        return self.name

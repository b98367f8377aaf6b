"""Who leads: roles, positions (the spine of the product) and who sits in them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone

from roles.models.answering import answered_by
from roles.models.people import User
from roles.models.places import Department, School
from roles.scoping import DistrictOwned, ReachableQuerySet, SharedQuerySet
from roles.wall import DistrictKey


class Level(models.TextChoices):
    """Where a leadership role stands in the program."""

    EXECUTIVE = "executive", "Executive"
    ADMINISTRATIVE = "administrative", "Administrative (central office)"
    SITE = "site", "School site"
    COACHING = "coaching", "Tutor coaching and support"
    DEPARTMENT = "department", "Partner department"


class LeadershipRole(DistrictOwned):
    """A job type in the district's own copy of the role library. Not a software right."""

    key = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    level = models.CharField(max_length=20, choices=Level)
    approaches = models.JSONField(default=list)
    indicator = models.CharField(max_length=10, blank=True)
    reports_to = DistrictKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="supervises"
    )
    typical_holder = models.CharField(max_length=200, blank=True)
    time_hint = models.CharField(max_length=120, blank=True)
    required = models.JSONField(default=list)
    preferred = models.JSONField(default=list)
    by_approach = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)
    library_version = models.CharField(max_length=10, blank=True)
    template = models.JSONField(
        default=dict,
        help_text="The library's words this copy started from or last took over; {} if local.",
    )
    seats = models.PositiveSmallIntegerField(
        "seats in one place",
        null=True,
        blank=True,
        help_text="How many people hold this role at one school or office. Empty: any number.",
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="role_key_once")]

    def __str__(self) -> str:
        return self.title


class DutyQuerySet(SharedQuerySet):
    def current(self) -> Self:
        return self.filter(removed_at=None)


class Duty(DistrictOwned):
    """One responsibility of a leadership role, under a key that lasts (PM1, SL3).

    A duty that is taken out stays as a row: published job descriptions name its key.
    """

    role = DistrictKey(LeadershipRole, models.CASCADE, related_name="duties")
    key = models.CharField(max_length=10)
    text = models.CharField(max_length=300)
    order = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name_plural = "duties"
        constraints = [models.UniqueConstraint(fields=["role", "key"], name="duty_key_once")]

    def __str__(self) -> str:
        return self.text


class PositionQuerySet(ReachableQuerySet):
    district_rows_are_shared = True

    def active(self, day: dt.date) -> Self:
        return self.filter(opened_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))

    def with_filled(self, day: dt.date) -> Self:
        """Annotate `filled` and `interim`, from the assignment in force on the day."""
        current = Assignment.objects.filter(position=OuterRef("pk")).in_force(day)
        return self.annotate(
            filled=Exists(current), is_interim=Exists(current.filter(interim=True))
        )

    def held_by(self, user: User, day: dt.date) -> Self:
        return self.filter(
            pk__in=Assignment.objects.filter(holder=user).in_force(day).values("position")
        )

    def answered_for_by(self, user: User, day: dt.date) -> Self:
        """Held by this person, or vacant and theirs to answer for, see roles.models.answering."""
        return self.filter(pk__in=answered_by(user.pk, day))


class Position(DistrictOwned):
    """One seat: a role at the district, a school or a department. Survives its holders."""

    role = DistrictKey(LeadershipRole, models.PROTECT, related_name="positions")
    school = DistrictKey(School, models.PROTECT, null=True, blank=True, related_name="positions")
    department = DistrictKey(
        Department, models.PROTECT, null=True, blank=True, related_name="positions"
    )
    seat = models.PositiveSmallIntegerField(default=1)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["role__order", "school__name", "seat"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "school", "department", "seat"],
                name="position_seat_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="position_at_one_place", condition=Q(school=None) | Q(department=None)
            ),
            models.CheckConstraint(name="position_seat_from_one", condition=Q(seat__gte=1)),
            models.CheckConstraint(
                name="position_closes_after_it_opens",
                condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        # the title of a department's partner names the department already
        if self.department_id and self.role.level == Level.DEPARTMENT:
            return str(self.role)
        return f"{self.role}, {self.place}"

    @property
    def place(self) -> str:
        return str(self.school or self.department or "central office")


class NotNeeded(DistrictOwned):
    """A school that does without a role, and why: a gap that is none."""

    role = DistrictKey(LeadershipRole, models.CASCADE, related_name="not_needed")
    school = DistrictKey(School, models.CASCADE, related_name="+")
    reason = models.CharField("why", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ReachableQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "school"], name="not_needed_once"),
            models.CheckConstraint(name="not_needed_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.role} not needed at {self.school}: {self.reason}"


class DateSpan(Func):
    """A date range from two columns, last day included."""

    function = "DATERANGE"
    output_field = DateRangeField()


class AssignmentQuerySet(ReachableQuerySet):
    school_path = "position__school"
    district_rows_are_shared = True

    def in_force(self, day: dt.date) -> Self:
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Assignment(DistrictOwned):
    """A person in a position, from one day to another, interim or not."""

    position = DistrictKey(Position, models.CASCADE, related_name="assignments")
    holder = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    interim = models.BooleanField(default=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="assignment_days_in_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="An assignment ends on or after the day it starts.",
            ),
            ExclusionConstraint(
                name="one_holder_at_a_time",
                expressions=[
                    ("position", RangeOperators.EQUAL),
                    (
                        DateSpan(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Someone holds this position on some of these days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} as {self.position}"

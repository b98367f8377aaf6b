"""What the program needs from the partner departments, and what they said to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.people import User
from roles.models.places import Department
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey


class DepartmentNeed(DistrictOwned):
    """One thing the program needs from a department by a day, and the partner's own answer."""

    class Answer(models.TextChoices):
        ASKED = "asked", "Asked"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Not agreed"
        DELIVERED = "delivered", "Delivered"

    department = DistrictKey(Department, models.CASCADE, related_name="needs")
    text = models.CharField("what is needed", max_length=300)
    due_on = models.DateField("by when")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.ASKED)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="answer_says_who_and_when",
                condition=Q(answer="asked")
                | Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="no_says_why", condition=~Q(answer="declined") | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return self.text

"""The home a person chose in a district, and when they were last there."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from roles.models.people import User
from roles.scoping import DistrictOwned, SharedQuerySet

VISIT_ENDS_AFTER = dt.timedelta(minutes=30)


class HomeKind(models.TextChoices):
    """Whose page a home is (source: domain reference B10)."""

    PROJECT_MANAGER = "manager", "Project manager"
    PROGRAM_LEAD = "lead", "Program lead"
    EXECUTIVE = "executive", "Executive champion"
    SUPERVISOR = "supervisor", "Supervisor"
    SITE = "site", "School"
    COACH = "coach", "Coach"
    DEPARTMENT = "department", "Department partner"
    AUDITOR = "auditor", "Auditor"


class HomePlace(DistrictOwned):
    """One person's home in a district. `kind` is empty until someone with two hats has chosen.

    `here_at` is when they last looked at their home, `before_at` when the visit before that ended:
    what changed since then is news to them.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="home_places")
    kind = models.CharField(max_length=12, choices=HomeKind, blank=True)
    here_at = models.DateTimeField(default=timezone.now)
    before_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["district", "user"], name="home_once")]

    def __str__(self) -> str:
        return f"Home of {self.user_id} in {self.district_id}"

"""Who leads which area of work under which approach: the rows behind the role matrix."""

from __future__ import annotations

from django.db import models

from roles.models.leadership import LeadershipRole
from roles.models.places import Approach
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey


class WorkArea(DistrictOwned):
    """One area of work of a tutoring program, such as recruiting tutors."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="work_area_key_once")
        ]

    def __str__(self) -> str:
        return self.name


class Involvement(DistrictOwned):
    """What a role does in an area of work under an approach. No row means not involved.

    A row without a role speaks of the tutoring provider. Rows of all approaches are kept, so that
    a district that changes its approach and comes back finds its own words again.
    """

    class Part(models.TextChoices):
        LEADS = "leads", "Leads"
        SHARES = "shares", "Shares"
        SUPPORTS = "supports", "Supports"
        INFORMED = "informed", "Kept informed"

    area = DistrictKey(WorkArea, models.CASCADE, related_name="involvements")
    role = DistrictKey(
        LeadershipRole, models.CASCADE, null=True, blank=True, related_name="involvements"
    )
    approach = models.CharField(max_length=20, choices=Approach)
    part = models.CharField(max_length=10, choices=Part)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "role", "approach"], name="involvement_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.role or 'Provider'} {self.get_part_display().lower()}: {self.area}"

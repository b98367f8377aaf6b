"""The stretches of a program's year."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Count, Q

from roadmap.models.states import State
from roles.models import SchoolYear
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey


class PhaseQuerySet(SharedQuerySet):
    def with_progress(self) -> Self:
        """The phases in order, with `done` and `total`; what does not apply counts in neither."""
        counted = ~Q(milestones__state=State.NOT_APPLICABLE)
        return self.annotate(
            total=Count("milestones", filter=counted),
            done=Count("milestones", filter=Q(milestones__state=State.DONE)),
        ).order_by("order")  # counting drops the model's own order


class Phase(DistrictOwned):
    """A stretch of the program's year, from purpose to renewal."""

    school_year = DistrictKey(SchoolYear, models.PROTECT, related_name="phases")
    key = models.CharField(max_length=10)
    title = models.CharField(max_length=80)
    usual_time = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["school_year", "key"], name="phase_key_once")
        ]

    def __str__(self) -> str:
        return self.title

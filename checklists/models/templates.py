"""What is rated: a district's own copies of the fidelity checklists, in frozen versions."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from checklists.scales import SCALES, Scale
from roles.models import Duty, LeadershipRole
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey

SUPPORT_NOT_EVALUATION = (
    "This is for learning and support. It is not an evaluation, and it does not affect pay or"
    " contract status."
)


class Frequency(models.TextChoices):
    """How often the action of an item is expected."""

    WEEKLY = "weekly", "Weekly"
    EVERY_TWO_WEEKS = "every_two_weeks", "Every two weeks"
    MONTHLY = "monthly", "Monthly"
    QUARTERLY = "quarterly", "Quarterly"
    TWICE_A_YEAR = "twice_a_year", "Twice a year"
    YEARLY = "yearly", "Yearly"
    PER_EVENT = "per_event", "Each time it occurs"


class TemplateQuerySet(SharedQuerySet):
    def published(self) -> Self:
        return self.filter(status=ChecklistTemplate.Status.PUBLISHED)


class ChecklistTemplate(DistrictOwned):
    """One version of the checklist of a leadership role; without a role, of any department.

    `key` lasts through all versions. The first form made from a version freezes it
    (`frozen_at`): what people answered must go on meaning what it meant.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"

    role = DistrictKey(
        LeadershipRole, models.PROTECT, null=True, blank=True, related_name="checklist_templates"
    )
    key = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=120)
    self_frequency = models.CharField(max_length=20, choices=Frequency)
    minutes_to_complete = models.PositiveSmallIntegerField(default=5)
    banner = models.CharField(max_length=300, default=SUPPORT_NOT_EVALUATION)
    library_version = models.CharField(max_length=10, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["role__order", "key", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "key", "number"], name="checklist_version_once"
            ),
            models.UniqueConstraint(
                fields=["district", "key"],
                condition=Q(status="published"),
                name="one_published_checklist_version",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class ChecklistItem(DistrictOwned):
    """One observable action. Its `key` carries the trend from version to version."""

    template = DistrictKey(ChecklistTemplate, models.CASCADE, related_name="items")
    key = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    frequency = models.CharField(max_length=20, choices=Frequency)
    evidence = models.CharField("what shows it", max_length=200, blank=True)
    duty = DistrictKey(Duty, models.SET_NULL, null=True, blank=True, related_name="+")
    critical = models.BooleanField(default=False)
    scale = models.CharField(max_length=20, choices=[(k, s.label) for k, s in SCALES.items()])
    order = models.PositiveSmallIntegerField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="checklist_item_key_once")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def on_scale(self) -> Scale:
        return SCALES[self.scale]

"""What is rated: a district's own copies of the fidelity checklists, in frozen versions."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from checklists.scales import SCALES, Scale, scale_from
from checklists.scoring import DEVELOPING, ON_TRACK, Thresholds
from roles.models import Duty, LeadershipRole, User
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

    def drafts(self) -> Self:
        return self.filter(status=ChecklistTemplate.Status.DRAFT)


class ChecklistTemplate(DistrictOwned):
    """One version of the checklist of a leadership role; without a role, of any department.

    `key` lasts through all versions. The first form made from a version freezes it
    (`frozen_at`): what people answered must go on meaning what it meant. Triggers in the database
    hold that for the version's words and its items, whoever writes. `observed_in` lists the kinds
    of windows in which a holder of `observer_role` rates too.
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
    observer_role = DistrictKey(
        LeadershipRole, models.PROTECT, null=True, blank=True, related_name="+"
    )
    observed_in = models.JSONField(default=list, blank=True)
    on_track_from = models.PositiveSmallIntegerField("on track from, percent", default=ON_TRACK)
    developing_from = models.PositiveSmallIntegerField(
        "developing from, percent", default=DEVELOPING
    )
    change_note = models.CharField("what changed", max_length=300, blank=True)
    library_version = models.CharField(max_length=10, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

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
            models.UniqueConstraint(
                fields=["district", "key"],
                condition=Q(status="draft"),
                name="one_draft_checklist_version",
            ),
            models.CheckConstraint(
                name="checklist_thresholds_in_order",
                condition=Q(developing_from__gt=0, on_track_from__lte=100)
                & Q(developing_from__lt=F("on_track_from")),
                violation_error_message="Developing begins below on track, both between 1 and 100.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(self.on_track_from, self.developing_from)


class ChecklistItem(DistrictOwned):
    """One observable action. Its `key` carries the trend from version to version.

    `duty_text` is how the duty read when the item was last matched to it. An item rated on a scale
    of the district carries that scale's words (`own_scale`), so that they freeze with it.
    """

    template = DistrictKey(ChecklistTemplate, models.CASCADE, related_name="items")
    key = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    frequency = models.CharField(max_length=20, choices=Frequency)
    evidence = models.CharField("what shows it", max_length=200, blank=True)
    duty = DistrictKey(Duty, models.SET_NULL, null=True, blank=True, related_name="+")
    duty_text = models.CharField(max_length=400, blank=True)
    critical = models.BooleanField(default=False)
    scale = models.CharField(max_length=20)
    own_scale = models.JSONField(null=True, blank=True)
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
        """Its scale, shipped or the district's; KeyError if it names none."""
        return scale_from(self.scale, self.own_scale) if self.own_scale else SCALES[self.scale]


class RatingScale(DistrictOwned):
    """A scale that a district made for itself. `points` go from 0 upwards without a gap:
    [{"value": 0, "label": …, "anchor": …}, …]. Items take its words with them, see `own_scale`.
    """

    key = models.CharField(max_length=20)
    label = models.CharField("name", max_length=60)
    points = models.JSONField(default=list)
    allow_na = models.BooleanField("can be marked as not applicable", default=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["label", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="rating_scale_key_once")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def words(self) -> dict[str, Any]:
        """What an item keeps of it."""
        return {"label": self.label, "allow_na": self.allow_na, "points": self.points}


class DutyDecision(DistrictOwned):
    """What a person decided about a proposal that grew from a job description.

    `digest` names the proposal: its kind, duty, item and words (checklists.alignment).
    """

    checklist_key = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    taken = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "checklist_key", "digest"], name="duty_decided_once"
            )
        ]

    def __str__(self) -> str:
        return "Taken over" if self.taken else "Left as it is"

"""A district's own roadmap templates: a roadmap without its dates, to be laid on another year."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roadmap.models.anchors import AnchorKind, Unit
from roles.models import LeadershipRole, User
from roles.scoping import DistrictOwned, SharedQuerySet
from roles.wall import DistrictKey


class RoadmapTemplate(DistrictOwned):
    """A named set of milestone lines. A template that is put away stays readable."""

    name = models.CharField(max_length=80)
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    put_away_at = models.DateTimeField(null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"],
                condition=Q(put_away_at=None),
                name="roadmap_template_name_once",
                violation_error_message="There is a template of that name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateLine(DistrictOwned):
    """One milestone to be: its offsets count from an anchor found by its kind, and by its label
    where it is one of the district's own. `after` holds the keys of lines best done first.
    """

    template = DistrictKey(RoadmapTemplate, models.CASCADE, related_name="lines")
    key = models.CharField(max_length=10)
    order = models.PositiveSmallIntegerField(default=0)
    phase_key = models.CharField(max_length=10)
    phase_title = models.CharField(max_length=80)
    title = models.CharField(max_length=160)
    why = models.CharField(max_length=400, blank=True)
    proof_hint = models.CharField("proof expected", max_length=200, blank=True)
    supports = models.JSONField("supports indicators", default=list, blank=True)
    approaches = models.JSONField(default=list, blank=True, help_text="None means all.")
    owner_role = DistrictKey(
        LeadershipRole, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    anchor_kind = models.CharField(max_length=20, choices=AnchorKind)
    anchor_label = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=12, choices=Unit, default=Unit.WEEKS)
    start_offset = models.SmallIntegerField("starts")
    due_offset = models.SmallIntegerField("due")
    recurs = models.CharField(max_length=120, blank=True)
    after = models.JSONField(default=list, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="template_line_key_once"),
            models.CheckConstraint(
                name="template_line_starts_before_it_is_due",
                condition=Q(start_offset__lte=F("due_offset")),
                violation_error_message="It starts on or before the day it is due.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

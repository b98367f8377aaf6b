"""What stands beside the ratings of a form: what shows them, and why a form was opened again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from checklists.models.forms import Checklist, RatingQuerySet
from checklists.models.templates import ChecklistItem
from roles.models import User
from roles.scoping import DistrictOwned
from roles.wall import DistrictKey


class Reopening(DistrictOwned):
    """A submitted form was opened again: by whom, why, and what it had come to."""

    checklist = DistrictKey(Checklist, models.CASCADE, related_name="reopenings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField("why", max_length=300)
    submitted_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    band = models.CharField(max_length=15)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(name="reopening_says_why", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.checklist} opened again: {self.reason}"


class ItemEvidence(DistrictOwned):
    """What shows a rating: a link, or a file (a photo is one). Never about students."""

    MOST = 5  # for one item

    checklist = DistrictKey(Checklist, models.CASCADE, related_name="evidence")
    item = DistrictKey(ChecklistItem, models.PROTECT, related_name="+")
    url = models.URLField("link", max_length=500, blank=True)
    file = models.FileField(upload_to="evidence/", max_length=200, blank=True)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)
    save_id = models.UUIDField(null=True, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_link_or_a_file", condition=Q(url="") ^ Q(file="")
            ),
            models.UniqueConstraint(fields=["checklist", "save_id"], name="evidence_sent_once"),
        ]

    def __str__(self) -> str:
        return self.name

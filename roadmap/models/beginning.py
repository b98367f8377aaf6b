"""What a district settles before it begins: the guide's own list, which the source leaves empty."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from roles.models import User
from roles.scoping import DistrictOwned, SharedQuerySet


class BeginningItem(DistrictOwned):
    """One thing to settle before the start; `key` names the suggestion it came from, if any."""

    key = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=200)
    note = models.CharField("where it stands", max_length=400, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "key"], condition=~Q(key=""), name="beginning_suggested_once"
            ),
            models.CheckConstraint(name="beginning_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="settled_wholly_or_not",
                condition=Q(settled_on=None, settled_by=None)
                | Q(settled_on__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text

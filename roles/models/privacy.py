"""People who are deleted: owed work, since it reaches outside of what one district sees."""

from django.db import models
from django.db.models import Q

from roles.models.owed import OwedQuerySet, OwedWork
from roles.models.people import User


class PersonRemoval(OwedWork):
    """Someone asked that a person be deleted. `told` counts what went, by kind; it names nobody."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    told = models.JSONField(default=dict, blank=True)

    objects = OwedQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at"]
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="removal_once")]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="removal_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"Removal {self.pk}"

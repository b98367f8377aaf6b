"""What was done, by whom: append-only, from behind the wall too."""

from django.db import models
from django.utils import timezone

from roles.models.people import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned


class AuditEvent(DistrictOwned):
    """One thing someone did. Never updated, never deleted with its subject."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_pk = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["district", "-at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}:{self.subject_pk}"

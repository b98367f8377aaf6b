"""How long a district keeps what: one row for each rule that differs from the usual."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.people import User
from roles.scoping import DistrictOwned, SharedQuerySet


class RetentionKind(models.TextChoices):
    """What a rule is about. Each one acts: `tutoring_admin.systems.privacy.rules`."""

    LETTERS = "letters", "Letters and notices"
    INVITATIONS = "invitations", "Invitations"
    ROSTERS = "rosters", "Roster imports"
    RATINGS = "ratings", "Checklist ratings of named people"
    EVIDENCE = "evidence", "Files and links beside ratings"
    COACHING = "coaching", "Coaching log"
    AUDIT = "audit", "Audit trail"


class RetentionRule(DistrictOwned):
    """So many days a district keeps one kind. Without a row: the usual number."""

    kind = models.CharField(max_length=20, choices=RetentionKind)
    days = models.PositiveIntegerField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["district", "kind"], name="retention_rule_once"),
            models.CheckConstraint(
                name="retention_within_reason", condition=Q(days__gte=30, days__lte=7305)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.days} days"

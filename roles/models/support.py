"""Visits of the installation's operators: asked for, allowed by the district, short, on record."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from roles.models.audit import AuditEvent
from roles.models.people import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned

MOST_MINUTES = 60
ASKED_FOR = dt.timedelta(days=1)  # what nobody answered by then is over


class SupportVisitQuerySet(DistrictOnlyQuerySet):
    def in_force(self) -> Self:
        """Allowed, and neither over nor ended."""
        now = timezone.now()
        return self.filter(starts_at__lte=now, ends_at__gt=now, ended_at=None)

    def asked(self) -> Self:
        """Waiting for an answer of the district."""
        open_ones = self.filter(starts_at=None, ended_at=None)
        return open_ones.filter(asked_at__gt=timezone.now() - ASKED_FOR)


class SupportVisit(DistrictOwned):
    """An operator asks to look into a district; a district lead allows it, for an hour at most.

    `ended_at` without `starts_at`: declined, or taken back by who asked.
    """

    operator = models.ForeignKey(User, models.CASCADE, related_name="support_visits")
    reason = models.CharField(max_length=500)
    minutes = models.PositiveSmallIntegerField(
        default=MOST_MINUTES, validators=[MinValueValidator(5), MaxValueValidator(MOST_MINUTES)]
    )
    asked_at = models.DateTimeField(default=timezone.now)
    allowed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SupportVisitQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="support_visit_is_short", condition=Q(minutes__range=(5, MOST_MINUTES))
            ),
            models.CheckConstraint(
                name="support_visit_ends_within_the_hour",
                condition=Q(starts_at=None, ends_at=None)
                | Q(
                    starts_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                    ends_at__lte=F("starts_at") + dt.timedelta(minutes=MOST_MINUTES),
                ),
            ),
            models.CheckConstraint(
                name="support_visit_is_allowed_by_another",
                condition=Q(allowed_by=None) | ~Q(allowed_by=F("operator")),
            ),
        ]
        indexes = [
            models.Index(fields=["operator", "district"], name="support_visits_of_operator"),
        ]

    def __str__(self) -> str:
        return f"Support visit of {self.operator}"

    def note_page(self, address: str) -> None:
        """Leave a line in the audit trail: what was opened, whatever comes of it."""
        AuditEvent.objects.create(
            district=self.district,
            actor_id=self.operator_id,
            verb="support.page_opened",
            subject=self._meta.label_lower,
            subject_pk=str(self.pk),
            detail={"page": address[:300]},
        )

    @property
    def state(self) -> str:
        """One of asked, lapsed, declined, open, over, ended."""
        now = timezone.now()
        if self.starts_at is None or self.ends_at is None:
            if self.ended_at:
                return "declined"
            return "asked" if self.asked_at > now - ASKED_FOR else "lapsed"
        if self.ended_at:
            return "ended"
        return "open" if self.ends_at > now else "over"

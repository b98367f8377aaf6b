"""Keys with which another system reads a district's records, and traces of what changed in them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.people import User
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned, SharedQuerySet


class ApiTokenQuerySet(DistrictOnlyQuerySet):
    def living(self, day: dt.date) -> Self:
        """Not ended, and not run out on that day of the district."""
        return self.filter(revoked_at=None, expires_on__gte=day)


class ApiToken(DistrictOwned):
    """A key that lets one other system read what its scopes name. Only its hash is kept.

    `expires_on` is the last day on which it opens anything, in the district's time. `scopes` are
    names of tutoring_admin.api.scopes. `last_used_at` is noted once a minute at most.
    """

    LONGEST = dt.timedelta(days=365)

    name = models.CharField("for which system", max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_on = models.DateField("works until")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="ended_token_says_who",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, day: dt.date) -> str:
        """One of ended, ran_out, works."""
        if self.revoked_at:
            return "ended"
        return "ran_out" if self.expires_on < day else "works"


class Trace(DistrictOwned):
    """That a record was made, changed or deleted (`gone`): added by the database itself.

    `kind` is the API's word for the record, `row_pk` its primary key. Rows are only ever added
    (`roles.tracing` has the triggers); for a record the newest says how it stands.
    """

    # Emptying tables adds rows here, the last ones for a district that is gone: no constraint.
    district = models.ForeignKey(
        "roles.District", models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    kind = models.CharField(max_length=30)
    row_pk = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    gone = models.BooleanField(default=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["district", "kind", "row_pk"], name="trace_of_a_row"),
            models.Index(fields=["district", "kind", "at"], name="trace_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_pk} {'gone' if self.gone else 'changed'} at {self.at}"

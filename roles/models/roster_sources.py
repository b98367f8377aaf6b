"""Where a district's roster comes from over the network, and each time it was asked."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.owed import UNFINISHED, OwedQuerySet, OwedStatus, OwedWork
from roles.models.people import User
from roles.models.rosters import RosterImport
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned
from roles.wall import DistrictKey


class RosterSource(DistrictOwned):
    """The OneRoster service that a district's roster is pulled from. `secret` is sealed.

    `hour` is one of the district's own clock. `applies_small`: what a night brings is applied by
    itself if no row was refused and at most `most_ended` of 100 people and schools would end.
    """

    class Version(models.TextChoices):
        V1_1 = "1.1", "OneRoster 1.1"
        V1_2 = "1.2", "OneRoster 1.2"

    name = models.CharField("name", max_length=80)
    version = models.CharField(max_length=3, choices=Version, default=Version.V1_2)
    base_address = models.CharField("base address", max_length=400)
    token_address = models.CharField("token address", max_length=400)
    client_id = models.CharField("client ID", max_length=255)
    secret = models.TextField()
    scopes = models.CharField(max_length=500, blank=True)
    is_nightly = models.BooleanField("ask each night", default=True)
    hour = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(23)])
    applies_small = models.BooleanField("apply small changes by itself", default=False)
    most_ended = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    changed_at = models.DateTimeField(default=timezone.now)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district"], name="roster_source_once"),
            models.CheckConstraint(
                name="roster_source_within_reason", condition=Q(hour__lte=23, most_ended__lte=10)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RosterPullQuerySet(OwedQuerySet):
    school_path: ClassVar[str | None] = None
    district_rows_are_shared = False


class RosterPull(OwedWork):
    """One time that a source is asked. `position` is the page to ask for next, so a worker that
    takes over goes on from there; `counts` is what came so far, `words` how it ended.

    `since`: only what changed after that moment was asked for. `failures`: questions in a row that
    were not answered.
    """

    class Kind(models.TextChoices):
        TEST = "test", "Test"
        NIGHTLY = "nightly", "By night"
        ASKED = "asked", "By hand"

    class Outcome(models.TextChoices):
        OPEN = "", "Not over yet"
        NOTHING = "nothing", "Nothing changed"
        WAITS = "waits", "Waits for a person"
        APPLIES = "applies", "Applied by itself"

    most_tries: ClassVar[int] = 400  # it is given back often; its age is what ends it

    source = DistrictKey(RosterSource, models.CASCADE, related_name="pulls")
    kind = models.CharField(max_length=10, choices=Kind)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    began_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    position = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    failures = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    roster = DistrictKey(RosterImport, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RosterPullQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="roster_pull_once"),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="roster_pull_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.owed_at:%b %d, %Y}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED

    @property
    def is_test(self) -> bool:
        return self.kind == self.Kind.TEST

    def keep(self, **fields: Any) -> bool:
        """Note how far it is, and hold the claim longer. False if it was cancelled, or lost to
        another worker.
        """
        held = RosterPull.objects.filter(pk=self.pk, status=OwedStatus.RUNNING, tries=self.tries)
        kept = held.update(lease_until=timezone.now() + self.lease, **fields)
        for name, value in fields.items():
            setattr(self, name, value)
        return bool(kept)

    def give_back(self, wait: dt.timedelta, *, failures: int, words: str) -> bool:
        """Let another worker go on after a while."""
        again = timezone.now() + wait
        told = {"failures": failures, "words": words[:500], "last_error": words[:300]}
        return self._move(OwedStatus.WAITING, {"not_before": again, **told})

"""What the district's roster says, kept beside the program's own records.

A roster proposes: its entries become schools, people or access only where a person says so.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from roles.models.owed import OwedQuerySet, OwedStatus, OwedWork
from roles.models.people import User
from roles.models.places import School
from roles.scoping import DistrictOnlyQuerySet, DistrictOwned
from roles.wall import DistrictKey


class RosterKind(models.TextChoices):
    ORG = "org", "School or office"
    SESSION = "session", "School year or term"
    PERSON = "person", "Person"
    ROLE = "role", "Role at a school"


class RosterImportQuerySet(OwedQuerySet):
    school_path: ClassVar[str | None] = None
    district_rows_are_shared = False

    def applied(self) -> Self:
        """Those whose changes are in force."""
        return self.filter(applied_at__isnull=False, undone_at__isnull=True)


class RosterImport(OwedWork):
    """One roster that came in: its dry run, and what a person made of it.

    `task` is what a worker owes it, or did last; `status` how far that is. `summary` counts, for
    each kind, what would be added, changed and so on.
    """

    class Task(models.TextChoices):
        READ = "read", "Reading"
        COMPARE = "compare", "Comparing"
        APPLY = "apply", "Applying"
        UNDO = "undo", "Undoing"

    most_tries: ClassVar[int] = 3

    source = models.CharField(max_length=20)
    route = models.CharField(max_length=10)
    version = models.CharField(max_length=10, blank=True)
    name = models.CharField("file or system", max_length=160)
    bulk = models.JSONField(default=list)
    task = models.CharField(max_length=10, choices=Task, default=Task.READ)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    summary = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    rejected = models.PositiveIntegerField(default=0)
    # the newest import in force when this one was compared: another one since makes it stale
    compared_on = models.BigIntegerField(default=0)
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="roster_import_once"),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="roster_import_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_busy(self) -> bool:
        """Whether it is being read, or a worker has it or owes it something."""
        return self.is_reading or self.status in (OwedStatus.WAITING, OwedStatus.RUNNING)

    @property
    def is_reading(self) -> bool:
        return self.task == self.Task.READ and self.discarded_at is None

    @property
    def state(self) -> str:
        """One of busy, failed, ready, applied, undone, discarded."""
        if self.discarded_at:
            return "discarded"
        if self.is_busy:
            return "busy"
        if self.status == OwedStatus.FAILED:
            return "failed"
        if self.undone_at:
            return "undone"
        return "applied" if self.applied_at else "ready"

    def count(self, change: str) -> int:
        """How many rows of all kinds a change concerns."""
        return sum(counts.get(change, 0) for counts in self.summary.values())


class RosterEntry(DistrictOwned):
    """One thing the roster knows: a school, a year, a person on the staff, a role.

    `said` is what the roster said last, `ours` what the district corrected and keeps; `label` and
    `email` are what is in force. `about_key` and `place_key` point at other entries of the same
    source: a role's person and its org, an org's parent, a person's main org.
    """

    kind = models.CharField(max_length=10, choices=RosterKind)
    source = models.CharField(max_length=20)
    key = models.CharField(max_length=255)
    said = models.JSONField(default=dict)
    ours = models.JSONField(default=dict)
    label = models.CharField(max_length=255)
    email = models.CharField(max_length=254, blank=True)
    about_key = models.CharField(max_length=255, blank=True)
    place_key = models.CharField(max_length=255, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    school = DistrictKey(School, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    declined = models.JSONField(default=list)
    added_by = DistrictKey(RosterImport, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["label", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "source", "kind", "key"], name="roster_entry_once"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "kind", "label"], name="roster_entry_by_label"),
            models.Index(fields=["district", "kind", "about_key"], name="roster_entry_about"),
            models.Index(F("district"), Lower("email"), name="roster_entry_email"),
        ]

    def __str__(self) -> str:
        return self.label

    def now(self, field: str) -> str:
        """What is in force: the district's own word where it has one."""
        value: Any = self.ours.get(field, self.said.get(field, ""))
        return str(value)

    @property
    def kept(self) -> list[tuple[str, str, str]]:
        """Field, the district's value and the roster's, wherever the two are not the same."""
        return [
            (field, str(ours), str(self.said.get(field, "")))
            for field, ours in self.ours.items()
            if ours != self.said.get(field, "")
        ]


class RosterLine(DistrictOwned):
    """One row of an import as it was read, and what it would change; `before` is for undoing."""

    class Change(models.TextChoices):
        UNKNOWN = "", "Not compared yet"
        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        RETURNED = "returned", "Back again"
        ENDED = "ended", "Ended"
        SAME = "same", "As before"
        IGNORED = "ignored", "Ended and never here"
        REJECTED = "rejected", "Rejected"

    roster = DistrictKey(RosterImport, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=RosterKind)
    key = models.CharField(max_length=255)
    said = models.JSONField(default=dict)
    label = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    about_key = models.CharField(max_length=255, blank=True)
    place_key = models.CharField(max_length=255, blank=True)
    gone = models.BooleanField(default=False)
    file = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(default=0)
    change = models.CharField(max_length=10, choices=Change, blank=True)
    entry = DistrictKey(RosterEntry, models.SET_NULL, null=True, blank=True, related_name="+")
    before = models.JSONField(null=True, blank=True)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "kind", "key"], name="roster_line_once"),
        ]
        indexes = [models.Index(fields=["roster", "change", "kind"], name="roster_line_changes")]

    def __str__(self) -> str:
        return self.label or self.key


class RosterFinding(DistrictOwned):
    """What is wrong with a value of an import, or worth knowing (`taken`: its row came in)."""

    roster = DistrictKey(RosterImport, models.CASCADE, related_name="findings")
    file = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(default=0)
    column = models.CharField(max_length=80, blank=True)
    expected = models.CharField(max_length=200)
    got = models.CharField(max_length=200, blank=True)
    taken = models.BooleanField(default=False)
    # of rows against each other: comparing finds these anew
    between = models.BooleanField(default=False)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["taken", "file", "row", "pk"]

    def __str__(self) -> str:
        return f"{self.file} {self.row} {self.column}"


class ExternalId(DistrictOwned):
    """What another system calls a school or a person: an identifier, and whose it is."""

    school = DistrictKey(School, models.CASCADE, null=True, blank=True, related_name="external_ids")
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="external_ids"
    )
    system = models.CharField(max_length=40)
    identifier = models.CharField(max_length=255)

    objects = DistrictOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["system", "identifier"]
        constraints = [
            models.CheckConstraint(
                name="external_id_of_one_thing",
                condition=Q(school__isnull=False, user__isnull=True)
                | Q(school__isnull=True, user__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["district", "system", "identifier"],
                condition=Q(school__isnull=False),
                name="external_id_of_one_school",
            ),
            models.UniqueConstraint(
                fields=["district", "system", "identifier"],
                condition=Q(user__isnull=False),
                name="external_id_of_one_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.identifier}"


# how long an import can be undone; its rows are kept at least so long (retention)
UNDO_WITHIN = dt.timedelta(days=30)

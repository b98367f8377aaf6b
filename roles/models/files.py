"""Files that workers make on request: owed like a letter, and fetched by whoever asked."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from roles.models.leadership import Assignment
from roles.models.owed import LEASE, UNFINISHED, OwedQuerySet, OwedStatus, OwedWork
from roles.models.people import User
from roles.wall import DistrictKey


class OwedFile(OwedWork):
    """A file owed to a reader; `made` of `total` steps are done, 0 of 1 until it is."""

    file = models.FileField(upload_to="made/", max_length=200, blank=True)
    total = models.PositiveIntegerField(default=1)
    made = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def percent(self) -> int:
        return self.made * 100 // self.total if self.total else 0


class AssignmentFileQuerySet(OwedQuerySet):
    """Files about one holder's time in a position: seen by who reaches the position's school."""

    school_path: ClassVar[str | None] = "assignment__position__school"


class HandoverPack(OwedFile):
    """What the next person in a position needs: a PDF made when someone leaves."""

    assignment = DistrictKey(Assignment, models.CASCADE, related_name="handover_packs")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = AssignmentFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="pack_once")]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="pack_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"Hand-over pack of {self.assignment}"


class Archive(OwedFile):
    """All published job descriptions of a district in one ZIP. The one who asked may cancel it."""

    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OwedQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at"]
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="archive_once")]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="archive_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"All job descriptions, {self.owed_at:%b %d, %Y}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED

    @property
    def size(self) -> int:
        """Of the file in bytes; 0 if there is none, or it is gone."""
        try:
            return self.file.size if self.file else 0
        except OSError:
            return 0

    def wait(self, *, until: dt.datetime, made: int, total: int) -> bool:
        """Give the claim back until the parts are there; waiting is no failed try."""
        back = {"not_before": until, "made": made, "total": total, "tries": 0}
        return self._move(OwedStatus.WAITING, back)

    def is_held(self) -> bool:
        """Whether this worker's claim still stands; makes it last longer. False once cancelled."""
        held = Archive.objects.filter(pk=self.pk, status=OwedStatus.RUNNING, tries=self.tries)
        return bool(held.update(lease_until=timezone.now() + LEASE))


class MadeFile(OwedFile):
    """A page or a table as a file, made in the background for the one who asked.

    `maker` names who makes it (`roles.making`), `arguments` what of; `name` is the file's own.
    """

    maker = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    title = models.CharField(max_length=160)
    name = models.CharField(max_length=120)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OwedQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="made_file_once")]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="made_file_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            ),
            models.Index(fields=["district", "asked_by", "-owed_at"], name="made_file_of_reader"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED

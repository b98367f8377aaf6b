"""PDFs of checklists, made by a worker for whoever asked."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q

from checklists.models.forms import Checklist
from checklists.models.templates import ChecklistTemplate
from checklists.models.windows import Window
from roles.models import User
from roles.models.files import OwedFile
from roles.models.owed import OwedQuerySet
from roles.wall import DistrictKey


class PaperQuerySet(OwedQuerySet):
    """A completed form keeps to its school; the rest is of the whole district."""

    school_path: ClassVar[str | None] = "checklist__school"


class Paper(OwedFile):
    """One PDF: of an empty checklist, of a completed form, or of a window's report.

    It says what its asker may read, so it is theirs alone (`asked_by`).
    """

    most_tries: ClassVar[int] = 2
    lease: ClassVar[dt.timedelta] = dt.timedelta(minutes=1)

    template = DistrictKey(
        ChecklistTemplate, models.CASCADE, null=True, blank=True, related_name="+"
    )
    checklist = DistrictKey(Checklist, models.CASCADE, null=True, blank=True, related_name="+")
    window = DistrictKey(Window, models.CASCADE, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-owed_at"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="checklist_paper_once"),
            models.CheckConstraint(
                name="paper_of_one_thing",
                condition=Q(template__isnull=False, checklist=None, window=None)
                | Q(template=None, checklist__isnull=False, window=None)
                | Q(template=None, checklist=None, window__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="checklist_paper_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"PDF of {self.template or self.checklist or self.window}"

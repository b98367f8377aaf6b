"""Who has read a job description, counted: for the role's own page, at any size of district."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from roles.access import Reach
from roles.models import Acknowledgement, Assignment, JobDescriptionVersion


@dataclass(frozen=True)
class Reading:
    """How many hold a position that a version covers, how many have read it, who has not."""

    asked: int
    read: int
    missing: Sequence[str]


def reading(version: JobDescriptionVersion, reach: Reach, day: dt.date) -> Reading:
    """Who is asked to read a version, as far as the reach goes. One query."""
    done = Acknowledgement.objects.reachable(reach).filter(
        version=version, assignment=OuterRef("pk")
    )
    rows = list(
        Assignment.objects.reachable(reach)
        .in_force(day)
        .filter(position__role=version.job_description.role_id)
        .annotate(has_read=Exists(done))
        .values_list("has_read", "holder__first_name", "holder__last_name", "holder__email")
    )
    missing = [f"{first} {last}".strip() or mail for read, first, last, mail in rows if not read]
    return Reading(len(rows), len(rows) - len(missing), missing)

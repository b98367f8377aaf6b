"""Milestones as a source of notices: what is due, and what is so when a letter is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from roadmap.models import OPEN, Milestone
from roadmap.models.milestones import MilestoneQuerySet
from roles.models import District
from roles.notices import Due, Line, Mine, number

FIELDS = ("pk", "title", "due_on", "owner", "state", "reason", "proof_hint", "blocks")


def subject_of(milestone_pk: int) -> str:
    return f"milestone:{milestone_pk}"


class Milestones:
    kind = "milestone"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Open milestones that are due in these days. One query."""
        found = Milestone.objects.filter(district=district, due_on__range=(first, last)).open()
        if mine is not None:
            found = found.filter(owner__in=mine.positions)
        for row in _rows(found):
            yield Due(subject=subject_of(row["pk"]), **_line(district, row))

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those of these milestones that are open. One query."""
        pks = [number(subject) for subject in subjects]
        found = Milestone.objects.filter(district=district, pk__in=pks).open()
        return {subject_of(row["pk"]): Line(**_line(district, row)) for row in _rows(found)}


def _rows(found: MilestoneQuerySet) -> Any:
    later = Count("successions", filter=Q(successions__milestone__state__in=OPEN))
    return found.annotate(blocks=later).order_by("due_on", "pk").values(*FIELDS).iterator()


def _line(district: District, row: dict[str, Any]) -> dict[str, Any]:
    said = []
    if row["reason"]:
        said.append(f"{row['state'].replace('_', ' ').capitalize()}: {row['reason'].rstrip('.')}.")
    if row["proof_hint"]:
        said.append(f"Proof expected: {row['proof_hint'].rstrip('.')}.")
    return {
        "title": row["title"],
        "path": reverse("roadmap:detail", kwargs={"district": district.slug, "pk": row["pk"]}),
        "due_on": row["due_on"],
        "position_id": row["owner"],
        "words": " ".join(said),
        "blocks": row["blocks"],
    }

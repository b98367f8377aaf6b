"""Milestones as a source of notices: what is due, and what is so when a letter is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format

from roadmap.models import OPEN, AtRiskProposal, Milestone
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
        page = _pages(district)
        for row in _rows(found):
            yield Due(subject=subject_of(row["pk"]), **_line(page, row))

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those of these milestones that are open. One query."""
        pks = [number(subject) for subject in subjects]
        found = Milestone.objects.filter(district=district, pk__in=pks).open()
        page = _pages(district)
        return {subject_of(row["pk"]): Line(**_line(page, row)) for row in _rows(found)}


def _rows(found: MilestoneQuerySet) -> Any:
    later = Count("successions", filter=Q(successions__milestone__state__in=OPEN))
    return found.annotate(blocks=later).order_by("due_on", "pk").values(*FIELDS)


def _pages(district: District) -> str:
    """The address of a milestone's page, to be filled in: working each out anew costs more than
    finding the milestones.
    """
    page = reverse("roadmap:detail", kwargs={"district": district.slug, "pk": 0})
    return page.replace("/0/", "/{}/")


def _line(page: str, row: dict[str, Any]) -> dict[str, Any]:
    said = []
    if row["reason"]:
        said.append(f"{row['state'].replace('_', ' ').capitalize()}: {row['reason'].rstrip('.')}.")
    if row["proof_hint"]:
        said.append(f"Proof expected: {row['proof_hint'].rstrip('.')}.")
    return {
        "title": row["title"],
        "path": page.format(row["pk"]),
        "due_on": row["due_on"],
        "position_id": row["owner"],
        "words": " ".join(said),
        "blocks": row["blocks"],
    }


def risk_subject(milestone_pk: int) -> str:
    return f"at_risk:{milestone_pk}"


class AtRisk:
    """Questions whether a milestone is at risk, for who owns it: a line of the weekly brief."""

    kind = "at_risk"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Nothing: the questions are told, see roadmap.services.risk."""
        yield from ()

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that wait for their answer. One query."""
        pks = [number(subject) for subject in subjects]
        found = _asked(district).filter(milestone__in=pks)
        return {risk_subject(each.milestone_id): Line(**_question(each)) for each in found}

    def asked(self, district: District) -> list[Due]:
        """All that wait for an answer, each with the due date that it is about. One query."""
        return [
            Due(
                subject=risk_subject(each.milestone_id),
                due_on=each.due_on,
                climbs=False,
                **_question(each),
            )
            for each in _asked(district)
        ]


def _asked(district: District) -> Any:
    found = AtRiskProposal.objects.filter(
        district=district, milestone__school_year__archived_at=None
    )
    return found.standing().select_related("milestone", "district")


def _question(asked: AtRiskProposal) -> dict[str, Any]:
    kwargs = {"district": asked.district.slug, "pk": asked.milestone_id}
    return {
        "verb": "Answer",
        "title": f"whether it is at risk: {asked.milestone.title}",
        "path": reverse("roadmap:detail", kwargs=kwargs),
        "position_id": asked.milestone.owner_id,
        "words": f"{asked.reason} It is due {date_format(asked.due_on, 'M j')}.",
    }

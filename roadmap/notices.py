"""Milestones as a source of notices: what is due, and what is so when a letter is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format

from roadmap.models import OPEN, AtRiskProposal, Milestone
from roadmap.models.milestones import MilestoneQuerySet
from roles import prepared
from roles.models import District
from roles.notices import Due, Line, Mine, News, number

FIELDS = ("pk", "title", "due_on", "owner", "state", "reason", "proof_hint", "blocks")
ANYWHERE, ANY_FIRST, ANY_LAST = -1_000_001, dt.date(1, 1, 1), dt.date(1, 1, 2)

Row = tuple[int, str, dt.date, int | None, str, str, str, int]
"""A milestone's FIELDS."""


def subject_of(milestone_pk: int) -> str:
    return f"milestone:{milestone_pk}"


class Milestones:
    kind = "milestone"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """Open milestones that are due in these days. One query."""
        if mine is None:
            values = {ANYWHERE: district.pk, ANY_FIRST: first, ANY_LAST: last}
            rows = everybodys().ask_all(values)
        else:
            rows = _rows(_open(district.pk, first, last).filter(owner__in=mine.positions))
        page = _pages(district)
        return (Due(subject=subject_of(row[0]), **_line(page, row)) for row in rows)

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those of these milestones that are open. One query."""
        pks = [number(subject) for subject in subjects]
        found = Milestone.objects.filter(district=district, pk__in=pks).open()
        page = _pages(district)
        return {subject_of(row[0]): Line(**_line(page, row)) for row in _rows(found)}


def _open(district_pk: int, first: dt.date, last: dt.date) -> MilestoneQuerySet:
    return Milestone.objects.filter(district=district_pk, due_on__range=(first, last)).open()


def _rows(found: MilestoneQuerySet) -> Any:
    """The FIELDS of each."""
    later = Count("successions", filter=Q(successions__milestone__state__in=OPEN))
    return found.annotate(blocks=later).order_by("due_on", "pk").values_list(*FIELDS)


@cache
def everybodys() -> prepared.Prepared:
    """What every sweep asks of every district."""
    return prepared.of_all(_rows(_open(ANYWHERE, ANY_FIRST, ANY_LAST)))


def _pages(district: District) -> str:
    """The address of a milestone's page, to be filled in: working each out anew costs more than
    finding the milestones.
    """
    page = reverse("roadmap:detail", kwargs={"district": district.slug, "pk": 0})
    return page.replace("/0/", "/{}/")


def _line(page: str, row: Row) -> dict[str, Any]:
    pk, title, due_on, owner, state, reason, proof_hint, blocks = row
    return {
        "title": title,
        "path": page.format(pk),
        "due_on": due_on,
        "position_id": owner,
        "words": _words(state, reason, proof_hint) if reason or proof_hint else "",
        "blocks": blocks,
    }


def _words(state: str, reason: str, proof_hint: str) -> str:
    said = []
    if reason:
        said.append(f"{state.replace('_', ' ').capitalize()}: {reason.rstrip('.')}.")
    if proof_hint:
        said.append(f"Proof expected: {proof_hint.rstrip('.')}.")
    return " ".join(said)


def risk_subject(milestone_pk: int) -> str:
    return f"at_risk:{milestone_pk}"


class AtRisk(News):
    """Questions whether a milestone is at risk, for who owns it: a line of the weekly brief.

    roadmap.services.risk tells them.
    """

    kind = "at_risk"

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

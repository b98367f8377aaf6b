"""Evidence by hand as a source of notices: it is about to run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.urls import reverse

from roles.ladder import Step
from roles.models import District, Membership, Position
from roles.notices import Due, Line, Mine, number
from selfassessment.models import EvidenceRevision

AHEAD = dt.timedelta(days=30)
STEPS = (Step(-30), Step(-7))
LEAD = "PROGRAM_LEAD"


def subject_of(evidence_pk: int) -> str:
    return f"hand_evidence:{evidence_pk}"


class HandEvidenceEnds:
    """Told to who answers for it, 30 and 7 days before its last day; to the program lead where its
    owner has left the district.
    """

    kind = "hand_evidence"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """What counts for the last time in these days. One query."""
        for says in _standing(district).filter(expires_on__range=(first, last)):
            due = Due(
                subject=subject_of(says.evidence_id),
                steps=STEPS,
                climbs=False,
                **_line(district, says),
            )
            if mine is None or mine.has(due):
                yield due

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those that were neither renewed nor taken back. One query."""
        pks = [number(subject) for subject in subjects]
        near = district.today() + AHEAD
        found = _standing(district).filter(evidence__in=pks, expires_on__lte=near)
        return {subject_of(each.evidence_id): Line(**_line(district, each)) for each in found}


def _standing(district: District) -> QuerySet[EvidenceRevision]:
    owner = OuterRef("evidence__owner")
    here = Membership.objects.filter(district=district, user=owner, user__is_active=True)
    leads = Position.objects.filter(district=district, role__key=LEAD)
    lead = leads.active(district.today()).order_by("school", "pk").values("pk")
    found = EvidenceRevision.objects.filter(district=district).current().standing()
    return found.annotate(
        reader=Case(When(Exists(here), then=F("evidence__owner"))),
        lead=Case(When(~Exists(here), then=Subquery(lead[:1]))),
    ).order_by("expires_on", "evidence")


def _line(district: District, says: Any) -> dict[str, Any]:
    """`says` carries who is told: its owner or a position."""
    return {
        "verb": "Renew",
        "title": f"evidence: {says.label}",
        "path": reverse("selfassessment:evidence", args=[district.slug, says.evidence_id]),
        "due_on": says.expires_on,
        "reader_id": says.reader,
        "position_id": None if says.reader else says.lead,
        "words": "Say that it is still true and until when, or put what is newer in its place."
        " After that day it no longer counts.",
        "why": "you answer for this evidence" if says.reader else "",
    }

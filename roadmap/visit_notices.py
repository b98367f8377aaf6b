"""The next visit at a school, as its visitor is told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from roadmap.models import SchoolVisit
from roles.ladder import Step
from roles.models import District
from roles.notices import Due, Line, Mine, number

BEFORE_A_VISIT = (Step(-2), Step(0))


def subject_of(visit_pk: int) -> str:
    return f"visit:{visit_pk}"


def latest_visits(visits: QuerySet[SchoolVisit]) -> QuerySet[SchoolVisit]:
    """Of each visitor and school only the latest note: the ones before it came to their end."""
    same = SchoolVisit.objects.filter(school=OuterRef("school"), by=OuterRef("by"))
    later = same.filter(Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk")))
    return visits.filter(~Exists(later))


class NextVisits:
    """Visits that somebody means to make, until they note the next one there."""

    kind = "visit"

    def due(
        self, district: District, first: dt.date, last: dt.date, mine: Mine | None = None
    ) -> Iterator[Due]:
        """One query."""
        found = self._planned(district).filter(next_on__range=(first, last))
        if mine is not None:
            found = found.filter(by=mine.reader_id)
        for visit in found:
            yield Due(
                subject=subject_of(visit.pk),
                steps=BEFORE_A_VISIT,
                climbs=False,
                **_line(district, visit),
            )

    def still(self, district: District, subjects: Collection[str]) -> dict[str, Line]:
        """Those after which no other visit was noted. One query."""
        found = self._planned(district).filter(pk__in=[number(each) for each in subjects])
        return {subject_of(visit.pk): Line(**_line(district, visit)) for visit in found}

    def _planned(self, district: District) -> QuerySet[SchoolVisit]:
        found = SchoolVisit.objects.filter(district=district, next_on__isnull=False)
        return latest_visits(found).select_related("school")


def _line(district: District, visit: SchoolVisit) -> dict[str, Any]:
    page = reverse("roadmap:visit-add", args=[district.slug])
    step = visit.next_step.rstrip(".")
    return {
        "title": f"Visit at {visit.school}",
        "path": f"{page}?school={visit.school_id}",
        "due_on": visit.next_on,
        "reader_id": visit.by_id,
        "verb": "Make",
        "words": f"Next step: {step}." if step else "",
        "why": "you planned this visit",
    }

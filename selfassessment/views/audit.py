"""The page for someone from outside who checks the self-assessment."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from selfassessment.library import EDITION, library
from selfassessment.models import Round
from selfassessment.reports import audit

ROUNDS_A_PAGE = 6


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def auditor(request: DistrictRequest) -> HttpResponse:
    """Rounds with what vouches for each; `?round=` chooses whose evidence is listed."""
    rounds = audit.rounds_of(request.reach)
    shown = Paginator(rounds, ROUNDS_A_PAGE).get_page(request.GET.get("page"))
    records = audit.records(request.reach, list(shown.object_list))
    content = library(EDITION)
    return render(
        request,
        "selfassessment/audit.html",
        {
            "page": shown,
            "records": records,
            "evidence": _evidence(request, records),
            "edition": EDITION,
            "scale": content.scale,
            "indicators": content.indicators,
            "imported": audit.standards(request.reach),
            "official": audit.official(request.reach),
        },
    )


def _evidence(request: DistrictRequest, records: list[audit.Record]) -> audit.Frozen | None:
    """Of the round asked for, else of the newest on the page whose evidence is frozen."""
    wanted = request.GET.get("round", "")
    if wanted.isdecimal():
        rounds = Round.objects.reachable(request.reach)
        return audit.frozen_evidence(request.reach, get_object_or_404(rounds, pk=wanted))
    newest = next((each.round for each in records if each.seal), None)
    return audit.frozen_evidence(request.reach, newest) if newest else None

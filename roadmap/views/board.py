"""The roadmap's views over a year."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from roadmap import reports
from roadmap.board import board
from roadmap.forms.filters import FilterForm
from roadmap.models import Milestone, Phase
from roadmap.services import adoption
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.years import chosen_year


@page("GET", requires=Capability.ROADMAP_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """The year's milestones by month."""
    year, reach, today = chosen_year(request), request.reach, request.district.today()
    manages = bool(request.access.reach(Capability.ROADMAP_MANAGE))
    counts = reports.counts(reach, year, today)
    context: dict[str, Any] = {"year": year, "today": today, "counts": counts, "manages": manages}
    if year is None or not (counts.total or _year_milestones(request, year).exists()):
        offered = len(adoption.templates(request.district))
        return render(request, "roadmap/empty.html", context | {"offered": offered})
    form = FilterForm(request.GET, reach=reach, year=year)
    found = form.narrow(_year_milestones(request, year), reach, today)
    fold = not (form.is_narrow or "earlier" in request.GET)
    context |= {
        "form": form,
        "phases": Phase.objects.reachable(reach).filter(school_year=year).with_progress(),
        "board": board(found.with_owner(today), year, today, fold=fold),
        "tabs": _tabs(counts, form.cleaned_data.get("show", "")),
    }
    return render(request, "roadmap/index.html", context)


def _year_milestones(request: DistrictRequest, year: SchoolYear) -> Any:
    return Milestone.objects.reachable(request.reach).filter(school_year=year)


def _tabs(counts: reports.Counts, show: str) -> list[tuple[str, str, int, bool]]:
    """Address, words, figure and whether it is the one shown."""
    return [
        ("?", "All", counts.total, show == ""),
        ("?show=mine", "Mine", counts.mine, show == "mine"),
        ("?show=late", "Late", counts.late, show == "late"),
        ("?show=soon", "Due soon", counts.soon, show == "soon"),
    ]

"""All schools of a supervisor, a row each, in pages."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.keeping import Keep
from roles.pages import DistrictRequest, page
from roles.years import chosen_year
from tutoring_admin.dashboards.homes import supervised

PER_PAGE = 50


@page("GET", requires=Capability.CHECKLIST_VIEW)
def my_schools(request: DistrictRequest) -> HttpResponse:
    """By name; `?calls=1` those that ask for attention, `?q=` words of a name."""
    today, year = request.district.today(), chosen_year(request)
    kept = Keep.of(request.reach, today)
    found = supervised.figures(request.access, year, today, kept)
    rows = supervised.rows(supervised.my_schools(request.access, today, kept), found, year)
    calls, words = request.GET.get("calls", ""), request.GET.get("q", "").strip()[:100]
    shown = [
        row for row in rows if words.lower() in row.name.lower() and (not calls or row.calls(today))
    ]
    context = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "window": found.window,
        "words": words,
        "calls": calls,
        "day": today,
        "weeks": supervised.UNVISITED.days // 7,
        "may_write": bool(request.access.reach(Capability.VISIT_WRITE)),
    }
    return render(request, "dashboards/my_schools.html", context)

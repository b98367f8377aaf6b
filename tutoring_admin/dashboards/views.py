"""Pages of the roof: they read several apps and change none."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.years import chosen_year
from tutoring_admin.dashboards import reports
from tutoring_admin.dashboards.search import find

NOON, EVENING = 12, 17  # o'clock in the district


@page("GET", requires=Capability.HOME_VIEW)
def today(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    desk = reports.desk(request.access, chosen_year(request), day)
    context = {
        "desk": desk,
        "waiting": desk.waiting,
        "day": day,
        "greeting": _greeting(request),
        "sees_program": bool(request.access.reach(Capability.DASHBOARD_VIEW)),
    }
    return render(request, "dashboards/today.html", context)


@page("GET", requires=Capability.DASHBOARD_VIEW)
def champion(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    context = {"brief": reports.brief(request.reach, chosen_year(request), day), "day": day}
    return render(request, "dashboards/champion.html", context)


@page("GET", requires=Capability.HOME_VIEW)
def search(request: DistrictRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    groups = find(request.access, words, request.district.today())
    return render(request, "dashboards/search.html", {"words": words.strip(), "groups": groups})


def _greeting(request: DistrictRequest) -> str:
    hour = timezone.localtime(timezone=request.district.zone).hour
    part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
    return f"Good {part}, {request.user.first_name or request.user}"

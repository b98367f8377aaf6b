"""The organization chart."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.reports.chart import chart


@page("GET", requires=Capability.ROLES_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    drawn = chart(request.reach, request.district.today())
    asked = request.GET.get("open", "")
    context = {"chart": drawn, "open": asked if drawn.is_folded else "all"}
    return render(request, "roles/chart.html", context)

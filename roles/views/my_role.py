"""The page of whoever holds a position."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.reports import my_role as report


@page("GET", requires=Capability.ROLES_VIEW)
def my_role(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    mine = report.my_role(request.reach, day)
    return render(request, "roles/my_role.html", {"mine": mine, "day": day})

"""Taking the library's milestones into a school year."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from roadmap.services import adoption
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.years import chosen_year


@page("POST", requires=Capability.ROADMAP_MANAGE)
def adopt(request: DistrictRequest) -> HttpResponse:
    """Take the library's milestones into the chosen school year."""
    year = chosen_year(request)
    if year is None:
        raise Http404
    core_only = request.POST.get("set") == "core"
    came = adoption.adopt_library(year, by=request.reach, core_only=core_only)
    messages.success(request, f"{came} milestones came into the roadmap, each with a date.")
    return redirect("roadmap:index", district=request.district.slug)

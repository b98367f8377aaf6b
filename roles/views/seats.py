"""The list of positions by how they stand: what the figures about roles lead to."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.forms.seats import SeatFilter
from roles.pages import DistrictRequest, page
from roles.reports import seats as report

PER_PAGE = 50


@page("GET", requires=Capability.ROLES_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    form = SeatFilter(request.GET, reach=request.reach)
    given = form.cleaned_data if form.is_valid() else {}
    found = report.chosen(
        request.reach,
        request.district.today(),
        given.get("role"),
        given.get("stand", ""),
        given.get("school"),
    )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "is_narrowed": any(given.values()),
        "page": shown,
        "rows": report.listed(shown.object_list),
    }
    return render(request, "roles/seats.html", context)

"""The search as a page, and as the part of a page that the palette asks for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from tutoring_admin.dashboards.search import PALETTE_EACH, SEARCH_EACH, find


@page("GET", requires=Capability.HOME_VIEW)
def search(request: DistrictRequest) -> HttpResponse:
    """With `part`: only the hits, fewer of each kind, as options of a list."""
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    is_part = "part" in request.GET
    each = PALETTE_EACH if is_part else SEARCH_EACH
    found = find(request.access, words, request.district.today(), each)
    template = "dashboards/_palette_hits.html" if is_part else "dashboards/search.html"
    return render(request, template, {"words": words, "found": found})

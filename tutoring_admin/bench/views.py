"""The yardsticks: what Django costs, any page of a district, and any write of one row."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from roles.capabilities import Capability
from roles.models import LeadershipRole
from roles.pages import DistrictRequest, page


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """Nothing but the middleware: no session, no database, no template."""
    return HttpResponse("ok", content_type="text/plain")


@page("GET", requires=Capability.HOME_VIEW)
def bare_page(request: DistrictRequest) -> HttpResponse:
    """The district's frame, behind the wall, around one row found by an index."""
    role = get_object_or_404(LeadershipRole.objects.reachable(request.reach), key="SITE_LEAD")
    return render(request, "bench/page.html", {"role": role})


@page("POST", requires=Capability.HOME_VIEW)
def bare_write(request: DistrictRequest) -> HttpResponse:
    """One row found by an index and written, behind the wall, with a few words of JSON."""
    roles = LeadershipRole.objects.reachable(request.reach).filter(key="SITE_LEAD")
    return JsonResponse({"written": roles.update(order=F("order"))})

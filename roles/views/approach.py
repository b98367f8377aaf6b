"""How the district gets its tutoring: what the approach needs, and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roles.capabilities import Capability
from roles.models import Approach
from roles.pages import DistrictRequest, page
from roles.reports import approach as report
from roles.services import approach
from roles.services.refusal import Refused

MANAGE = Capability.ROLES_MANAGE
WORDS = {
    Approach.PARTNER_PROVIDER: "A provider brings tutors, training and materials; the district"
    " chooses it, watches the contract and gives time, rooms and students.",
    Approach.BUILD_OWN: "The district recruits, trains and coaches its own tutors, and answers for"
    " all of it.",
    Approach.LEVERAGE_PROVIDER: "The district has its own tutors; a provider lends training,"
    " materials or tools.",
}


@page("GET", "POST", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """The approach in use; with `?to=` what another one would change; posting changes it."""
    day = request.district.today()
    wanted = (request.POST if request.method == "POST" else request.GET).get("to", "")
    current = Approach(request.district.approach)
    context: dict[str, Any] = {"current": current, "choices": WORDS.items()}
    if request.method == "POST" and wanted in Approach.values:
        return _change(request, Approach(wanted))
    if wanted in Approach.values and wanted != current:
        context["diff"] = report.diff(request.reach, Approach(wanted), day)
        return render(request, "roles/approach_diff.html", context)
    context["needed"] = report.needed(request.reach, current, day)
    status = 422 if request.method == "POST" else 200
    return render(request, "roles/approach.html", context, status=status)


def _change(request: DistrictRequest, new: Approach) -> HttpResponse:
    try:
        came = approach.change_approach(new, seen=request.POST.get("seen", ""), by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = (
            f" {came} role{' comes' if came == 1 else 's come'} from the library." if came else ""
        )
        messages.success(request, f"The approach is now: {new.label.lower()}.{told}")
    return redirect("roles:approach", district=request.district.slug)

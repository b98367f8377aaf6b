"""The last check of a text before it is in force."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles import reports
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services import acknowledging, jobs
from roles.services.refusal import Stale
from roles.views.versions import all_versions, moment

PUBLISH = Capability.JOB_DESCRIPTION_PUBLISH


@page("GET", "POST", requires=PUBLISH)
def version_publish(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    if request.method == "POST":
        try:
            done = jobs.publish(shown, seen=moment(request.POST.get("seen", "")), by=request.reach)
        except Stale as stale:
            messages.warning(request, f"{stale} This is how it reads now.")
            return redirect("roles:version-publish", district=request.district.slug, pk=pk)
        if done:
            messages.success(request, f"Version {shown.number} is published.")
        return redirect("roles:version", district=request.district.slug, pk=pk)
    if not shown.is_open:
        return redirect("roles:version", district=request.district.slug, pk=pk)
    context = {
        "version": shown,
        "changes": reports.changes(shown),
        "previous": reports.published_before(shown),
        "asked": [
            a
            for a in acknowledging.holders(shown, request.district.today())
            if a.holder_id != request.user.pk
        ],
    }
    return render(request, "roles/publish.html", context)

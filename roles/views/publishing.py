"""The last check of a text before it is in force, where the district has set no route."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles import reports
from roles.capabilities import Capability
from roles.contents import content_of
from roles.models import JobDescriptionVersion
from roles.pages import DistrictRequest, page
from roles.reports import reviews
from roles.services import acknowledging, jobs, route
from roles.services.refusal import Refused, Stale
from roles.views.versions import all_versions, moment

PUBLISH = Capability.JOB_DESCRIPTION_PUBLISH


@page("GET", "POST", requires=PUBLISH)
def version_publish(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    if request.method == "POST":
        return _publish(request, shown)
    if not shown.is_open:
        return redirect("roles:version", district=request.district.slug, pk=pk)
    if route.refusal(shown):
        return redirect("roles:version-send", district=request.district.slug, pk=pk)
    holders = acknowledging.holders(shown, request.district.today())
    context = {
        "version": shown,
        "role": shown.job_description.role,
        "responsibilities": shown.responsibilities.select_related("duty"),
        "changes": reviews.since_published(shown, content_of(shown), request.reach),
        "previous": reports.published_before(shown),
        "asked": [a for a in holders if a.holder_id != request.user.pk],
    }
    return render(request, "roles/publish.html", context)


def _publish(request: DistrictRequest, shown: JobDescriptionVersion) -> HttpResponse:
    onward = "roles:version"
    try:
        done = jobs.publish(shown, seen=moment(request.POST.get("seen", "")), by=request.reach)
    except Stale as stale:
        messages.warning(request, f"{stale} This is how it reads now.")
        onward = "roles:version-publish"
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if done:
            messages.success(request, f"Version {shown.number} is published.")
    return redirect(onward, district=request.district.slug, pk=shown.pk)

"""Any two versions of a job description, word by word."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from roles.capabilities import Capability
from roles.comparing import compare as compare_contents
from roles.contents import content_of
from roles.models import JobDescriptionVersion, LeadershipRole
from roles.pages import DistrictRequest, page
from roles.views.versions import readable_versions


@page("GET", requires=Capability.ROLES_VIEW)
def compare(request: DistrictRequest, pk: int) -> HttpResponse:
    """`?from=1&to=2` are version numbers; without them, or with others, the two newest."""
    role = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    versions = list(readable_versions(request).filter(job_description__role=role))
    new = _chosen(request, "to", versions) or (versions[0] if versions else None)
    rest = [version for version in versions if new and version.number < new.number]
    old = _chosen(request, "from", versions) or (rest[0] if rest else new)
    context = {"role": role, "versions": versions, "old": old, "new": new}
    if old and new:
        context["changes"] = compare_contents(content_of(old), content_of(new))
    return render(request, "roles/compare.html", context)


def _chosen(
    request: DistrictRequest, name: str, versions: list[JobDescriptionVersion]
) -> JobDescriptionVersion | None:
    asked = request.GET.get(name, "")
    return next((version for version in versions if str(version.number) == asked), None)

"""Roles and their job descriptions, to read and to acknowledge."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles import reports
from roles.capabilities import Capability
from roles.models import JobDescriptionVersion, LeadershipRole
from roles.pages import DistrictRequest, page
from roles.reports import library
from roles.reports.acknowledgements import since_read
from roles.reports.approach import by_approach
from roles.reports.reading import reading
from roles.reports.seating import role_seats
from roles.services import acknowledging, route
from roles.services.refusal import Refused
from roles.views.reviews import standing
from roles.views.versions import readable_versions

EDIT = Capability.JOB_DESCRIPTION_EDIT
PUBLISH = Capability.JOB_DESCRIPTION_PUBLISH


@page("GET", requires=Capability.ROLES_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    levels, outside = by_approach(
        reports.roles_by_level(request.reach, day), request.district.approach
    )
    manages = request.access.reach(Capability.ROLES_MANAGE)
    context = {
        "levels": levels,
        "outside": outside,
        "counts": reports.coverage(request.reach, day),
        "can_manage": bool(manages),
        "library_changes": library.updates(manages).count if manages else 0,
    }
    return render(request, "roles/index.html", context)


@page("GET", requires=Capability.ROLES_VIEW)
def role(request: DistrictRequest, pk: int) -> HttpResponse:
    """The role's own page: the text in force, else the draft for those who may read it."""
    versions = list(readable_versions(request).filter(job_description__role=pk))
    if not versions:
        found = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
        return render(request, "roles/role.html", _role_context(request, found, versions))
    published = (each for each in versions if each.status == each.Status.PUBLISHED)
    shown = next(published, versions[0])
    found = shown.job_description.role
    context = {**_document(request, shown), **_role_context(request, found, versions)}
    return render(request, "roles/role.html", context)


@page("GET", requires=Capability.ROLES_VIEW)
def version(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(readable_versions(request), pk=pk)
    found = shown.job_description.role
    versions = readable_versions(request).filter(job_description__role=found)
    context = {**_document(request, shown), **_role_context(request, found, list(versions))}
    return render(request, "roles/role.html", context)


@page("POST", requires=Capability.ROLES_VIEW)
def version_acknowledge(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(readable_versions(request), pk=pk)
    try:
        acknowledging.acknowledge(shown, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Thank you. Your acknowledgement is on record.")
    return redirect("roles:version", district=request.district.slug, pk=pk)


def _role_context(
    request: DistrictRequest, found: LeadershipRole, versions: list[JobDescriptionVersion]
) -> dict[str, Any]:
    return {
        "role": found,
        "versions": versions,
        "seats": role_seats(found, request.reach, request.district.today()),
        "can_edit": bool(request.access.reach(EDIT)),
        "can_publish": bool(request.access.reach(PUBLISH)),
        "can_manage": bool(request.access.reach(Capability.ROLES_MANAGE)),
        "has_route": route.is_set(request.district),
    }


def _document(request: DistrictRequest, shown: JobDescriptionVersion) -> dict[str, Any]:
    day = request.district.today()
    mine = acknowledging.held_by(shown, request.user, day)
    done = {each.assignment_id for each in shown.acknowledgements.filter(assignment__in=mine)}
    return {
        "version": shown,
        "responsibilities": shown.responsibilities.select_related("duty"),
        "file": reports.pdf_of(shown),
        "reading": reading(shown, request.reach, day),
        "mine_missing": any(a.pk not in done for a in mine),
        **standing(request, shown),
        "news": since_read(shown, request.reach) if mine else None,
    }

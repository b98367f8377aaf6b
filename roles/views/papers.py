"""One document to take home: as a Word file, to print, and the outline where none is written."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header

from roles import word
from roles.capabilities import Capability
from roles.letterhead import logo_data_uri
from roles.models import Duty, LeadershipRole
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.views.versions import readable_versions

VIEW = Capability.ROLES_VIEW
BLANK_LINES = 8  # of an outline for a role without duties


@page("GET", requires=VIEW)
def version_word(request: DistrictRequest, pk: int) -> HttpResponse:
    """Made while the reader waits: some fifty milliseconds for two pages."""
    shown = get_object_or_404(readable_versions(request), pk=pk)
    lines = shown.responsibilities.select_related("duty")
    content = word.job_description(shown, request.district, lines)
    return _word(content, f"{shown.title} - version {shown.number}")


@page("GET", requires=VIEW)
def version_print(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(readable_versions(request), pk=pk)
    context = {
        "version": shown,
        "role": shown.job_description.role,
        "district": request.district,
        "logo": logo_data_uri(request.district),
        "responsibilities": shown.responsibilities.select_related("duty"),
    }
    return render(request, "print/roles/version.html", context)


@page("GET", requires=VIEW)
def outline(request: DistrictRequest, pk: int) -> HttpResponse:
    """A sheet to fill in by hand, for a role without a job description."""
    return render(request, "print/roles/outline.html", _outline(request, pk))


@page("GET", requires=VIEW)
def outline_word(request: DistrictRequest, pk: int) -> HttpResponse:
    context = _outline(request, pk)
    role = context["role"]
    content = word.outline(role, context, request.district)
    return _word(content, f"{role.title} - responsibility outline")


def _outline(request: DistrictRequest, pk: int) -> dict[str, Any]:
    roles = LeadershipRole.objects.reachable(request.reach).select_related("reports_to")
    role = get_object_or_404(roles, pk=pk)
    return {
        "role": role,
        "district": request.district,
        "logo": logo_data_uri(request.district),
        "duties": list(Duty.objects.reachable(request.reach).filter(role=role).current()),
        "blanks": range(BLANK_LINES),
        "paper": True,
    }


def _word(content: bytes, name: str) -> HttpResponse:
    filename = content_disposition_header(as_attachment=True, filename=f"{safe(name)}.docx")
    return HttpResponse(
        content, content_type=word.KIND, headers={"Content-Disposition": filename or "attachment"}
    )

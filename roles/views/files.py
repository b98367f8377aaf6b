"""The files of a job description: where they stand, and taking them home."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from roles import reports
from roles.capabilities import Capability
from roles.models import OwedStatus
from roles.pages import DistrictRequest, page
from roles.services import renderings
from roles.views.versions import all_versions, readable_versions

EDIT = Capability.JOB_DESCRIPTION_EDIT


@page("GET", requires=Capability.ROLES_VIEW)
def version_file(request: DistrictRequest, pk: int) -> HttpResponse:
    """Where the PDF stands; the page asks again while it is being made."""
    shown = get_object_or_404(readable_versions(request), pk=pk)
    return render(request, "roles/_file.html", {"version": shown, "file": reports.pdf_of(shown)})


@page("POST", requires=EDIT)
def version_render_again(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    failed = reports.pdf_of(shown)
    if failed is not None:
        renderings.owe_again(failed)
    return redirect("roles:version", district=request.district.slug, pk=pk)


@page("GET", requires=Capability.ROLES_VIEW)
def version_pdf(request: DistrictRequest, pk: int) -> HttpResponseBase:
    shown = get_object_or_404(readable_versions(request), pk=pk)
    made = reports.pdf_of(shown)
    if made is None or made.status != OwedStatus.DONE:
        raise Http404
    name = f"{shown.title} - version {shown.number}.pdf"
    return FileResponse(made.file.open(), as_attachment=True, filename=name)

"""The files of a job description: where they stand, and taking them home."""

from __future__ import annotations

from http import HTTPStatus

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from roles import reports
from roles.capabilities import Capability
from roles.models import JobDescriptionVersion, OwedStatus
from roles.pages import DistrictRequest, page
from roles.reports.pdfs import pdf_state
from roles.services import renderings
from roles.views.versions import all_versions, readable_versions

EDIT = Capability.JOB_DESCRIPTION_EDIT


@page("GET", requires=Capability.ROLES_VIEW)
def version_file(request: DistrictRequest, pk: int) -> HttpResponse:
    """Where the PDF stands. A page that asks again gets nothing new while nothing is new."""
    shown = get_object_or_404(readable_versions(request), pk=pk)
    return _state_of(request, shown)


@page("POST", requires=EDIT)
def version_render_again(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    failed = reports.pdf_of(shown)
    if failed is not None:
        renderings.owe_again(failed)
    if request.htmx:
        return _state_of(request, shown)
    return redirect("roles:version", district=request.district.slug, pk=pk)


def _state_of(request: DistrictRequest, version: JobDescriptionVersion) -> HttpResponse:
    file = reports.pdf_of(version)
    if request.GET.get("seen") == pdf_state(file):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {
        "version": version,
        "file": file,
        "can_edit": bool(request.access.reach(EDIT)),
    }
    return render(request, "roles/_file_state.html", context)


@page("GET", requires=Capability.ROLES_VIEW)
def version_pdf(request: DistrictRequest, pk: int) -> HttpResponseBase:
    shown = get_object_or_404(readable_versions(request), pk=pk)
    made = reports.pdf_of(shown)
    if made is None or made.status != OwedStatus.DONE:
        raise Http404
    name = f"{shown.title} - version {shown.number}.pdf"
    try:
        content = made.file.open()
    except FileNotFoundError as error:  # the database came back from a backup without its files
        raise Http404 from error
    return FileResponse(content, as_attachment=True, filename=name)

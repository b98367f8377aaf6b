"""All documents of the district on one page, and all of them in one ZIP."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.letterhead import logo_version
from roles.models import Archive, OwedStatus
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.reports import documents as reports
from roles.services import archives
from roles.services.refusal import Refused
from roles.views.versions import READS_DRAFTS

VIEW = Capability.ROLES_VIEW


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    reads_drafts = any(request.access.reach(capability) for capability in READS_DRAFTS)
    levels = reports.documents_by_level(request.reach, with_drafts=reads_drafts)
    versions = [row.version for level in levels for row in level.rows]
    context = {
        "levels": levels,
        "roles": len(versions),
        "in_force": len([v for v in versions if v is not None and not v.is_open]),
        "can_manage": bool(request.access.reach(Capability.ROLES_MANAGE)),
        "logo_version": logo_version(request.district),
        **_archives(request),
    }
    return render(request, "roles/documents.html", context)


@page("GET", "POST", requires=VIEW)
def archive(request: DistrictRequest) -> HttpResponse:
    """GET: how the reader's ZIP stands, for the part that asks again. POST: ask for one."""
    refusal = ""
    if request.method == "POST":
        try:
            archives.ask(by=request.reach)
        except Refused as refused:
            refusal = str(refused)
    return _answer(request, refusal)


@page("POST", requires=VIEW)
def archive_cancel(request: DistrictRequest, pk: int) -> HttpResponse:
    archives.cancel(_own(request, pk), by=request.reach)
    return _answer(request)


@page("GET", requires=VIEW)
def archive_file(request: DistrictRequest, pk: int) -> HttpResponseBase:
    found = _own(request, pk)
    if found.status != OwedStatus.DONE or not found.file:
        raise Http404
    try:
        content = found.file.open()
    except FileNotFoundError as gone:
        raise Http404 from gone
    archives.note_download(found, by=request.reach)
    name = safe(f"{request.district.name} job descriptions {found.owed_at:%Y-%m-%d}")
    return FileResponse(content, as_attachment=True, filename=f"{name}.zip")


def _answer(request: DistrictRequest, refusal: str = "") -> HttpResponse:
    """The part of the page for htmx, the whole page anew for browsers without it."""
    if request.htmx:
        context = {**_archives(request), "is_update": True, "refusal": refusal}
        return render(request, "roles/_archive.html", context)
    if refusal:
        messages.error(request, refusal)
    return redirect("roles:documents", district=request.district.slug)


def _own(request: DistrictRequest, pk: int) -> Archive:
    mine = Archive.objects.reachable(request.reach).filter(asked_by=request.user)
    return get_object_or_404(mine, pk=pk)


def _archives(request: DistrictRequest) -> dict[str, Any]:
    newest, ready = reports.newest_archives(request.reach)
    return {"archive": newest, "earlier": ready, "days": archives.KEPT_FOR.days}

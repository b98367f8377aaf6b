"""The files that a person asked for: how far each is, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from roles import making
from roles.capabilities import Capability
from roles.models import MadeFile, OwedStatus
from roles.pages import DistrictRequest, page
from roles.services import making as services

VIEW = Capability.HOME_VIEW
PER_PAGE = 25


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """All of them, the newest first; `?live=1` is the part of the page that asks again."""
    here = Paginator(_own(request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": here,
        "rows": [(made, _offers(request, made)) for made in here],
        "unfinished": any(made.is_unfinished for made in here),
        "days": services.KEPT_FOR.days,
        "is_update": bool(request.htmx) and "live" in request.GET,
    }
    part = "roles/_made_files.html" if context["is_update"] else "roles/made_files.html"
    return render(request, part, context)


@page("POST", requires=VIEW)
def cancel(request: DistrictRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.cancel, "“{}” is cancelled.")


@page("POST", requires=VIEW)
def again(request: DistrictRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.ask_again, "“{}” is being made once more.")


@page("GET", requires=VIEW)
def fetch(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The file itself. 403 once its asker may read less than it was made with."""
    made = get_object_or_404(_own(request), pk=pk)
    if made.status != OwedStatus.DONE or not made.file:
        raise Http404
    if not making.covers(request.access, made):
        raise PermissionDenied
    try:
        content = made.file.open()
    except FileNotFoundError as gone:  # the database came back from a backup without its files
        raise Http404 from gone
    services.note_download(made, by=request.reach)
    return FileResponse(content, as_attachment=True, filename=made.name)


def _own(request: DistrictRequest) -> QuerySet[MadeFile]:
    return MadeFile.objects.reachable(request.reach).filter(asked_by=request.user)


def _offers(request: DistrictRequest, made: MadeFile) -> dict[str, Any]:
    allowed = making.covers(request.access, made)
    return {"lost": not allowed, "fetch": allowed and made.status == OwedStatus.DONE}


def _act(request: DistrictRequest, pk: int, act: Callable[..., bool], words: str) -> HttpResponse:
    made = get_object_or_404(_own(request), pk=pk)
    if act(made, by=request.reach):
        messages.success(request, words.format(made.title))
    return redirect("roles:made-files", district=request.district.slug)

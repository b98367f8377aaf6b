"""PDFs of checklists: a page to ask on and wait, and the file for whoever asked."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from checklists import papers
from checklists.models import Paper
from checklists.services import papers as services
from roles.capabilities import Capability
from roles.models import OwedStatus
from roles.packing import safe
from roles.pages import DistrictRequest, page

ADDRESSES = {
    "blank": "checklists:paper-blank",
    "completed": "checklists:paper-form",
    "window": "checklists:paper-window",
}


@page("GET", "POST", requires=Capability.HOME_VIEW)
def blank(request: DistrictRequest, pk: int) -> HttpResponse:
    """Of an empty checklist, to fill in by hand and to read before it is used."""
    return _page(request, "blank", pk)


@page("GET", "POST", requires=Capability.CHECKLIST_WORK)
def completed(request: DistrictRequest, pk: int) -> HttpResponse:
    """Of a submitted form, for those who may read its ratings."""
    return _page(request, "completed", pk)


@page("GET", "POST", requires=Capability.CHECKLIST_VIEW)
def window(request: DistrictRequest, pk: int) -> HttpResponse:
    """Of the report of a window, with what the reader may see of it."""
    return _page(request, "window", pk)


def _page(request: DistrictRequest, kind: str, pk: int) -> HttpResponse:
    """GET: how the reader's PDF stands. POST: ask for one."""
    subject = get_object_or_404(papers.KINDS[kind].readable(request.access), pk=pk)
    if request.method == "POST":
        services.ask(kind, subject, by=request.reach)
        return redirect(ADDRESSES[kind], request.district.slug, pk)
    mine = Paper.objects.reachable(request.reach).filter(asked_by=request.user)
    of_this = mine.filter(**{papers.KINDS[kind].field: subject})
    context: dict[str, Any] = {
        "kind": kind,
        "subject": subject,
        "title": papers.KINDS[kind].title(subject),
        "paper": of_this.order_by("-pk").first(),
        "days": services.KEPT_FOR.days,
    }
    return render(request, "checklists/paper.html", context)


@page("GET", requires=Capability.HOME_VIEW)
def state(request: DistrictRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again while the PDF is being made."""
    context = {"paper": _own(request, pk), "days": services.KEPT_FOR.days}
    return render(request, "checklists/paper_state.html", context)


@page("GET", requires=Capability.HOME_VIEW)
def paper_file(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The file, if the reader asked for it and may still read what is in it."""
    paper = _own(request, pk)
    kind = papers.kind_of_paper(paper)
    subject = getattr(paper, f"{kind.field}_id")
    if paper.status != OwedStatus.DONE or not kind.readable(request.access).filter(pk=subject):
        raise Http404
    try:
        content = paper.file.open()
    except FileNotFoundError as error:  # the database came back from a backup without its files
        raise Http404 from error
    services.note_download(paper, by=request.reach)
    name = f"{safe(papers.title_of(paper))}.pdf"
    return FileResponse(content, as_attachment=True, filename=name)


def _own(request: DistrictRequest, pk: int) -> Paper:
    mine = Paper.objects.reachable(request.reach).filter(asked_by=request.user)
    related = mine.select_related("template", "checklist__template", "checklist__window", "window")
    paper: Paper = get_object_or_404(related, pk=pk)
    return paper

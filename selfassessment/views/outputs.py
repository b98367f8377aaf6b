"""What leaves the self-assessment as files: the binder of a round, and all rounds as tables."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.models import OwedStatus
from roles.packing import safe
from roles.pages import DistrictRequest, page
from selfassessment import sheets
from selfassessment.binding.page import title_of
from selfassessment.models import Binder, Round
from selfassessment.outputs import outputs_of
from selfassessment.services import binders
from selfassessment.sheet_rows import tables_of

VIEW = Capability.ASSESSMENT_VIEW
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_SUCH = "There is no such file to ask for. Choose the PDF or the ZIP."


@page("GET", "POST", requires=VIEW)
def outputs(request: DistrictRequest, pk: int) -> HttpResponse:
    """GET: how the files of a round stand. POST: ask for one of them."""
    shown = _round(request, pk)
    refused = False
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind in Binder.Kind.values:
            binders.ask(shown, kind, by=request.reach)
            return redirect("selfassessment:outputs", request.district.slug, pk)
        messages.error(request, NO_SUCH)
        refused = True
    context = {
        "round": shown,
        "outputs": outputs_of(shown, request.reach),
        "days": binders.DRAFTS_KEPT_FOR.days,
    }
    return render(request, "selfassessment/outputs.html", context, status=422 if refused else 200)


@page("GET", requires=VIEW)
def output_state(request: DistrictRequest, pk: int, kind: str) -> HttpResponse:
    """The part of the page that asks again while a file is being made."""
    shown = _round(request, pk)
    if kind not in Binder.Kind.values:
        raise Http404
    output = outputs_of(shown, request.reach).of(kind)
    return render(request, "selfassessment/output_state.html", {"round": shown, "output": output})


@page("GET", requires=VIEW)
def binder_file(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """A binder that is made, as a file to keep."""
    made = Binder.objects.reachable(request.reach).filter(status=OwedStatus.DONE)
    binder: Binder = get_object_or_404(made.select_related("round__school_year"), pk=pk)
    try:
        content = binder.file.open()
    except FileNotFoundError as error:  # the database came back from a backup without its files
        raise Http404 from error
    binders.note_download(binder, by=request.reach)
    name = f"{safe(title_of(binder.round))}.{binder.kind}"
    return FileResponse(content, as_attachment=True, filename=name)


@page("GET", requires=VIEW)
def sheet_xlsx(request: DistrictRequest) -> HttpResponse:
    """All rounds side by side with evidence, spreads and gaps, as a workbook."""
    content = sheets.as_xlsx(tables_of(request.reach))
    binders.note_sheet("XLSX", by=request.reach)
    return _download(request, content, "xlsx", XLSX)


@page("GET", requires=VIEW)
def sheet_csv(request: DistrictRequest) -> HttpResponse:
    """The ratings of all rounds side by side, as one table."""
    content = sheets.as_csv(tables_of(request.reach)[0])
    binders.note_sheet("CSV", by=request.reach)
    return _download(request, content, "csv", "text/csv; charset=utf-8")


def _download(request: DistrictRequest, content: bytes, end: str, kind: str) -> HttpResponse:
    day = request.district.today()
    name = f"{request.district.slug}-self-assessment-{day:%Y-%m-%d}.{end}"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


def _round(request: DistrictRequest, pk: int) -> Round:
    found = Round.objects.reachable(request.reach).select_related("school_year")
    round_: Round = get_object_or_404(found, pk=pk)
    return round_

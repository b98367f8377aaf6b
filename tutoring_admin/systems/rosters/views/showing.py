"""One import: on its way, its dry run, applied, undone; and all of them."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles import table_files
from roles.capabilities import Capability
from roles.models import RosterFinding, RosterImport
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from tutoring_admin.systems.rosters import applying, progress, proposals, reports

MANAGE = Capability.SYSTEMS_MANAGE
PER_PAGE = 25
HEADS = ("File", "Line", "Column", "Expected", "Got", "What happened")


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """What the roster knows, what it proposes, and every import so far."""
    rows = RosterImport.objects.reachable(request.reach).select_related("asked_by")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    waiting = [(sort, count) for sort, count in proposals.waiting(request.reach) if count]
    context = {
        "page": shown,
        "rows": shown,
        "figures": reports.figures(request.reach),
        "proposed": sum(count for _, count in waiting),
    }
    return render(request, "systems/rosters.html", context)


@page("GET", requires=MANAGE)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """Where an import stands; asked again by itself while a worker has it."""
    roster = _get(request, pk)
    live = bool(request.htmx) and "live" in request.GET
    if roster.is_busy:
        name = "systems/roster_busy.html" if live else "systems/roster_wait.html"
        return render(request, name, {"roster": roster, "step": progress.said(roster)})
    if live:
        return HttpResponse(headers={"HX-Refresh": "true"})
    tabs = reports.tabs_of(roster)
    wanted = request.GET.get("show", "")
    here = wanted if wanted in {tab.key for tab in tabs} else tabs[0].key
    found = reports.shown(roster, here, request.GET.get("kind", ""))
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "roster": roster,
        "tabs": tabs,
        "here": here,
        "page": shown,
        "rows": reports.rows_of(shown, here, roster),
        "counts": reports.counts(roster),
        "many": applying.ends_many(roster),
        "cannot_undo": applying.refusal_to_undo(roster),
    }
    return render(request, "systems/roster.html", context)


@page("GET", requires=MANAGE)
def rejects(request: DistrictRequest, pk: int) -> HttpResponse:
    """Everything that was found, as CSV: for whoever mends the export."""
    roster = _get(request, pk)
    findings = RosterFinding.objects.reachable(request.reach).filter(roster=roster)
    told = findings.values_list("file", "row", "column", "expected", "got", "taken")
    out = io.BytesIO()
    rows: Any = ([*cells, "taken" if taken else "rejected"] for *cells, taken in told)
    table_files.write_csv(out, HEADS, rows)
    headers = {"Content-Disposition": f'attachment; filename="roster-{roster.pk}-rejects.csv"'}
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@page("POST", requires=MANAGE)
def apply(request: DistrictRequest, pk: int) -> HttpResponse:
    roster = _get(request, pk)
    try:
        applying.ask_to_apply(roster, many_end="many_end" in request.POST, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(request, roster)


@page("GET", "POST", requires=MANAGE)
def undo(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say what undoing does, and undo."""
    roster = _get(request, pk)
    cannot = applying.refusal_to_undo(roster)
    if request.method == "POST":
        try:
            applying.ask_to_undo(roster, by=request.reach)
        except Refused as refused:
            messages.error(request, str(refused))
        return _back(request, roster)
    context = {"roster": roster, "cannot": cannot, "counts": reports.counts(roster)}
    return render(request, "systems/roster_undo.html", context)


@page("POST", requires=MANAGE)
def discard(request: DistrictRequest, pk: int) -> HttpResponse:
    roster = _get(request, pk)
    if applying.discard(roster, by=request.reach):
        messages.success(request, f"{roster.name} is set aside. Nothing was changed.")
    return redirect("systems:rosters", request.district.slug)


@page("POST", requires=MANAGE)
def again(request: DistrictRequest, pk: int) -> HttpResponse:
    roster = _get(request, pk)
    applying.ask_again(roster, by=request.reach)
    return _back(request, roster)


def _get(request: DistrictRequest, pk: int) -> RosterImport:
    rows = RosterImport.objects.reachable(request.reach).select_related("asked_by", "district")
    found: RosterImport = get_object_or_404(rows, pk=pk)
    return found


def _back(request: DistrictRequest, roster: RosterImport) -> HttpResponse:
    return redirect("systems:roster", request.district.slug, roster.pk)

"""What a form came to, how that compares with the windows before, and what comes next."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists import explaining
from checklists.models import Checklist, ChecklistItem, RaterKind, Rating, Window
from checklists.reports import own_result as report
from checklists.services import filling
from checklists.sheets import sheet_of
from checklists.standing import kind_of
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page


@page("GET", requires=Capability.CHECKLIST_WORK)
def result(request: DistrictRequest, pk: int) -> HttpResponse:
    """What a form came to, for those who may read its ratings; read-only."""
    checklist = _readable(request, pk)
    is_mine = checklist.rater_id == request.user.pk
    is_agreed = checklist.rater_kind == RaterKind.AGREED
    if is_mine and not is_agreed and not filling.why_locked(checklist):
        return redirect("checklists:fill", request.district.slug, pk)
    context = result_context(request, checklist)
    if is_agreed and context["cycle"].both_in:
        return redirect("checklists:compare", request.district.slug, pk)
    return render(request, "checklists/result.html", context)


def _readable(request: DistrictRequest, pk: int) -> Checklist:
    forms = Checklist.objects.reachable(request.reach).readable_by(request.access)
    related = forms.in_full()
    checklist: Checklist = get_object_or_404(related, pk=pk)
    checklist.district = request.district
    return checklist


def result_context(request: DistrictRequest, checklist: Checklist) -> dict[str, Any]:
    """What the page of a form that takes no answers shows of it. A constant number of queries."""
    reach = request.reach
    known = Checklist.objects.reachable(reach)
    readable = known.readable_by(request.access)
    ratings = Rating.objects.reachable(reach).readable_by(request.access)
    sheet = sheet_of(checklist, ChecklistItem.objects.reachable(reach), ratings)
    trend = report.trend_of(checklist, readable)
    thresholds = checklist.template.thresholds
    return {
        "sheet": sheet,
        "is_mine": checklist.rater_id == request.user.pk,
        "is_holder": checklist.holder_id == request.user.pk,
        "rated": kind_of(checklist),
        "why": explaining.why(sheet, thresholds) if checklist.is_submitted else [],
        "rule": explaining.thresholds_said(thresholds),
        "trend": trend,
        "before": report.words_before(trend, sheet.next_steps, ratings),
        "cycle": report.cycle_of(checklist, known, readable),
        "resources": report.resources_of(checklist, request.access.reach(Capability.ROLES_VIEW)),
        "next_window": report.next_window(checklist, Window.objects.reachable(reach)),
    }

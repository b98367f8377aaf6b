"""What a form came to, and how that compares with the windows before."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.models import Checklist, ChecklistItem, RaterKind, Rating
from checklists.services import filling
from checklists.sheets import BANDS, sheet_of
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page


@page("GET", requires=Capability.CHECKLIST_WORK)
def result(request: DistrictRequest, pk: int) -> HttpResponse:
    """What a form came to, for those who may read its ratings; read-only."""
    forms = Checklist.objects.reachable(request.reach).readable_by(request.access)
    related = forms.select_related(
        "window",
        "template",
        "position__role",
        "position__department",
        "position__school",
        "holder",
        "rater",
    )
    checklist: Checklist = get_object_or_404(related, pk=pk)
    checklist.district = request.district
    if checklist.rater_kind == RaterKind.AGREED and not checklist.is_submitted:
        return redirect("checklists:compare", request.district.slug, pk)
    is_mine = checklist.rater_id == request.user.pk
    if is_mine and not checklist.is_submitted and not filling.why_shut(checklist):
        return redirect("checklists:fill", request.district.slug, pk)
    items = ChecklistItem.objects.reachable(request.reach)
    ratings = Rating.objects.reachable(request.reach).readable_by(request.access)
    context = {
        "sheet": sheet_of(checklist, items, ratings),
        "is_mine": is_mine,
        "trend": _trend(request, checklist),
    }
    return render(request, "checklists/result.html", context)


def _trend(request: DistrictRequest, checklist: Checklist) -> dict[str, Any] | None:
    """The scores of the position by this kind of rater, up to this form; None under two."""
    forms = Checklist.objects.reachable(request.reach).readable_by(request.access).submitted()
    up_to_now = forms.filter(
        position=checklist.position_id,
        rater_kind=checklist.rater_kind,
        score__isnull=False,
        window__opens_on__lte=checklist.window.opens_on,
    )
    rows = list(up_to_now.order_by("window__opens_on").select_related("window"))
    scores = [row.score or 0 for row in rows]
    if checklist.score is None or len(rows) < 2:
        return None
    return {
        "rows": [(row.window, row.score, BANDS[row.band]) for row in rows],
        "scores": scores,
        "change": scores[-1] - scores[-2],
        "label": f"Score by window, from {scores[0]}% to {scores[-1]}%",
    }

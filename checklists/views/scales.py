"""A district's own rating scales."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.forms.scales import Points, ScaleForm, points_of, said_points, with_another
from checklists.models import RatingScale
from checklists.reports.scales import scales_with_use
from checklists.scales import SCALES
from checklists.services import scales as services
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

MANAGE = Capability.CHECKLIST_MANAGE


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """The shipped scales and the district's own, with who uses them."""
    context = {"own": scales_with_use(request.reach), "shipped": SCALES.values()}
    return render(request, "checklists/scales.html", context)


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest) -> HttpResponse:
    return _edit(request, None)


@page("GET", "POST", requires=MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    scale = _scale(request, pk)
    if services.is_used(scale):
        messages.warning(
            request, f"A published checklist uses {scale}, so its words stay. Make a new scale."
        )
        return redirect("checklists:scales", request.district.slug)
    return _edit(request, scale)


def _edit(request: DistrictRequest, scale: RatingScale | None) -> HttpResponse:
    """Name and points on one page. "One more answer" only adds a row; Save saves."""
    another = request.POST.get("act") == "another"
    rows = with_another(request.POST) if another else points_of(scale)
    data = None if another or request.method != "POST" else request.POST
    initial = request.POST.dict() if another else None
    form = ScaleForm(data, instance=scale, initial=initial, reach=request.reach)
    points = Points(data, initial=None if data else rows, prefix="point")
    context = {"form": form, "points": points, "scale": scale, "another": another}
    if data is None:
        return render(request, "checklists/scale_form.html", context)
    if not all([form.is_valid(), points.is_valid()]):
        return render(request, "checklists/scale_form.html", context, status=422)
    form.instance.points = said_points(points)
    act = services.change_scale if scale else services.add_scale
    try:
        saved = act(form.instance, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{saved} is saved. Choose it in an item of a draft.")
    return redirect("checklists:scales", request.district.slug)


@page("POST", requires=MANAGE)
def retire(request: DistrictRequest, pk: int) -> HttpResponse:
    """Offer it no more."""
    scale = _scale(request, pk)
    services.retire_scale(scale, by=request.reach)
    messages.success(request, f"{scale} is retired. Items that have it keep it.")
    return redirect("checklists:scales", request.district.slug)


def _scale(request: DistrictRequest, pk: int) -> RatingScale:
    return get_object_or_404(RatingScale.objects.reachable(request.reach), pk=pk)

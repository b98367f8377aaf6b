"""How a district approves its job descriptions: the stops, in order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.forms.reviews import StepForm
from roles.models import RouteStep
from roles.pages import DistrictRequest, page
from roles.reports import reviews as reports
from roles.services import route as services
from roles.services.refusal import Refused

MANAGE = Capability.ROLES_MANAGE


@page("GET", requires=MANAGE)
def route(request: DistrictRequest) -> HttpResponse:
    return _page(request, StepForm(reach=request.reach))


@page("POST", requires=MANAGE)
def route_add(request: DistrictRequest) -> HttpResponse:
    form = StepForm(request.POST, reach=request.reach)
    if not form.is_valid():
        return _page(request, form, status=422)
    role = form.cleaned_data["role"]
    try:
        services.add_step(role, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{role} approves last now.")
    return redirect("roles:route", district=request.district.slug)


@page("POST", requires=MANAGE)
def route_move(request: DistrictRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    services.move_step(step, up="up" in request.POST, by=request.reach)
    return redirect("roles:route", district=request.district.slug)


@page("POST", requires=MANAGE)
def route_remove(request: DistrictRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    services.remove_step(step, by=request.reach)
    messages.success(request, f"{step.role} is off the route.")
    return redirect("roles:route", district=request.district.slug)


def _step(request: DistrictRequest, pk: int) -> RouteStep:
    return get_object_or_404(RouteStep.objects.reachable(request.reach), pk=pk)


def _page(request: DistrictRequest, form: StepForm, status: int = 200) -> HttpResponse:
    under_way = reports.running(request.reach)
    context = {
        "stops": reports.route(request.reach, request.district.today()),
        "form": form,
        "running": len(under_way),
    }
    return render(request, "roles/route.html", context, status=status)

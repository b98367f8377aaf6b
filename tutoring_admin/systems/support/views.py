"""Support access: the page of the operator, outside any district, and that of the district lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from roles.capabilities import Capability
from roles.models import SupportVisit, User
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from tutoring_admin.systems.support import reading, visits
from tutoring_admin.systems.support.forms import AskForm

PER_PAGE = 25
MANAGE = Capability.SYSTEMS_MANAGE


@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What an operator asked for, and asking. There is no such page for anybody else."""
    operator = _operator(request)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            visits.ask(operator, told["district"], told["reason"], told["minutes"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, "If there is such a district, its leads are asked. You see it here."
            )
            return redirect("support")
    context = {"form": form, "visits": visits.mine(operator)}
    return render(request, "account/support.html", context, status=422 if form.errors else 200)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    operator = _operator(request)
    visit = next((each for each in visits.mine(operator) if each.pk == pk), None)
    if visit is None:
        raise Http404
    if visits.leave(visit, operator):
        messages.success(request, "Ended. You see nothing of this district now.")
    return redirect("support")


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """Who asks, who looks right now, and who looked."""
    past = Paginator(reading.past(request.reach), PER_PAGE)
    context = {
        "open": reading.open_ones(request.reach),
        "page": past.get_page(request.GET.get("page")),
    }
    return render(request, "systems/support.html", context)


@page("POST", requires=MANAGE)
def allow(request: DistrictRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    said = f"{visit.operator} may look for {visit.minutes} minutes. You can end it here at once."
    return _answer(request, lambda: visits.allow(visit, by=request.reach), said)


@page("POST", requires=MANAGE)
def decline(request: DistrictRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    said = f"{visit.operator} may not look."
    return _answer(request, lambda: visits.decline(visit, by=request.reach), said)


@page("POST", requires=MANAGE)
def end(request: DistrictRequest, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    said = f"The visit of {visit.operator} is over."
    return _answer(request, lambda: visits.end(visit, by=request.reach), said)


def _operator(request: HttpRequest) -> User:
    user = cast("User", request.user)
    if not user.is_staff:
        raise Http404
    return user


def _visit(request: DistrictRequest, pk: int) -> SupportVisit:
    found = SupportVisit.objects.reachable(request.reach).select_related("operator", "district")
    return get_object_or_404(found, pk=pk)


def _answer(request: DistrictRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("systems:support", district=request.district.slug)

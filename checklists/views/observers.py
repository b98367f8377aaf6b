"""Who observes in a window: named one by one, proposed, or drawn by lot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from checklists.forms.observers import DrawForm, FilterForm, ObserverForm
from checklists.models import Checklist, ObserverDraw, Window, WindowState
from checklists.reports.observing import Seat, seats
from checklists.services import observers as services
from roles.capabilities import Capability
from roles.models import School
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

PER_PAGE = 50


def _window(request: DistrictRequest, pk: int) -> Window:
    window: Window = get_object_or_404(Window.objects.reachable(request.reach), pk=pk)
    window.district = request.district
    return window


def _context(request: DistrictRequest, window: Window, **more: Any) -> dict[str, Any]:
    is_closed = window.state(request.district.today()) == WindowState.CLOSED
    return {"window": window, "is_closed": is_closed, **more}


@page("GET", requires=Capability.CHECKLIST_MANAGE)
def index(request: DistrictRequest, pk: int) -> HttpResponse:
    """Every position that may be observed, with who does or who could."""
    window = _window(request, pk)
    found = seats(window, request.reach)
    form = FilterForm(request.GET, seats=found)
    wanted = form.narrow(found)
    draws = ObserverDraw.objects.reachable(request.reach).filter(window=window)
    shown = Paginator(wanted, PER_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = _context(
        request,
        window,
        form=form,
        total=len(found),
        named=sum(seat.state == "named" for seat in found),
        nobody=sum(seat.state == "nobody" for seat in found),
        to_take=sum(seat.state == "proposed" for seat in wanted),
        page=shown,
        readable=_readable(request, shown),
        asked=asked.urlencode(),
        draws=draws.select_related("by"),
    )
    return render(request, "checklists/observers.html", context)


def _readable(request: DistrictRequest, shown: Iterable[Seat]) -> set[int]:
    """Which of the observers' forms this reader may read: never around being blind."""
    forms = [seat.form.pk for seat in shown if seat.form and seat.is_fixed]
    readable = Checklist.objects.reachable(request.reach).readable_by(request.access)
    return set(readable.filter(pk__in=forms).values_list("pk", flat=True))


@page("POST", requires=Capability.CHECKLIST_MANAGE)
def take(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take every proposal that the list shows, all its pages."""
    window = _window(request, pk)
    found = seats(window, request.reach)
    wanted = FilterForm(request.GET, seats=found).narrow(found)
    try:
        made = services.take_proposals(window, wanted, by=request.reach)
        said = "1 observer is named." if made == 1 else f"{made} observers are named."
        messages.success(request, said)
    except Refused as why:
        messages.error(request, str(why))
    here = reverse("checklists:window-observers", args=[request.district.slug, pk])
    return redirect(f"{here}?{request.GET.urlencode()}")


@page("GET", "POST", requires=Capability.CHECKLIST_MANAGE)
def choose(request: DistrictRequest, pk: int, position: int) -> HttpResponse:
    """One position: name its observer, another one, or none."""
    window = _window(request, pk)
    seat = _seat(request, window, position)
    form = ObserverForm(request.POST or None, seat=seat, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose(window, seat.position, form.chosen, by=request.reach)
        except Refused as why:
            form.add_error("observer", str(why))
        else:
            said = f"{form.chosen} observes" if form.chosen else "Nobody observes"
            messages.success(request, f"{said} {seat.position}.")
            return redirect("checklists:window-observers", request.district.slug, pk)
    status = 422 if form.errors else 200
    context = _context(request, window, form=form, seat=seat)
    return render(request, "checklists/observers_choose.html", context, status=status)


def _seat(request: DistrictRequest, window: Window, position: int) -> Seat:
    for seat in seats(window, request.reach):
        if seat.position.pk == position:
            return seat
    raise Http404


@page("GET", "POST", requires=Capability.CHECKLIST_MANAGE)
def draw(request: DistrictRequest, pk: int) -> HttpResponse:
    """Draw a share of the schools from a seed."""
    window = _window(request, pk)
    form = DrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.draw_schools(window, **form.cleaned_data, by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return redirect("checklists:observers-drawn", request.district.slug, pk, row.pk)
    draws = ObserverDraw.objects.reachable(request.reach).filter(window=window)
    context = _context(request, window, form=form, draws=draws.select_related("by"))
    status = 422 if form.errors else 200
    return render(request, "checklists/observers_draw.html", context, status=status)


@page("GET", requires=Capability.CHECKLIST_MANAGE)
def drawn(request: DistrictRequest, pk: int, draw: int) -> HttpResponse:
    """What a draw came to, and how anyone gets the same."""
    window = _window(request, pk)
    draws = ObserverDraw.objects.reachable(request.reach).filter(window=window)
    row = get_object_or_404(draws.select_related("by"), pk=draw)
    schools = School.objects.reachable(request.reach).in_bulk(row.pool)
    of_drawn = [s for s in seats(window, request.reach) if s.position.school_id in row.drawn]
    context = _context(
        request,
        window,
        draw=row,
        again=services.draw_again(row),
        schools=[(schools.get(key), key - row.keys_moved) for key in row.drawn],
        pool=[(schools.get(key), key - row.keys_moved, key in row.drawn) for key in row.pool],
        observed=[s for s in of_drawn if s.observation],
        without=[s for s in of_drawn if not s.observation],
    )
    return render(request, "checklists/observers_drawn.html", context)

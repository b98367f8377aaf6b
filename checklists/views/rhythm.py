"""Who could be asked less often, why, and who is: suggestions that a person answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.models import RelaxedRhythm
from checklists.pairs import TARGET
from checklists.reports import rhythm as reports
from checklists.services import rhythm as services
from roles.capabilities import Capability
from roles.models import Position
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

MANAGE = Capability.CHECKLIST_MANAGE


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    found = reports.rhythms(request.reach, request.access)
    context = {"found": found, "target": TARGET, "in_a_row": reports.IN_A_ROW}
    return render(request, "checklists/rhythm.html", context)


@page("POST", requires=MANAGE)
def answer(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take up the suggestion for a position (primary key), or not now."""
    position = get_object_or_404(Position.objects.reachable(request.reach), pk=pk)
    found = reports.rhythms(request.reach, request.access).suggestions
    suggestion = next((each for each in found if each.position == position), None)
    if suggestion is None:
        messages.info(request, "This suggestion was answered already, or no longer holds.")
    elif request.POST.get("answer") == "relax":
        try:
            services.relax(suggestion.position, suggestion.latest, by=request.reach)
            said = (
                f"{suggestion.position} is left out of the next window, then asked in every second."
            )
            messages.success(request, said)
        except Refused as why:
            messages.error(request, str(why))
    else:
        services.put_off(suggestion.position, suggestion.latest, by=request.reach)
        messages.success(request, f"{suggestion.position} stays in every window.")
    return redirect("checklists:rhythm", request.district.slug)


@page("POST", requires=MANAGE)
def end(request: DistrictRequest, pk: int) -> HttpResponse:
    """End a relaxed rhythm (primary key)."""
    rhythms = RelaxedRhythm.objects.reachable(request.reach).select_related(
        "position__role", "position__school", "position__department"
    )
    rhythm = get_object_or_404(rhythms, pk=pk)
    if services.end(rhythm, by=request.reach):
        messages.success(request, f"{rhythm.position} is asked in every window again.")
    return redirect("checklists:rhythm", request.district.slug)

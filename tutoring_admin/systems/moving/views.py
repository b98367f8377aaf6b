"""The pages of a district that moves: all of it in one file, and its end."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.making import KEPT_FOR
from roles.services.refusal import Refused
from tutoring_admin.systems.moving import leaving, making
from tutoring_admin.systems.moving.forms import RemovalForm

MANAGE = Capability.SYSTEMS_MANAGE


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """The reader's newest export, and whether the district is to be removed."""
    context = {
        "export": making.newest(request.reach),
        "days": KEPT_FOR.days,
        "removal": leaving.standing(request.reach),
    }
    return render(request, "systems/moving.html", context)


@page("GET", "POST", requires=MANAGE)
def export(request: DistrictRequest) -> HttpResponse:
    """What the file will hold, and what it will not; then it is made."""
    if request.method == "POST":
        made = making.ask(by=request.reach)
        messages.success(request, f"“{made.title}” is being made. It will stand here.")
        return redirect("systems:moving", district=request.district.slug)
    return render(request, "systems/moving_export.html", {"days": KEPT_FOR.days})


@page("GET", "POST", requires=MANAGE)
def remove(request: DistrictRequest) -> HttpResponse:
    """What goes and what stays; the name of the district is typed."""
    form = RemovalForm(request.POST or None, district=request.district.name)
    if request.method == "POST" and form.is_valid():
        try:
            leaving.ask(form.cleaned_data["name"], by=request.reach)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "The deletion is asked for. All district leads get a letter.")
            return redirect("systems:moving", district=request.district.slug)
    context = {
        "form": form,
        "days": settings.DISTRICT_REMOVAL_DAYS,
        "backups": settings.BACKUPS_KEPT_DAYS,
        "removal": leaving.standing(request.reach),
    }
    return render(
        request, "systems/moving_remove.html", context, status=422 if form.errors else 200
    )


@page("POST", requires=MANAGE)
def call_off(request: DistrictRequest) -> HttpResponse:
    if leaving.call_off(by=request.reach):
        messages.success(request, "Called off: the district stays as it is.")
    return redirect("systems:moving", district=request.district.slug)

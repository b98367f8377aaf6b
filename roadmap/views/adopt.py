"""Taking a roadmap over into a school year, in three steps that the address remembers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from roadmap.forms.adoption import ALL, CORE, LinesForm, StartForm, WhatForm
from roadmap.forms.shared import seats
from roadmap.services import adoption
from roadmap.services.templates import lines as lines_of
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import chosen_year

LAST = 3


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def adopt(request: DistrictRequest) -> HttpResponse:
    """Which milestones, counted from when, and every one with date and owner before it is
    written. The first two answers stand in the address, so that going back loses nothing.
    """
    year = chosen_year(request)
    if year is None or year.archived_at:
        raise Http404
    year.district = request.district
    what = _what(request)
    back_to = request.GET.get("step")
    if not what.is_valid() or back_to == "1":
        return _step(request, 1, {"form": what, "year": year})
    asked = request.GET if "start" in request.GET else None
    when = StartForm(asked, year=year, initial={"start": StartForm.FIRST})
    if not when.is_valid() or back_to == "2":
        return _step(request, 2, {"form": when, "year": year, "what": what.cleaned_data})
    return _lines(request, year, what, when)


def _what(request: DistrictRequest) -> WhatForm:
    approach = request.GET.get("approach") or request.district.approach
    counts = {
        ALL: len(adoption.templates(request.district, approach=approach)),
        CORE: len(adoption.templates(request.district, approach=approach, core_only=True)),
    }
    initial = {"set": ALL, "approach": request.district.approach}
    asked = request.GET if "set" in request.GET else None
    return WhatForm(asked, reach=request.reach, counts=counts, initial=initial)


def _lines(
    request: DistrictRequest, year: SchoolYear, what: WhatForm, when: StartForm
) -> HttpResponse:
    template, given = what.template, what.cleaned_data
    core, approach = given["set"] == CORE, given["approach"]
    lines = (
        lines_of(template)
        if template
        else adoption.templates(request.district, core_only=core, approach=approach)
    )
    form = LinesForm(
        request.POST or None,
        offers=adoption.offers(year, lines, start=when.day),
        seats=seats(request.reach).filter(school=None),
        year=year,
        today=request.district.today(),
    )
    if request.method == "POST" and form.is_valid():
        source = template.name if template else ""
        try:
            came = adoption.adopt(
                year, lines, form.choices, start=when.day, source=source, by=request.reach
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{came} milestones came into the roadmap, each with a date.")
            return redirect("roadmap:index", district=request.district.slug)
    there = len(lines) - len(form.offers)
    return _step(request, 3, _table(form, year) | {"there": there, "when": when, "what": what})


def _table(form: LinesForm, year: SchoolYear) -> dict[str, Any]:
    shipped = adoption.content()["phases"]
    titles = {phase["key"]: phase["title"].partition(" (")[0] for phase in shipped}
    return {"form": form, "year": year, "phases": list(form.phases(titles))}


def _step(request: DistrictRequest, step: int, context: dict[str, Any]) -> HttpResponse:
    failed = request.method == "POST"
    if step < LAST:
        context["form"].helper.disable_csrf = True  # these two are asked by address
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "roadmap/adopt.html", context | {"step": step}, status=status)

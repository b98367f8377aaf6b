"""Planning the year: the rhythm is picked, windows are proposed, changed where needed, planned."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format

from checklists.forms.asked import askable
from checklists.forms.year_plan import PlannedWindows, RhythmForm, row_of
from checklists.models import Window
from checklists.planning import Plan, Rhythm
from checklists.services import year_plan as services
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import chosen_year


@page("GET", "POST", requires=Capability.CHECKLIST_MANAGE)
def plan(request: DistrictRequest) -> HttpResponse:
    """The rhythm stands in the address, so a preview can be kept and shown; rows come by POST."""
    year = chosen_year(request)
    if year is None or year.ends_on < request.district.today():
        return render(request, "checklists/year_plan.html", {"year": year, "is_over": True})
    year.district = request.district
    planned = list(Window.objects.reachable(request.reach).filter(school_year=year))
    rhythm = RhythmForm(request.GET if "rhythm" in request.GET else None, year=year)
    context = {"year": year, "rhythm": rhythm, "planned": planned[::-1]}
    if request.method == "POST":
        return _post(request, year, context)
    if rhythm.is_valid():
        proposed = _propose(request, year, rhythm, planned)
        rows = PlannedWindows(
            initial=[row_of(each) for each in proposed.proposals],
            **_kwargs(request, year, planned),
        )
        context |= {"rows": rows, "taken": proposed.taken}
    return _page(request, year, context)


def _propose(
    request: DistrictRequest, year: SchoolYear, form: RhythmForm, planned: list[Window]
) -> Plan:
    return services.proposals(
        year,
        list(askable(request.reach).values()),
        planned,
        rhythm=Rhythm(form.cleaned_data["rhythm"]),
        meetings=form.meetings,
    )


def _kwargs(request: DistrictRequest, year: SchoolYear, planned: list[Window]) -> dict[str, Any]:
    titles = {key: each.title for key, each in askable(request.reach).items()}
    row = {"year": year, "today": request.district.today(), "keys": titles, "titles": titles}
    return {"taken": planned, "row": row}


def _post(request: DistrictRequest, year: SchoolYear, context: dict[str, Any]) -> HttpResponse:
    planned = context["planned"]
    rows = PlannedWindows(request.POST, **_kwargs(request, year, planned))
    context["rows"] = rows
    if not rows.is_valid():
        return _page(request, year, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    if "count" in request.POST:
        return _page(request, year, context)
    try:
        made = services.plan_windows(rows.windows, by=request.reach)
    except Refused as why:
        context["refusal"] = str(why)
        return _page(request, year, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    many = "One window is" if len(made) == 1 else f"{len(made)} windows are"
    first = min(window.opens_on for window in made)
    messages.success(request, f"{many} planned. The first opens on {date_format(first, 'l, F j')}.")
    return redirect("checklists:index", request.district.slug)


def _page(
    request: DistrictRequest,
    year: SchoolYear,
    context: dict[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """With the school days of each row, and all of them on the ruler of the year."""
    calendar = services.calendar_of(year)
    lines = [
        (form, days, calendar.school_days(*days) if days and days[0] <= days[1] else None)
        for form in context.get("rows") or ()
        for days in [form.days]
    ]
    strip = [(each.opens_on, each.closes_on, each.label) for each in context["planned"]]
    strip += [
        (*days, str(form["label"].value()))
        for form, days, count in lines
        if count is not None and days and form["plan"].value()
    ]
    context |= {"lines": lines, "windows": strip}
    return render(request, "checklists/year_plan.html", context, status=status)

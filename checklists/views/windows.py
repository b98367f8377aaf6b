"""Windows: what is due from the reader, how far each window has come, and planning them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.forms.windows import WindowForm
from checklists.models import Checklist, Window, WindowState
from checklists.reports import progress as reports
from checklists.services import windows as services
from checklists.sheets import BANDS
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import chosen_year


@page("GET", requires=Capability.HOME_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """What is due from the reader first; then the windows, for those who see others' progress.

    Everyone has a checklist of their own, so the page asks for no more than the start page does;
    the second part goes by the reader's reach for seeing progress.
    """
    today, year = request.district.today(), chosen_year(request)
    mine = (
        Checklist.objects.reachable(request.reach)
        .rated_by(request.user)
        .with_progress()
        .select_related(
            "window", "template", "position__role", "position__department", "position__school"
        )
        .order_by("window__closes_on", "pk")
    )
    forms = list(mine.filter(window__school_year=year))
    running = [form for form in forms if form.window.state(today) == WindowState.OPEN]
    current = [form for form in running if form.withdrawn_at is None]
    over = [form for form in reversed(forms) if form not in current]
    context = {
        "due": [form for form in current if not form.is_submitted],
        "handed_in": [form for form in current if form.is_submitted],
        "earlier": [(form, BANDS.get(form.band)) for form in over],
        "may_manage": bool(request.access.reach(Capability.CHECKLIST_MANAGE)),
        "may_work": bool(request.access.reach(Capability.CHECKLIST_WORK)),
        **_overview(request, year),
    }
    return render(request, "checklists/index.html", context)


def _overview(request: DistrictRequest, year: Any) -> dict[str, Any]:
    """The windows of the year with their progress, as far as the reader sees others' progress."""
    all_windows = Window.objects.reachable(request.reach).filter(school_year=year)
    rows = list(all_windows)
    reach = request.access.reach(Capability.CHECKLIST_VIEW)
    today = request.district.today()
    strip = [(w.opens_on, w.closes_on, w.label) for w in rows]
    progress = reports.progress_of(rows, reach) if reach and rows else []
    by_state: dict[str, list[reports.WindowProgress]] = {state: [] for state in WindowState}
    for row in progress:
        by_state[row.window.state(today)].append(row)
    ahead = [window for window in rows if window.state(today) == WindowState.PLANNED]
    return {
        "windows": strip,
        "has_windows": bool(rows),
        "next_window": ahead[-1] if ahead else None,
        "may_see": bool(reach),
        "open": by_state[WindowState.OPEN],
        "planned": by_state[WindowState.PLANNED][::-1],
        "closed": by_state[WindowState.CLOSED],
    }


@page("GET", "POST", requires=Capability.CHECKLIST_MANAGE)
def create(request: DistrictRequest) -> HttpResponse:
    form = WindowForm(request.POST or None, reach=request.reach, initial=_usual(request))
    if request.method == "POST" and form.is_valid():
        window = services.plan_window(form.instance, by=request.reach)
        state = "open" if window.state(request.district.today()) == WindowState.OPEN else "planned"
        messages.success(request, f"{window} is {state}.")
        return redirect("checklists:window-detail", request.district.slug, window.pk)
    return _form_page(request, form)


def _usual(request: DistrictRequest) -> dict[str, Any]:
    """From today to the Friday after next, named by the month unless a window of the year is."""
    today, year = request.district.today(), chosen_year(request)
    label = f"{today:%B} checklist"
    taken = Window.objects.reachable(request.reach).filter(school_year=year, label=label)
    return {
        "label": "" if taken.exists() else label,
        "opens_on": today,
        "closes_on": today + dt.timedelta(days=(4 - today.weekday()) % 7 + 7),
    }


@page("GET", "POST", requires=Capability.CHECKLIST_MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    window = get_object_or_404(Window.objects.reachable(request.reach), pk=pk)
    window.district = request.district
    if window.state(request.district.today()) == WindowState.CLOSED:
        messages.warning(request, f"{window} is closed. Its days stay as they are.")
        return redirect("checklists:window-detail", request.district.slug, pk)
    form = WindowForm(request.POST or None, instance=window, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_window(window, by=request.reach)
            messages.success(request, f"{window} is saved.")
        except Refused as why:
            messages.error(request, str(why))
        return redirect("checklists:window-detail", request.district.slug, pk)
    return _form_page(request, form)


def _form_page(request: DistrictRequest, form: WindowForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "checklists/window_form.html", {"form": form}, status=status)


@page("POST", requires=Capability.CHECKLIST_MANAGE)
def close(request: DistrictRequest, pk: int) -> HttpResponse:
    window = get_object_or_404(Window.objects.reachable(request.reach), pk=pk)
    window.district = request.district
    try:
        services.close_window(window, by=request.reach)
        messages.success(request, f"{window} is closed. Nothing in it can be changed.")
    except Refused as why:
        messages.error(request, str(why))
    return redirect("checklists:window-detail", request.district.slug, pk)

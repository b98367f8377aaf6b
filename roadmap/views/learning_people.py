"""Learning by person: hours and pace, one's own page, and the coaching log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from roadmap.forms.coaching import CoachingForm, CorrectionForm
from roadmap.learning_reports.sessions import attended, next_sessions
from roadmap.learning_reports.standings import level_in, narrowed, paces, standings
from roadmap.learning_reports.talks import agreed_talks
from roadmap.models import CoachingEntry, LearningLevel
from roadmap.services import coaching
from roadmap.tables.learning import HOURS
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.views.tables import answer
from roles.years import chosen_year

VIEW, WORK, MANAGE = (
    Capability.ROADMAP_VIEW,
    Capability.ROADMAP_WORK,
    Capability.ROADMAP_MANAGE,
)
PER_PAGE = 50
LATELY = 8


@page("GET", requires=MANAGE)
def people(request: DistrictRequest) -> HttpResponse:
    """Hours and pace of everyone, by place and name: never from best to worst."""
    year = chosen_year(request)
    if year is None:
        raise Http404
    rows = standings(request.reach, year, request.district.today())
    shown = narrowed(rows, request.GET)
    context = {
        "year": year,
        "paces": paces(rows),
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "levels": LearningLevel.choices,
        "level": level_in(request.GET),
        "behind": "behind" in request.GET,
        "on_pace": "on-pace" in request.GET,
        "total": len(rows),
    }
    return render(request, "roadmap/learning_people.html", context)


@page("GET", requires=MANAGE)
def people_file(request: DistrictRequest) -> HttpResponseBase:
    """The same as CSV, or as a workbook with `?as=xlsx`."""
    if chosen_year(request) is None:
        raise Http404
    return answer(request, HOURS, "xlsx" if request.GET.get("as") == "xlsx" else "csv")


@page("GET", requires=VIEW)
def mine(request: DistrictRequest) -> HttpResponse:
    """One's own learning: hours, what comes next, and talks."""
    year, today = chosen_year(request), request.district.today()
    rows = standings(request.reach, year, today, person=request.user) if year else []
    talks = _readable(request).filter(coached_person=request.user) if year else []
    context = {
        "year": year,
        "today": today,
        "row": rows[0] if rows else None,
        "coming": next_sessions(request.reach, request.user, today),
        "attended": attended(request.reach, request.user, year) if year else [],
        "talks": talks[:LATELY],
        "coaches": bool(request.access.reach(WORK)),
    }
    return render(request, "roadmap/learning_mine.html", context)


@page("GET", requires=VIEW)
def log(request: DistrictRequest) -> HttpResponse:
    """Talks this person may read: as coach, as the coached, or as who runs the program."""
    today = request.district.today()
    shown = Paginator(_readable(request), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "today": today,
        "works": bool(request.access.reach(WORK)),
        "manages": bool(request.access.reach(MANAGE)),
        "agreed": agreed_talks(request.reach, request.user, today),
    }
    return render(request, "roadmap/learning_coaching.html", context)


@page("GET", "POST", requires=WORK)
def talk(request: DistrictRequest) -> HttpResponse:
    """Note a talk."""
    asked = {"coached": request.GET.get("with", "")}
    form = CoachingForm(
        request.POST or None,
        reach=request.reach,
        year=chosen_year(request),
        user=request.user,
        initial={name: value for name, value in asked.items() if value.isdecimal()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            entry = coaching.log(by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error("coached", str(refused))
        else:
            said = f"Noted. {entry.coached_person} can read it, and who runs the program."
            messages.success(request, said)
            return redirect("roadmap:coaching", district=request.district.slug)
    return _asked(request, form)


@page("GET", "POST", requires=WORK)
def correct(request: DistrictRequest, pk: int) -> HttpResponse:
    """Put one's own entry right. Whoever else may read it is refused."""
    entry = get_object_or_404(_readable(request), pk=pk)
    if entry.coach_id != request.user.pk:
        raise PermissionDenied
    year = entry.line.school_year if entry.line else chosen_year(request)
    form = CorrectionForm(
        request.POST or None, entry=entry, reach=request.reach, year=year, user=request.user
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = coaching.correct(entry, by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error("on", str(refused))
        else:
            messages.success(request, "Corrected." if changed else "Nothing was changed.")
            return redirect("roadmap:coaching", district=request.district.slug)
    return _asked(request, form, entry)


def _asked(
    request: DistrictRequest, form: CoachingForm, entry: CoachingEntry | None = None
) -> HttpResponse:
    context = {"form": form, "entry": entry}
    status = 422 if form.errors else 200
    return render(request, "roadmap/learning_talk.html", context, status=status)


def _readable(request: DistrictRequest) -> Any:
    found = CoachingEntry.objects.reachable(request.reach).readable_by(request.access)
    return found.select_related(
        "coach",
        "coached_person",
        "coached__role",
        "coached__school",
        "coached__department",
        "line__school_year",
    )

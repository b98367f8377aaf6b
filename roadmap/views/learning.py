"""The year's plan of learning: its levels, its lines, and what is changed in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roadmap.forms.learning import LineForm
from roadmap.forms.learning_sessions import DaysForm, ScheduleForm
from roadmap.learning_reports.lines import audience_words
from roadmap.learning_reports.plan import PACES, plan_of
from roadmap.learning_reports.sessions import next_sessions, with_counts
from roadmap.learning_reports.topics import learned, proposals
from roadmap.learning_time import session_days
from roadmap.models import LearningLine, LearningSession
from roadmap.services import learning
from roles.capabilities import Capability
from roles.models import Position, SchoolYear
from roles.pages import DistrictRequest, page
from roles.schooltime import next_school_day
from roles.services.calendar import closures_of
from roles.services.refusal import Refused
from roles.years import chosen_year

VIEW, MANAGE = Capability.ROADMAP_VIEW, Capability.ROADMAP_MANAGE
UNPROCESSABLE = 422


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """The plan by level: planned and held, the pace, and levels that nobody has met with lately."""
    year, today = chosen_year(request), request.district.today()
    context: dict[str, Any] = {"year": year, "today": today, "manages": may_manage(request, year)}
    if year is None:
        return render(request, "roadmap/learning.html", context)
    plan = plan_of(request.reach, year, today)
    pace = request.GET.get("pace", "")
    pace = pace if pace in PACES else ""
    context |= {
        "plan": plan,
        "pace": PACES.get(pace, ""),
        "shown": plan.narrowed(pace) if pace else plan,
        "offered": len(learning.content()),
        "proposals": proposals(request.reach, year, today),
        "learned": learned(request.reach, year),
        "sees_low_items": bool(request.access.reach(Capability.CHECKLIST_MANAGE)),
        "mine": next_sessions(request.reach, request.user, today)[:3],
    }
    return render(request, "roadmap/learning.html", context)


@page("POST", requires=MANAGE)
def adopt(request: DistrictRequest) -> HttpResponse:
    year = _year(request)
    try:
        came = learning.adopt_plan(year, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = f"{came} lines are in the plan. Change what does not fit, then schedule sessions."
        messages.success(request, said if came else "The plan had them all.")
    return _to_plan(request)


@page("GET", requires=VIEW)
def line(request: DistrictRequest, pk: int) -> HttpResponse:
    """One line of the plan with its sessions."""
    found, today = _line(request, pk), request.district.today()
    sessions = LearningSession.objects.reachable(request.reach).filter(line=found)
    plan = plan_of(request.reach, found.school_year, today)
    context = {
        "line": found,
        "row": next((row for row in plan.lines if row.line.pk == found.pk), None),
        "audience": audience_words(found, whole=True),
        "sessions": with_counts(sessions),
        "today": today,
        "manages": may_manage(request, found.school_year),
    }
    return render(request, "roadmap/learning_line.html", context)


@page("GET", "POST", requires=MANAGE)
def line_add(request: DistrictRequest) -> HttpResponse:
    year = _year(request)
    form = LineForm(request.POST or None, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        try:
            made = learning.add_line(year, by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Added to the plan.")
            return to_line(request, made)
    context = {"form": form, "title": "Add to the plan", "button": "Add to the plan", "line": None}
    return _asked(request, context)


@page("GET", "POST", requires=MANAGE)
def line_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    found = _line(request, pk)
    form = LineForm(request.POST or None, reach=request.reach, initial=LineForm.of(found))
    if request.method == "POST" and form.is_valid():
        try:
            learning.change_line(found, by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved. Sessions that are scheduled stay as they are.")
            return to_line(request, found)
    context = {"form": form, "title": "Change the line", "button": "Save", "line": found}
    return _asked(request, context)


@page("POST", requires=MANAGE)
def line_end(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take a line out of the plan, or bring it back."""
    found = _line(request, pk)
    ends = found.ended_at is None
    act = learning.end_line if ends else learning.bring_back
    try:
        act(found, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Out of the plan." if ends else "Back in the plan.")
    return to_line(request, found)


@page("GET", "POST", requires=MANAGE)
def schedule(request: DistrictRequest, pk: int) -> HttpResponse:
    """A row of sessions by the line's rhythm: days are shown, may be changed, then written."""
    found = _line(request, pk)
    year = found.school_year
    form = ScheduleForm(
        request.POST or None, reach=request.reach, year=year, initial=_first_guess(request, found)
    )
    context: dict[str, Any] = {"line": found, "form": form}
    if request.method == "POST" and form.is_valid():
        writes = "write" in request.POST
        days = [] if writes else _days(form, found, request)
        shown = DaysForm(request.POST if writes else None, days=days, year=year)
        if writes and shown.is_valid():
            try:
                made = learning.schedule(
                    found, shown.chosen(), by=request.reach, **form.session_fields()
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                n = len(made)
                said = f"{n} session{'s are' if n != 1 else ' is'} scheduled."
                messages.success(request, said if n else "They stood there already.")
                return to_line(request, found)
        left_out = 0 if writes else form.cleaned_data["count"] - len(days)
        context |= {"days": shown, "left_out": left_out}
        if not writes and not days:
            form.add_error("first", "No school day is left in the year from that day on.")
    failed = form.errors or (context.get("days") and context["days"].errors)
    return render(
        request, "roadmap/learning_schedule.html", context, status=UNPROCESSABLE if failed else 200
    )


def _days(form: ScheduleForm, found: LearningLine, request: DistrictRequest) -> Any:
    return session_days(
        form.cleaned_data["first"],
        form.cleaned_data["count"],
        found.cadence,
        found.school_year.last_student_day,
        closures_of(request.district),
    )


def _first_guess(request: DistrictRequest, found: LearningLine) -> dict[str, Any]:
    """What the form proposes: a week from now, as many as are missing, led by the line's role."""
    year = found.school_year
    day = max(request.district.today() + dt.timedelta(days=7), year.first_student_day)
    day = next_school_day(day, closures_of(request.district))
    there = found.held_sessions.exclude(state="cancelled").count()
    return {
        "first": min(day, year.last_student_day),
        "count": max(found.sessions - there, 1),
        "minutes_long": found.minutes_each,
        "leader": usual_leader(request, found),
    }


def usual_leader(request: DistrictRequest, found: LearningLine) -> int | None:
    """The one position of the role that leads the line; none where there are several."""
    seats = Position.objects.reachable(request.reach).active(request.district.today())
    led_by = list(seats.filter(role=found.lead_id).values_list("pk", flat=True)[:2])
    return led_by[0] if len(led_by) == 1 else None


def may_manage(request: DistrictRequest, year: SchoolYear | None) -> bool:
    is_open = year is None or year.archived_at is None
    return is_open and bool(request.access.reach(MANAGE))


def to_line(request: DistrictRequest, found: LearningLine) -> HttpResponse:
    return redirect("roadmap:learning-line", district=request.district.slug, pk=found.pk)


def _to_plan(request: DistrictRequest) -> HttpResponse:
    return redirect("roadmap:learning", district=request.district.slug)


def _line(request: DistrictRequest, pk: int) -> LearningLine:
    lines = LearningLine.objects.reachable(request.reach).select_related("lead", "school_year")
    return get_object_or_404(lines.prefetch_related("audiences__role"), pk=pk)


def _year(request: DistrictRequest) -> SchoolYear:
    year = chosen_year(request)
    if year is None:
        raise Http404
    return year


def _asked(request: DistrictRequest, context: dict[str, Any]) -> HttpResponse:
    status = UNPROCESSABLE if context["form"].errors else 200
    return render(request, "roadmap/learning_line_form.html", context, status=status)

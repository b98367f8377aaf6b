"""The planning period: the year's rhythm of meetings, and each series of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roadmap import meeting_reports as reports
from roadmap.forms.meeting_series import RhythmRows, SeriesForm
from roadmap.forms.meetings import WhyForm
from roadmap.meeting_library import Suggestion, suggestions
from roadmap.models import Meeting, MeetingSeries
from roadmap.services import meeting_series, series_changes
from roles.access import Reach
from roles.capabilities import Capability
from roles.models import LeadershipRole, Position, SchoolYear
from roles.pages import DistrictRequest, page
from roles.schooltime import next_school_day
from roles.services.calendar import closures_of
from roles.services.refusal import Refused
from roles.years import chosen_year

VIEW = Capability.ROADMAP_VIEW
MANAGE = Capability.ROADMAP_MANAGE
PER_PAGE = 50
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY


@page("GET", requires=VIEW)
def planning(request: DistrictRequest) -> HttpResponse:
    """What comes next, the rhythm of the year, and how much time is protected."""
    year, today = chosen_year(request), request.district.today()
    if year is None:
        return render(request, "roadmap/planning_none.html", {"year": None})
    series = reports.series_of(request.reach, year, today)
    rows = Paginator(series, PER_PAGE).get_page(request.GET.get("page"))
    manages = _manages(request, year)
    context: dict[str, Any] = {"year": year, "manages": bool(manages)}
    if not rows.paginator.count:
        context["suggestions"] = _suggestions(request.reach, year)
        return render(request, "roadmap/planning_none.html", context)
    months = reports.protected_months(request.reach, year)
    context |= {
        "rows": rows,
        "next": reports.next_meetings(request.reach, year, today),
        "to_write_up": reports.to_write_up(request.reach, year, today),
        "months": months,
        "month": reports.month_of(months, today),
        "today": today,
        "offered": reports.not_held(manages, year) if manages else 0,
    } | reports.action_counts(request.reach, year, today)
    return render(request, "roadmap/planning.html", context)


@page("GET", "POST", requires=MANAGE)
def adopt(request: DistrictRequest) -> HttpResponse:
    """The meetings of the library that this district does not hold yet, with their times."""
    year = _open_year(request)
    offered = _suggestions(request.reach, year)
    rows = RhythmRows(request.POST or None, suggestions=offered, year=year)
    status = HTTPStatus.OK
    if request.method == "POST":
        if rows.is_valid() and "show" not in request.POST:
            began = meeting_series.adopt(year, rows.plans, by=request.reach)
            words = "One series begins" if began == 1 else f"{began} series begin"
            messages.success(request, f"{words}, with every meeting on the calendar.")
            return redirect("roadmap:planning", request.district.slug)
        status = HTTPStatus.OK if rows.is_valid() else WRONG
    context = {"year": year, "rows": rows, "lines": _lines(request, rows)}
    return render(request, "roadmap/planning_adopt.html", context, status=status)


@page("GET", "POST", requires=MANAGE)
def series_new(request: DistrictRequest) -> HttpResponse:
    year = _open_year(request)
    soonest = max(request.district.today(), year.first_student_day)
    first = next_school_day(soonest, closures_of(request.district))
    initial = {"last_on": year.last_student_day, "first_on": first, "rhythm": "monthly"}
    form = SeriesForm(request.POST or None, reach=request.reach, year=year, initial=initial)
    context: dict[str, Any] = {"form": form, "year": year}
    if request.method == "POST" and form.is_valid():
        try:
            context["slots"] = meeting_series.days_of(form.plan, request.district)
            if "show" not in request.POST:
                series = meeting_series.start(year, form.plan, by=request.reach)
                messages.success(request, "The series begins. Its meetings are on the calendar.")
                return _to_series(request, series)
        except Refused as why:
            form.add_error(None, str(why))
    status = WRONG if form.errors else HTTPStatus.OK
    return render(request, "roadmap/meeting_series_new.html", context, status=status)


@page("GET", requires=VIEW)
def series_page(request: DistrictRequest, pk: int) -> HttpResponse:
    """One series: who meets when, what came of it, what is still to do."""
    series = _series(request, pk)
    today = request.district.today()
    rows = Meeting.objects.reachable(request.reach).filter(series=series)
    actions = reports.actions_of(request.reach, series.school_year).filter(meeting__series=series)
    members = series.members.select_related("role", "school", "department")
    context = {
        "series": series,
        "members": list(members[:PER_PAGE]),
        "more_members": max(0, series.members.count() - PER_PAGE),
        "coming": list(rows.upcoming(today)[:PER_PAGE]),
        "past": list(rows.filter(on__lt=today).order_by("-on", "-at")[:PER_PAGE]),
        "cancelled": list(rows.filter(state="cancelled", on__gte=today)[:PER_PAGE]),
        "actions": list(actions.open()[:PER_PAGE]),
        "headings": [line for line in series.agenda.splitlines() if line.strip()],
        "today": today,
        "manages": _manages(request, series.school_year).covers(series.school_id),
    }
    return render(request, "roadmap/meeting_series.html", context)


@page("GET", "POST", requires=MANAGE)
def series_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    """Changes meetings to come; what they become is shown before anything is saved."""
    series = _series(request, pk)
    if series.ended_at or series.school_year.archived_at:
        messages.info(request, "This series has ended. It stays as it is.")
        return _to_series(request, series)
    form = SeriesForm(
        request.POST or None, reach=request.reach, year=series.school_year, series=series
    )
    context: dict[str, Any] = {"form": form, "series": series, "year": series.school_year}
    if request.method == "POST" and form.is_valid():
        try:
            if "show" in request.POST:
                context["changes"] = series_changes.changes_of(series, form.plan, request.district)
            else:
                series_changes.change(series, form.plan, by=request.reach)
                messages.success(request, "Saved. Calendars follow.")
                return _to_series(request, series)
        except Refused as why:
            form.add_error(None, str(why))
    status = WRONG if form.errors else HTTPStatus.OK
    return render(request, "roadmap/meeting_series_edit.html", context, status=status)


@page("GET", "POST", requires=MANAGE)
def series_end(request: DistrictRequest, pk: int) -> HttpResponse:
    series = _series(request, pk)
    form = WhyForm(request.POST or None, hint="Members read this in their calendar.")
    if request.method == "POST" and form.is_valid():
        try:
            gone = meeting_series.end(series, reason=form.cleaned_data["reason"], by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            words = f"{gone} meeting{'' if gone == 1 else 's'} to come"
            messages.success(request, f"The series has ended; {words} cancelled.")
            return _to_series(request, series)
    today = request.district.today()
    coming = Meeting.objects.reachable(request.reach).filter(series=series).upcoming(today)
    context = {"form": form, "series": series, "coming": coming.count()}
    status = WRONG if form.errors else HTTPStatus.OK
    return render(request, "roadmap/meeting_series_end.html", context, status=status)


def _lines(request: DistrictRequest, rows: Any) -> list[tuple[Any, dict[str, Any] | None]]:
    """Each row with what it puts on the calendar, where its times can be read."""
    return [(row, _says(request, row)) for row in rows]


def _says(request: DistrictRequest, row: Any) -> dict[str, Any] | None:
    plans = row.plans
    if not row.is_bound:
        start = row.suggestion.initial
        plans = row.suggestion.plans(start["weekday"], start["at"], start["first"], start["last"])
    if not plans:
        return None
    try:
        slots = meeting_series.days_of(plans[0], request.district)
    except Refused as why:
        return {"refused": str(why)}
    return {
        "first": next(slot.on for slot in slots if slot.on),
        "many": sum(slot.on is not None for slot in slots),
        "moved": [slot for slot in slots if slot.is_moved],
        "left_out": [slot.usual_on for slot in slots if slot.on is None],
    }


def _suggestions(reach: Reach, year: SchoolYear) -> list[Suggestion]:
    running = MeetingSeries.objects.reachable(reach).filter(school_year=year, ended_at=None)
    today = reach.district.today()
    seats = Position.objects.reachable(reach).active(today).select_related("role", "school")
    roles = LeadershipRole.objects.reachable(reach)
    return suggestions(year, list(running), list(roles), list(seats), today)


def _manages(request: DistrictRequest, year: SchoolYear) -> Reach:
    """The reach of who may change the rhythm; an archived year is read only, so of nobody."""
    reach = request.access.reach(MANAGE)
    if year.archived_at is None:
        return reach
    return Reach(reach.user, reach.district, reach.capability, frozenset())


def _open_year(request: DistrictRequest) -> SchoolYear:
    year = chosen_year(request)
    if year is None or year.archived_at:
        raise Http404
    year.district = request.district
    return year


def _series(request: DistrictRequest, pk: int) -> MeetingSeries:
    related = ("school_year", "school", "chair__role", "chair__school", "chair__department")
    found = MeetingSeries.objects.reachable(request.reach).select_related(*related)
    series: MeetingSeries = get_object_or_404(found, pk=pk)
    return series


def _to_series(request: DistrictRequest, series: MeetingSeries) -> HttpResponse:
    return redirect("roadmap:series", district=request.district.slug, pk=series.pk)

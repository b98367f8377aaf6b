"""The school calendar: what milestones are counted in, and what a change of it moves."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from roadmap.calendar_files.merging import merged
from roadmap.forms.calendar import CalendarForms, as_data, bounds_of
from roadmap.forms.calendar_import import FileForm, ImportRows, rows_of
from roadmap.models import OPEN, Anchor, AnchorKind
from roadmap.services import anchors, move_preview, moving
from roadmap.yeardays import YearDays
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.schooltime import school_days_between
from roles.services.refusal import Refused
from roles.years import chosen_year, school_years


@page("GET", requires=Capability.ROADMAP_VIEW)
def calendar(request: DistrictRequest) -> HttpResponse:
    """The chosen school year's days, and every year there is."""
    year, today = chosen_year(request), request.district.today()
    context: dict[str, Any] = {
        "year": year,
        "years": [(each, _standing(each, today)) for each in school_years(request)],
        "manages": bool(request.access.reach(Capability.ROADMAP_MANAGE)),
        "today": today,
    }
    if year:
        days = anchors.days_of(year)
        context |= {
            "days": days,
            "school_days": school_days_between(days.first, days.last, days.spans),
            "closures": [
                (closed, school_days_between(closed.first, closed.last, []))
                for closed in days.closures
            ],
            "counted": _counted(request, year, days),
        }
    return render(request, "roadmap/calendar.html", context)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def edit(request: DistrictRequest) -> HttpResponse:
    """Type the days; see what moves; confirm. Nothing is written before the last step."""
    year = open_year(request)
    if request.method == "GET":
        return _form(request, year, CalendarForms(year=year, start=anchors.days_of(year)))
    form = CalendarForms(request.POST, year=year, start=anchors.days_of(year))
    if not form.is_valid():
        return _form(request, year, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if "back" in request.POST:
        return _form(request, year, CalendarForms(year=year, start=form.days))
    if "seen" not in request.POST:
        return ask(request, year, form)
    try:
        done = moving.change_days(year, form.days, seen=request.POST["seen"], by=request.reach)
    except Refused as why:
        return ask(request, year, form, refusal=str(why))
    messages.success(request, _said(len(done.moves)))
    return redirect("roadmap:calendar", request.district.slug)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def from_file(request: DistrictRequest) -> HttpResponse:
    """Upload, look at the rows, look at what moves, confirm. Nothing is written before that."""
    year = open_year(request)
    if request.method == "POST" and "row-TOTAL_FORMS" in request.POST:
        return _take_rows(request, year)
    form = FileForm(
        request.POST or None,
        request.FILES or None,
        span=bounds_of(year),
        zone=request.district.zone,
    )
    if request.method == "POST" and not form.is_bound:
        form = FileForm({}, {}, span=bounds_of(year), zone=request.district.zone)
    context: dict[str, Any] = {"year": year, "form": form}
    if form.is_valid():
        found = form.cleaned_data["file"]
        there = {closed.span for closed in anchors.days_of(year).closures}
        context |= {"found": found, "rows": rows_of(found), "there": there}
    return _import_page(request, context)


def _take_rows(request: DistrictRequest, year: SchoolYear) -> HttpResponse:
    rows = ImportRows(request.POST, prefix="row")
    if not rows.is_valid():
        return _import_page(request, {"year": year, "rows": rows, "form": None})
    chosen = [row.row for row in rows]
    replace = "replace" in request.POST
    days = merged(anchors.days_of(year), chosen, replace=replace)
    form = CalendarForms(as_data(days), year=year)
    if not form.is_valid():
        return _form(request, year, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return ask(request, year, form)


def _import_page(request: DistrictRequest, context: dict[str, Any]) -> HttpResponse:
    form, rows = context["form"], context.get("rows")
    wrong = bool(form and form.errors) or bool(rows is not None and rows.is_bound)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "roadmap/calendar_import.html", context, status=status)


def ask(
    request: DistrictRequest, year: SchoolYear, form: CalendarForms, refusal: str = ""
) -> HttpResponse:
    """The page that shows what a change would do, and asks. Takes a valid form."""
    found = move_preview.preview(year, form.days, by=request.reach)
    if not (found.changes or refusal):
        messages.info(request, "These are the days it has. Nothing was changed.")
        return redirect("roadmap:calendar", request.district.slug)
    context = {
        "year": year,
        "form": form,
        "found": found,
        "refusal": refusal,
        "was": anchors.days_of(year),
        "days": form.days,
        "by_hand": [stay for stay in found.stays if stay.milestone.is_open],
        "settled": sum(not stay.milestone.is_open for stay in found.stays),
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "roadmap/calendar_preview.html", context, status=status)


def open_year(request: DistrictRequest) -> SchoolYear:
    """The chosen school year; 404 without one, and where it is archived: it is not changed."""
    year = chosen_year(request)
    if year is None or year.archived_at:
        raise Http404
    return year


def _form(
    request: DistrictRequest,
    year: SchoolYear,
    form: CalendarForms,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {"year": year, "form": form}
    return render(request, "roadmap/calendar_edit.html", context, status=status)


def _said(moved: int) -> str:
    if not moved:
        return "The calendar is saved. No milestone moved."
    return f"The calendar is saved. {moved} milestone{'s' if moved > 1 else ''} moved with it."


def _standing(year: SchoolYear, today: Any) -> tuple[str, str]:
    """The kind of chip and its word."""
    if year.archived_at:
        return "ended", "Archived"
    if year.ends_on < today:
        return "closed", "Over"
    return ("in_progress", "This year") if year.starts_on <= today else ("not_started", "Ahead")


def _counted(
    request: DistrictRequest, year: SchoolYear, days: YearDays
) -> list[tuple[str, Any, int, int]]:
    """What milestones count from: its name, its day, how many count from it and how many of these
    are open.
    """
    rows = Anchor.objects.reachable(request.reach).filter(school_year=year)
    rows = rows.annotate(
        total=Count("milestones"), still=Count("milestones", Q(milestones__state__in=OPEN))
    )
    by_kind = {row.kind: row for row in rows if row.kind != AnchorKind.OWN}
    own = {row.pk: row for row in rows if row.kind == AnchorKind.OWN}
    found = []
    for kind, day in (
        (AnchorKind.FIRST_STUDENT_DAY, days.first),
        (AnchorKind.LAST_STUDENT_DAY, days.last),
    ):
        row = by_kind.get(kind)
        found.append((kind.label, day, row.total if row else 0, row.still if row else 0))
    for each in days.own:
        row = own[each.pk or 0]
        found.append((each.label, each.on, row.total, row.still))
    return found

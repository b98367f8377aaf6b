"""A district's own templates: list, look at, save, name, put away, hand out as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from roadmap import sheet_exports, spreadsheets
from roadmap.forms.templates import NameForm, SaveForm
from roadmap.models import Milestone, RoadmapTemplate
from roadmap.services import templates
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import chosen_year

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@page("GET", requires=Capability.ROADMAP_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """All templates; those put away below."""
    rows = RoadmapTemplate.objects.reachable(request.reach).select_related("made_by")
    found = list(rows.annotate(number=Count("lines")).order_by("name"))
    year = chosen_year(request)
    milestones = Milestone.objects.reachable(request.reach).filter(school_year=year)
    context = {
        "templates": [each for each in found if each.put_away_at is None],
        "put_away": [each for each in found if each.put_away_at],
        "manages": _manages(request),
        "year": year,
        "can_save": year is not None and milestones.filter(school=None).exists(),
    }
    return render(request, "roadmap/templates.html", context)


@page("GET", requires=Capability.ROADMAP_VIEW)
def template(request: DistrictRequest, pk: int) -> HttpResponse:
    """One template with its lines, by phase."""
    found = _get(request, pk)
    context = {
        "template": found,
        "lines": list(found.lines.select_related("owner_role")),
        "columns": spreadsheets.OF_A_TEMPLATE,
        "manages": _manages(request),
        "year": chosen_year(request),
    }
    return render(request, "roadmap/template.html", context)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def save(request: DistrictRequest) -> HttpResponse:
    """Choose what goes into a new template, and name it."""
    year = _year(request)
    offered = templates.saveable(year, request.reach)
    form = SaveForm(request.POST or None, offered=[m.pk for m in offered])
    if request.method == "POST" and form.is_valid():
        try:
            made = templates.save(year, **form.cleaned_data, by=request.reach)
        except Refused as why:
            form.add_error("name", str(why))
        else:
            messages.success(request, f"Saved. {made.lines.count()} milestones are in it.")
            return redirect("roadmap:template", request.district.slug, made.pk)
    chosen = request.POST.getlist("chosen") if form.is_bound else [str(m.pk) for m in offered]
    context = {"form": form, "year": year, "offered": offered, "chosen": set(chosen)}
    return _answer(request, "roadmap/template_save.html", context, form)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    """Another name or note."""
    found = _get(request, pk)
    initial = {"name": found.name, "note": found.note}
    form = NameForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            templates.rename(found, **form.cleaned_data, by=request.reach)
        except Refused as why:
            form.add_error("name", str(why))
        else:
            messages.success(request, "The name is saved.")
            return redirect("roadmap:template", request.district.slug, pk)
    context = {"form": form, "template": RoadmapTemplate(pk=pk, **initial)}
    return _answer(request, "roadmap/template_edit.html", context, form)


@page("POST", requires=Capability.ROADMAP_MANAGE)
def put_away(request: DistrictRequest, pk: int) -> HttpResponse:
    if templates.put_away(_get(request, pk), by=request.reach):
        messages.success(request, "Put away. It stays readable, and can be brought back.")
    return redirect("roadmap:templates", request.district.slug)


@page("POST", requires=Capability.ROADMAP_MANAGE)
def bring_back(request: DistrictRequest, pk: int) -> HttpResponse:
    try:
        templates.bring_back(_get(request, pk), by=request.reach)
    except Refused as why:
        messages.error(request, str(why))
    return redirect("roadmap:template", request.district.slug, pk)


@page("GET", requires=Capability.ROADMAP_VIEW)
def template_file(request: DistrictRequest, pk: int, kind: str) -> HttpResponse:
    """A template as CSV or XLSX."""
    found = _get(request, pk)
    columns, rows = spreadsheets.OF_A_TEMPLATE, sheet_exports.of_template(found)
    return _file(kind, columns, rows, title="Template", name=found.name)


@page("GET", requires=Capability.ROADMAP_VIEW)
def roadmap_file(request: DistrictRequest, kind: str) -> HttpResponse:
    """The chosen year's milestones as CSV or XLSX, as far as the reader sees them."""
    year = chosen_year(request)
    if year is None:
        raise Http404
    columns, rows = spreadsheets.OF_A_ROADMAP, sheet_exports.of_year(year, request.reach)
    return _file(kind, columns, rows, title="Roadmap", name=f"Roadmap {year.label}")


def _file(kind: str, columns: Any, rows: Any, *, title: str, name: str) -> HttpResponse:
    if kind not in TYPES:
        raise Http404
    if kind == "csv":
        content = spreadsheets.as_csv(columns, rows)
    else:
        content = spreadsheets.as_xlsx(title, columns, rows)
    response = HttpResponse(content, content_type=TYPES[kind])
    filename = f"{safe(name)}.{kind}"
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=filename
    )
    return response


def _answer(
    request: DistrictRequest, name: str, context: dict[str, Any], form: NameForm
) -> HttpResponse:
    return render(request, name, context, status=422 if form.errors else 200)


def _get(request: DistrictRequest, pk: int) -> RoadmapTemplate:
    return get_object_or_404(RoadmapTemplate.objects.reachable(request.reach), pk=pk)


def _year(request: DistrictRequest) -> SchoolYear:
    """The chosen school year; 404 without one and where it is archived."""
    year = chosen_year(request)
    if year is None or year.archived_at:
        raise Http404
    return year


def _manages(request: DistrictRequest) -> bool:
    return bool(request.access.reach(Capability.ROADMAP_MANAGE))

"""Visits at schools: noting one, reading those of a school, putting one's own right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from roadmap.forms.visits import VisitForm
from roadmap.models import SchoolVisit
from roadmap.services import visits
from roles.capabilities import Capability
from roles.models import School
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

VIEW, WRITE = Capability.CHECKLIST_VIEW, Capability.VISIT_WRITE
PER_PAGE = 50


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """The notes this person may read, the latest first; `?school=` those of one school."""
    schools = School.objects.reachable(request.reach)
    asked = request.GET.get("school", "")
    school = schools.filter(pk=asked).first() if _is_number(asked) else None
    found = _readable(request)
    if school:
        found = found.filter(school=school)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    writes = bool(request.access.reach(WRITE))
    context = {
        "page": shown,
        "rows": [(each, _may_correct(request, each)) for each in shown],
        "schools": schools,
        "school": school,
        "writes": writes,
    }
    return render(request, "roadmap/visits.html", context)


@page("GET", "POST", requires=WRITE)
def add(request: DistrictRequest) -> HttpResponse:
    """Note a visit; `?school=` chooses the school."""
    asked = request.GET.get("school", "")
    initial = {"school": asked} if _is_number(asked) else {}
    form = VisitForm(request.POST or None, reach=request.reach, initial=initial)
    if request.method == "POST" and form.is_valid():
        visit = visits.note(by=request.reach, **form.cleaned_data)
        messages.success(request, f"Noted. The leaders of {visit.school} can read it.")
        return redirect(_list_of(request, visit))
    return _asked(request, form)


@page("GET", "POST", requires=WRITE)
def correct(request: DistrictRequest, pk: int) -> HttpResponse:
    """Put one's own note right, for a day. Whoever else may read it is refused."""
    visit = get_object_or_404(_readable(request), pk=pk)
    if visit.by_id != request.user.pk:
        raise PermissionDenied
    form = VisitForm(request.POST or None, reach=request.reach, initial=VisitForm.of(visit))
    if request.method == "POST" and form.is_valid():
        try:
            changed = visits.correct(visit, by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Corrected." if changed else "Nothing was changed.")
            return redirect(_list_of(request, visit))
    return _asked(request, form, visit)


def _asked(
    request: DistrictRequest, form: VisitForm, visit: SchoolVisit | None = None
) -> HttpResponse:
    context = {"form": form, "visit": visit}
    return render(request, "roadmap/visit.html", context, status=422 if form.errors else 200)


def _readable(request: DistrictRequest) -> Any:
    reach = request.access.reach(VIEW)
    found = SchoolVisit.objects.reachable(reach).readable(request.access)
    return found.select_related("school", "by")


def _may_correct(request: DistrictRequest, visit: SchoolVisit) -> bool:
    return (
        visit.by_id == request.user.pk
        and visits.is_fresh(visit)
        and request.access.reach(WRITE).covers(visit.school_id)
    )


def _list_of(request: DistrictRequest, visit: SchoolVisit) -> str:
    page_of_all = reverse("roadmap:visits", args=[request.district.slug])
    return f"{page_of_all}?school={visit.school_id}"


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 19

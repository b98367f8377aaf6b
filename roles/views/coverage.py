"""The coverage page: roles by schools, gaps first, and gaps that are none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.forms.positions import CoverageFilter, NotNeededForm
from roles.models import LeadershipRole, NotNeeded, School
from roles.pages import DistrictRequest, page
from roles.reports import gaps as report
from roles.services import positions
from roles.services.refusal import Refused

SCHOOLS, GAPS = 25, 10  # on one page
MANAGE = Capability.ROLES_MANAGE


@page("GET", requires=Capability.ROLES_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    form = CoverageFilter(request.GET, reach=request.reach)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = report.Wanted(given.get("role"), given.get("q", ""), given.get("state", ""))
    found = report.survey(request.reach, request.district.today(), wanted)
    gaps = report.gaps(found, wanted)
    schools = Paginator(found.schools, SCHOOLS).get_page(request.GET.get("page"))
    rows, central = report.seated(found, list(schools))
    context = {
        "form": form,
        "is_narrowed": any(given.values()),
        "gaps": Paginator(gaps, GAPS).get_page(request.GET.get("gaps")),
        "vacant": sum(gap.state == report.VACANT for gap in gaps),
        "missing": sum(gap.state == report.MISSING for gap in gaps),
        "heads": found.heads(),
        "page": schools,
        "rows": rows,
        "central": [] if wanted.words or wanted.state else central,
        "may_manage": bool(request.access.reach(MANAGE)),
    }
    return render(request, "roles/coverage.html", context)


@page("GET", "POST", requires=MANAGE)
def not_needed(request: DistrictRequest, pk: int, school_pk: int) -> HttpResponse:
    """Say why a school does without a role."""
    role = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    school = get_object_or_404(School.objects.reachable(request.reach), pk=school_pk)
    form = NotNeededForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            positions.mark_not_needed(role, school, form.cleaned_data["reason"], by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{role}: not needed at {school}. The gap is off the list.")
            return redirect("roles:coverage", district=request.district.slug)
    context: dict[str, Any] = {"form": form, "role": role, "school": school}
    status = 422 if form.errors else 200
    return render(request, "roles/coverage_not_needed.html", context, status=status)


@page("POST", requires=MANAGE)
def needed(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take "not needed" back: the gap is a gap again."""
    found = NotNeeded.objects.reachable(request.reach).select_related("role", "school")
    row = get_object_or_404(found, pk=pk)
    if positions.mark_needed(row, by=request.reach):
        messages.success(request, f"{row.role} is needed at {row.school} again.")
    return redirect("roles:coverage", district=request.district.slug)

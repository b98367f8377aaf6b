"""The pages of one school, one department and one person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from roles.capabilities import Capability
from roles.models import Department, School
from roles.pages import DistrictRequest, page
from tutoring_admin.dashboards.about import department as departments
from tutoring_admin.dashboards.about import person as people
from tutoring_admin.dashboards.about import school as schools

VIEW = Capability.ROLES_VIEW


@page("GET", requires=VIEW)
def school(request: DistrictRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(School.objects.reachable(request.reach), pk=pk)
    day = request.district.today()
    context = {"about": schools.about(request.access, found, day), "day": day}
    return render(request, "dashboards/about/school.html", context)


@page("GET", requires=VIEW)
def department(request: DistrictRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Department.objects.reachable(request.reach), pk=pk)
    day = request.district.today()
    context = {"about": departments.about(request.access, found, day), "day": day}
    return render(request, "dashboards/about/department.html", context)


@page("GET", requires=VIEW)
def person(request: DistrictRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(people.within(request.access), pk=pk)
    day = request.district.today()
    context = {
        "about": people.about(request.access, found, day),
        "day": day,
        "is_me": found == request.user,
        "sees_people": bool(request.access.reach(Capability.PEOPLE_VIEW)),
    }
    return render(request, "dashboards/about/person.html", context)

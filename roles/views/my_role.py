"""The page of whoever holds a position."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roles import role_papers
from roles.capabilities import Capability
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.reports import my_role as report
from roles.services import making

VIEW = Capability.ROLES_VIEW


@page("GET", requires=VIEW)
def my_role(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    mine = report.my_role(request.reach, day)
    return render(request, "roles/my_role.html", {"mine": mine, "day": day})


@page("GET", requires=VIEW)
def my_role_print(request: DistrictRequest) -> HttpResponse:
    """The same on a bare page, as its PDF has it."""
    words = role_papers.words_of(request.reach, request.district.today())
    return render(request, "print/roles/my_role_page.html", words)


@page("POST", requires=VIEW)
def my_role_pdf(request: DistrictRequest) -> HttpResponse:
    """Have the PDF made."""
    name = f"{safe(f'My role {request.user} {request.district.today()}')}.pdf"
    made = making.ask(role_papers.MAKER, {}, "My role, PDF", name, by=request.reach)
    messages.success(request, f"“{made.title}” is being made. It will stand here.")
    return redirect("roles:made-files", district=request.district.slug)

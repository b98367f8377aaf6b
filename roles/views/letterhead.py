"""The head of the district's documents."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from roles.capabilities import Capability
from roles.forms.letterhead import LetterheadForm
from roles.letterhead import logo_bytes, logo_version
from roles.pages import DistrictRequest, page
from roles.services import letterheads
from roles.uploads import refused_files

MANAGE = Capability.ROLES_MANAGE


@page("GET", "POST", requires=MANAGE)
def letterhead(request: DistrictRequest) -> HttpResponse:
    form = LetterheadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        refused=refused_files(request),
    )
    if request.method == "POST" and form.is_valid():
        letterheads.set_logo(form.cleaned_data["logo"], by=request.reach)
        messages.success(request, "Documents made from now on carry the new logo.")
        return redirect("roles:letterhead", district=request.district.slug)
    context = {"form": form, "logo_version": logo_version(request.district)}
    return render(request, "roles/letterhead.html", context, status=422 if form.errors else 200)


@page("POST", requires=MANAGE)
def letterhead_remove(request: DistrictRequest) -> HttpResponse:
    if letterheads.remove_logo(by=request.reach):
        messages.success(request, "Documents made from now on carry the district's name alone.")
    return redirect("roles:letterhead", district=request.district.slug)


@page("GET", requires=Capability.ROLES_VIEW)
def logo(request: DistrictRequest) -> HttpResponse:
    """The logo for pages. Its address carries its content, so a browser may keep it."""
    png = logo_bytes(request.district)
    if not png:
        raise Http404
    kept = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(png, content_type="image/png", headers=kept)

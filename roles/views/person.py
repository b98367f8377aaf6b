"""One person with access: what they hold, where they are signed in, and signing them out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.models import Membership
from roles.pages import DistrictRequest, page
from roles.reports import people as reports
from roles.services import people
from roles.services.refusal import Refused
from roles.signed_in import signed_in


@page("GET", requires=Capability.PEOPLE_MANAGE)
def person(request: DistrictRequest, pk: int) -> HttpResponse:
    """By one of their accesses, so that nobody is shown who has none here."""
    membership = _membership(request, pk)
    context = {
        "membership": membership,
        "person": membership.user,
        "rows": reports.accesses(membership.user, request.reach),
        "sessions": signed_in([membership.user_id]),
        "refused": people.sign_out_refusal(membership.user, by=request.reach),
        "may_manage": True,
    }
    return render(request, "roles/people_person.html", context)


@page("POST", requires=Capability.PEOPLE_MANAGE)
def sign_out(request: DistrictRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    try:
        ended = people.sign_out(membership.user, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _said(str(membership.user), ended))
    return redirect("roles:people-person", district=request.district.slug, pk=pk)


def _membership(request: DistrictRequest, pk: int) -> Membership:
    reachable = Membership.objects.reachable(request.reach).select_related("user", "school")
    return get_object_or_404(reachable, pk=pk)


def _said(who: str, ended: int) -> str:
    if not ended:
        return f"{who} was signed in nowhere."
    return f"{who} is signed out on {ended} device{'s' if ended > 1 else ''}. In force now."

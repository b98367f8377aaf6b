"""Who has access here, and changing it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import CATALOGUE, Capability, LevelSpec
from roles.forms.people import ChangeForm, InviteForm, PeopleFilter
from roles.models import Invitation, Membership
from roles.pages import DistrictRequest, page
from roles.reports import people as reports
from roles.services import invitations, people
from roles.services.refusal import Refused
from roles.words import CAN

PER_PAGE = 25


@page("GET", requires=Capability.PEOPLE_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    may_manage = bool(request.access.reach(Capability.PEOPLE_MANAGE))
    form = PeopleFilter(request.GET, manages=may_manage)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = reports.chosen(
        request.reach, wanted.get("q", ""), wanted.get("level", ""), wanted.get("seen", "")
    )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = reports.with_positions(shown, request.reach)
    pending = Invitation.objects.reachable(request.reach).unanswered().select_related("school")
    context = {
        "form": form,
        "page": shown,
        "rows": reports.with_last_seen(rows) if may_manage else rows,
        "invitations": Paginator(pending, PER_PAGE).get_page(request.GET.get("invited")),
        "may_manage": may_manage,
        "may_read_audit": bool(request.access.reach(Capability.AUDIT_VIEW)),
    }
    return render(request, "roles/people.html", context)


@page("GET", requires=Capability.PEOPLE_VIEW)
def levels(request: DistrictRequest) -> HttpResponse:
    """Who can do what: the catalogue of access levels, as a table."""
    specs: list[LevelSpec] = list(CATALOGUE.values())
    rows = [(words, [can in spec.grants for spec in specs]) for can, words in CAN.items()]
    may_read_audit = bool(request.access.reach(Capability.AUDIT_VIEW))
    may_manage = bool(request.access.reach(Capability.PEOPLE_MANAGE))
    may = {"may_read_audit": may_read_audit, "may_manage": may_manage}
    context = {"specs": specs, "rows": rows, **may}
    return render(request, "roles/people_levels.html", context)


@page("GET", "POST", requires=Capability.PEOPLE_MANAGE)
def invite(request: DistrictRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        invitation = invitations.invite(
            cast("invitations.Offer", form.cleaned_data), by=request.reach
        )
        messages.success(request, f"{invitation.email} has an invitation. It is good for 7 days.")
        return redirect("roles:people", district=request.district.slug)
    context = {"form": form, "specs": list(CATALOGUE.values())}
    return render(request, "roles/people_invite.html", context, status=_status(form))


@page("GET", "POST", requires=Capability.PEOPLE_MANAGE)
def change(request: DistrictRequest, pk: int) -> HttpResponse:
    """Two steps: choose, then see what it means and confirm."""
    membership = _membership(request, pk)
    form = ChangeForm(request.POST or None, reach=request.reach, membership=membership)
    refused = people.refusal(membership, by=request.reach)
    context = {"form": form, "membership": membership, "refused": refused}
    if request.method != "POST" or not form.is_valid():
        return render(request, "roles/people_change.html", context, status=_status(form))
    if "confirm" not in request.POST:
        chosen = CATALOGUE[form.cleaned_data["level"]]
        return render(request, "roles/people_change_check.html", {**context, "chosen": chosen})
    return _answer(
        request,
        lambda: people.change_access(
            membership,
            level=form.cleaned_data["level"],
            school=form.cleaned_data["school"],
            by=request.reach,
        ),
        f"The access of {membership.user} is changed. It is in force now.",
    )


@page("GET", "POST", requires=Capability.PEOPLE_MANAGE)
def end(request: DistrictRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    refused = people.refusal(membership, by=request.reach)
    if request.method == "POST":
        return _answer(
            request,
            lambda: people.end_access(membership, by=request.reach),
            f"The access of {membership.user} is ended. Positions and records stay.",
        )
    spec = CATALOGUE[membership.level]
    context = {"membership": membership, "refused": refused, "spec": spec}
    return render(request, "roles/people_end.html", context)


@page("POST", requires=Capability.PEOPLE_MANAGE)
def invitation_resend(request: DistrictRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.reachable(request.reach), pk=pk)
    if invitations.resend(invitation, by=request.reach):
        messages.success(request, f"{invitation.email} gets a new letter. The old link is dead.")
    else:
        messages.warning(request, "This invitation is no longer open.")
    return redirect("roles:people", district=request.district.slug)


@page("POST", requires=Capability.PEOPLE_MANAGE)
def invitation_revoke(request: DistrictRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.reachable(request.reach), pk=pk)
    if invitations.revoke(invitation, by=request.reach):
        messages.success(request, f"The invitation to {invitation.email} is taken back.")
    else:
        messages.warning(request, "This invitation is no longer open.")
    return redirect("roles:people", district=request.district.slug)


def _membership(request: DistrictRequest, pk: int) -> Membership:
    reachable = Membership.objects.reachable(request.reach).select_related("user", "school")
    return get_object_or_404(reachable, pk=pk)


def _answer(request: DistrictRequest, act: Any, done: str) -> HttpResponse:
    """Do it and go back to the list, with the refusal's own words if it was refused."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("roles:people", district=request.district.slug)


def _status(form: Any) -> int:
    return 422 if form.errors else 200

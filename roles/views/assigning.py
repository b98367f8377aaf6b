"""Assigning: choosing who takes a position, or asking someone new in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.forms.positions import AssignForm, InviteHolderForm
from roles.models import Assignment, Position
from roles.pages import DistrictRequest, page
from roles.reports import holding
from roles.services import assigning, invitations
from roles.services.refusal import Refused
from roles.views.positions import reachable

MANAGE = Capability.ROLES_MANAGE
PEOPLE = Capability.PEOPLE_MANAGE


@page("GET", "POST", requires=MANAGE)
def assign(request: DistrictRequest, pk: int) -> HttpResponse:
    position = get_object_or_404(reachable(request), pk=pk)
    form = AssignForm(
        request.POST or None,
        reach=request.reach,
        offer=assigning.level_words(position) if request.access.reach(PEOPLE) else "",
        initial={"starts_on": max(request.district.today(), position.opened_on)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _put(request, position, form.cleaned_data)
        except Refused as refused:
            form.add_error("starts_on", str(refused))
        else:
            return redirect("roles:position", district=request.district.slug, pk=pk)
    return _page(request, position, form=form, status=422 if form.errors else 200)


def _put(request: DistrictRequest, position: Position, given: dict[str, Any]) -> None:
    names = ("holder", "starts_on", "ends_on", "interim")
    term = assigning.Term(**{name: given[name] for name in names})
    assigning.assign(position, term, by=request.reach)
    messages.success(request, f"{term.holder} is assigned: {position}.")
    if not given.get("access"):
        return
    by = request.access.reach(PEOPLE)
    level = assigning.level_words(position)
    done = assigning.give_fitting_access(position, term.holder, by=by)
    if done == "given":
        messages.success(request, f"{term.holder} has access now: {level}.")
    elif done == "invited":
        messages.info(request, f"{term.holder} has an invitation for the access: {level}.")


def _page(
    request: DistrictRequest,
    position: Position,
    *,
    form: AssignForm,
    new: InviteHolderForm | None = None,
    status: int = 200,
) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    chosen = request.POST.get("holder", "")
    people = request.access.reach(PEOPLE)
    context = {
        "position": position,
        "form": form,
        "words": words,
        "chosen": chosen,
        "people": holding.candidates(position, words, chosen, request.reach),
        "new": new or (InviteHolderForm(reach=people) if people else None),
        "invited": holding.invited_to(position, people) if people else [],
        "level": assigning.level_words(position),
    }
    return render(request, "roles/assign.html", context, status=status)


@page("POST", requires=PEOPLE)
def invite(request: DistrictRequest, pk: int) -> HttpResponse:
    """Ask someone new in, with the access that fits; they can be assigned once they have joined."""
    position = get_object_or_404(reachable(request), pk=pk)
    new = InviteHolderForm(request.POST, reach=request.reach)
    if not new.is_valid():
        form = AssignForm(reach=request.reach, offer=assigning.level_words(position))
        return _page(request, position, form=form, new=new, status=422)
    level, school = assigning.fitting_level(position)
    offer: invitations.Offer = {**new.cleaned_data, "level": level, "school": school}  # type: ignore[typeddict-item]
    invitations.invite(offer, by=request.reach)
    messages.success(
        request,
        f"{offer['email']} has an invitation, good for 7 days. Once they have joined you find them"
        " here.",
    )
    return redirect("roles:assign", district=request.district.slug, pk=pk)


@page("POST", requires=MANAGE)
def permanent(request: DistrictRequest, pk: int) -> HttpResponse:
    """An interim holder stays for good."""
    found = Assignment.objects.reachable(request.reach).select_related(
        "holder", "position__role", "position__school", "position__department"
    )
    assignment = get_object_or_404(found, pk=pk)
    try:
        if assigning.make_permanent(assignment, by=request.reach):
            messages.success(request, f"{assignment.holder} holds the position for good now.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("roles:position", district=request.district.slug, pk=assignment.position_id)

"""Checklists beside job descriptions: the alignment report, and answers to what is proposed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from checklists.alignment import Proposal
from checklists.models import ChecklistTemplate
from checklists.reports import alignment as reports
from checklists.services import proposals as services
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

GONE = "This is no longer proposed: the words changed meanwhile, or someone else answered."


@page("GET", requires=Capability.CHECKLIST_VIEW)
def alignment(request: DistrictRequest) -> HttpResponse:
    """Duties without an item and items without a duty, over all roles."""
    every = reports.standings(request.reach)
    standings = [each for each in every if each.template]
    context = {
        "standings": standings,
        "without_checklist": [each for each in every if not each.template],
        "duties": sum(len(each.alignment.duties) for each in standings),
        "without_item": sum(len(each.alignment.without_item) for each in standings),
        "items": sum(len(each.alignment.pairs) for each in standings),
        "without_duty": sum(len(each.alignment.without_duty) for each in standings),
        "proposals": sum(len(each.open) for each in standings),
        "may_manage": bool(request.access.reach(Capability.CHECKLIST_MANAGE)),
    }
    return render(request, "checklists/alignment.html", context)


@page("POST", requires=Capability.CHECKLIST_MANAGE)
def answer(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take a proposal into the draft, leave it, or offer it again."""
    rows = ChecklistTemplate.objects.reachable(request.reach).select_related("role")
    template = get_object_or_404(rows, pk=pk)
    digest, act = request.POST.get("digest", ""), request.POST.get("answer", "")
    if act not in {"take", "leave", "again"}:
        raise Http404
    if act == "again":
        services.offer_again(template, digest, by=request.reach)
        return _back(request, template)
    standing = reports.standing_of(request.reach, template.role)
    proposal = standing.proposal(digest) if standing else None
    if proposal is None:
        messages.warning(request, GONE)
        return _back(request, template)
    if act == "take":
        return _take(request, template, proposal)
    services.leave(template, proposal, by=request.reach)
    messages.success(request, "Left as it is. It comes back only if the words change.")
    return _back(request, template)


def _take(
    request: DistrictRequest, template: ChecklistTemplate, proposal: Proposal
) -> HttpResponse:
    """Into the draft; then to the item, which a person words."""
    try:
        draft, key = services.take_over(template, proposal, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
        return _back(request, template)
    if key:
        messages.info(request, "Word it so that it can be seen, then save it in the draft.")
        return redirect("checklists:item-edit", request.district.slug, draft.pk, key)
    messages.success(request, "The item is retired in the draft. Nothing is in force yet.")
    return redirect("checklists:template-draft", request.district.slug, draft.pk)


def _back(request: DistrictRequest, template: ChecklistTemplate) -> HttpResponse:
    address = reverse("checklists:alignment", args=[request.district.slug])
    return redirect(f"{address}#role-{template.role_id or 0}")

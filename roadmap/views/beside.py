"""What is put beside a milestone: how it goes, who helps, what comes first, is it at risk."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from checklists.evidence_files import JPEG
from roadmap.forms.milestones import ContributorForm, PredecessorForm, ProgressForm, RiskForm
from roadmap.history import earlier_proof
from roadmap.models import AtRiskProposal, Contribution, Milestone, Precedence
from roadmap.services import beside, proofs, risk
from roadmap.views.asking import Act, ask, back, changeable, helped, mine, say, seen
from roles.access import Reach
from roles.capabilities import Capability
from roles.file_answers import handed_in
from roles.pages import DistrictRequest, page

VIEW, WORK, MANAGE = (
    Capability.ROADMAP_VIEW,
    Capability.ROADMAP_WORK,
    Capability.ROADMAP_MANAGE,
)


@page("GET", "POST", requires=WORK)
def progress(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Say how it goes",
        button="Add the note",
        note="The state stays as it is.",
        said="Noted.",
        serve=beside.note_progress,
        anchor="progress",
    )
    return ask(request, helped(request, pk), ProgressForm(request.POST or None), act)


@page("GET", "POST", requires=WORK)
def answer_risk(request: DistrictRequest, pk: int) -> HttpResponse:
    """What the owner says to the question whether it is at risk."""
    milestone = mine(request, pk)
    asked = AtRiskProposal.objects.reachable(request.reach).filter(milestone=milestone).standing()
    proposal = asked.select_related("milestone").first()

    def serve(milestone: Milestone, *, answer: str, note: str, by: Reach) -> bool:
        if proposal is None:
            return False
        if answer == RiskForm.YES:
            return risk.confirm(proposal, reason=note, by=by)
        return risk.dismiss(proposal, note=note, by=by)

    act = Act(
        title="Is it at risk?",
        button="Answer",
        note=proposal.reason if proposal else "",
        said="Thank you. Your answer stands in the history.",
        serve=serve,
        possible=lambda _: proposal is not None,
    )
    return ask(request, milestone, RiskForm(request.POST or None), act)


@page("GET", "POST", requires=MANAGE)
def contributor_add(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Add a position that helps",
        button="Add",
        note="It sees the milestone among its own and can say how it goes. Only the owner ends it.",
        said="Added.",
        serve=beside.add_contributor,
        anchor="helpers",
    )
    milestone = changeable(request, pk)
    form = ContributorForm(request.POST or None, reach=request.reach, milestone=milestone)
    return ask(request, milestone, form, act)


@page("POST", requires=MANAGE)
def contributor_remove(request: DistrictRequest, pk: int, helper: int) -> HttpResponse:
    milestone = changeable(request, pk)
    rows = Contribution.objects.reachable(request.reach).filter(milestone=milestone)
    found: Contribution = get_object_or_404(
        rows.select_related("milestone", "position__role", "position__school"), pk=helper
    )
    say(request, beside.remove_contributor(found, by=request.reach), "Removed.")
    return back(request, pk, "helpers")


@page("GET", "POST", requires=MANAGE)
def predecessor_add(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="What is best done first",
        button="Add",
        note="Whoever starts or ends this one before the other is warned.",
        said="Added.",
        serve=beside.precede,
        anchor="order",
    )
    milestone = changeable(request, pk)
    form = PredecessorForm(request.POST or None, reach=request.reach, milestone=milestone)
    return ask(request, milestone, form, act)


@page("POST", requires=MANAGE)
def predecessor_remove(request: DistrictRequest, pk: int, pair: int) -> HttpResponse:
    milestone = changeable(request, pk)
    rows = Precedence.objects.reachable(request.reach).filter(milestone=milestone)
    found: Precedence = get_object_or_404(rows.select_related("before", "milestone"), pk=pair)
    say(request, beside.part(found, by=request.reach), "Taken apart.")
    return back(request, pk, "order")


@never_cache
@page("GET", requires=VIEW)
def proof(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The file that proves it, for whoever sees the milestone."""
    milestone = seen(request, pk)
    if not milestone.proof_file:
        raise Http404
    return handed_in(
        milestone.proof_file, name=milestone.proof_file_name, **_looks(milestone.proof_file.name)
    )


@never_cache
@page("GET", requires=VIEW)
def proof_before(request: DistrictRequest, pk: int, event: int) -> HttpResponseBase:
    """A file that proved it before it was opened again."""
    found = earlier_proof(seen(request, pk), event)
    if found is None:
        raise Http404
    name, called = found
    return handed_in(proofs.stored(name), name=called, **_looks(name))


def _looks(name: str | None) -> dict[str, Any]:
    return {"photo": JPEG if PurePath(name or "").suffix == ".jpg" else ""}

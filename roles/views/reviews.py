"""A job description on its route: send it, decide on it, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.access import Reach
from roles.capabilities import Capability
from roles.contents import content_of
from roles.forms.reviews import ReturnForm
from roles.models import JobDescriptionVersion, User
from roles.pages import DistrictRequest, page
from roles.reports import reviews as reports
from roles.reports.history import history
from roles.services import reviews as services
from roles.services.next_letter import read_in
from roles.services.refusal import Refused, Stale
from roles.services.review_notices import publishers
from roles.views.versions import all_versions, moment, reads_drafts

EDIT = Capability.JOB_DESCRIPTION_EDIT
APPROVE = Capability.JOB_DESCRIPTION_APPROVE
PUBLISH = Capability.JOB_DESCRIPTION_PUBLISH
Status = JobDescriptionVersion.Status


@page("GET", "POST", requires=EDIT)
def version_send(request: DistrictRequest, pk: int) -> HttpResponse:
    """The last look of the author: what changed, and whom it goes to."""
    shown = get_object_or_404(all_versions(request), pk=pk)
    if request.method == "POST":
        return _send(request, shown)
    stops = reports.route(request.reach, request.district.today())
    if not shown.is_open or shown.status == shown.Status.IN_REVIEW:
        return redirect("roles:version", district=request.district.slug, pk=pk)
    if not stops and request.access.reach(PUBLISH):
        return redirect("roles:version-publish", district=request.district.slug, pk=pk)
    content = content_of(shown)
    context = {
        "version": shown,
        "stops": stops,
        "asked": _who_reads_it(request, stops[0]) if stops else [],
        "changes": reports.since_published(shown, content, request.reach),
        "responsibilities": shown.responsibilities.select_related("duty"),
        "role": shown.job_description.role,
    }
    return render(request, "roles/review_send.html", context)


def _who_reads_it(request: DistrictRequest, stop: reports.Stop) -> list[tuple[User, str]]:
    """Who is asked at the first stop, and how "... is asked" ends for each."""
    people = list(stop.holders) or list(publishers(request.district))
    told = read_in(request.district, people)
    return [(person, told[person.pk]) for person in people if person.is_active]


def _send(request: DistrictRequest, shown: JobDescriptionVersion) -> HttpResponse:
    try:
        services.send(shown, seen=moment(request.POST.get("seen", "")), by=request.reach)
    except Stale as stale:
        messages.warning(request, f"{stale} This is how it reads now.")
        return redirect("roles:version-send", district=request.district.slug, pk=shown.pk)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, f"Version {shown.number} is sent. The first on the route is asked."
        )
    return redirect("roles:version", district=request.district.slug, pk=shown.pk)


@page("GET", requires=APPROVE)
def version_review(request: DistrictRequest, pk: int) -> HttpResponse:
    """The text as it was sent, what changed, and the two buttons for whoever decides now."""
    shown = get_object_or_404(all_versions(request), pk=pk)
    return _review(request, shown, ReturnForm())


def _review(
    request: DistrictRequest, shown: JobDescriptionVersion, form: ReturnForm, status: int = 200
) -> HttpResponse:
    run = reports.running_of(shown, request.reach)
    if run is None:
        messages.info(request, "This version is not in review.")
        return redirect("roles:version", district=request.district.slug, pk=shown.pk)
    text, responsibilities = reports.as_sent(shown, run.review)
    earlier = reports.approved_before(run.review, request.reach)
    context = {
        "version": text,
        "role": shown.job_description.role,
        "responsibilities": responsibilities,
        "run": run,
        "changes": reports.since_published(shown, run.review.content, request.reach),
        "earlier": earlier,
        "since_mine": reports.since_approved(earlier, run.review),
        "form": form,
        **turn(request, run),
    }
    return render(request, "roles/review.html", context, status=status)


@page("POST", requires=APPROVE)
def version_approve(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    try:
        published = services.approve(shown, **_decision(request))
    except Refused as refused:
        return _refused(request, shown, refused)
    if published:
        messages.success(request, f"Version {shown.number} is approved by all and published.")
    else:
        messages.success(request, "Your approval is on record. The next on the route is asked.")
    return redirect("roles:version", district=request.district.slug, pk=pk)


@page("POST", requires=APPROVE)
def version_return(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _review(request, shown, form, status=422)
    try:
        services.send_back(shown, reason=form.cleaned_data["reason"], **_decision(request))
    except Refused as refused:
        return _refused(request, shown, refused)
    messages.success(request, "It is a draft again. The authors read why in their next letter.")
    return redirect("roles:version", district=request.district.slug, pk=pk)


@page("POST", requires=EDIT)
def version_take_back(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    if services.take_back(shown, by=request.reach):
        messages.success(request, f"Version {shown.number} is a draft again.")
    else:
        messages.info(request, "This version is not in review any more.")
    return redirect("roles:version", district=request.district.slug, pk=pk)


@page("POST", requires=EDIT)
def version_edit_anyway(request: DistrictRequest, pk: int) -> HttpResponse:
    """Only from the page that says what it means: the review starts over."""
    shown = get_object_or_404(all_versions(request), pk=pk)
    services.edit_anyway(shown, by=request.reach)
    return redirect("roles:version-edit", district=request.district.slug, pk=pk)


def ask_before_editing(request: DistrictRequest, shown: JobDescriptionVersion) -> HttpResponse:
    """What stands in place of the editor while a version is in review."""
    run = reports.running_of(shown, request.reach)
    return render(request, "roles/review_edit.html", {"version": shown, "run": run})


def standing(request: DistrictRequest, shown: JobDescriptionVersion) -> dict[str, Any]:
    """Where a version is on its route, what happened to it, and whose turn it is."""
    inside = reads_drafts(request)
    run = reports.running_of(shown, request.reach) if shown.status == Status.IN_REVIEW else None
    return {
        "run": run,
        "events": history(shown, request.reach, inside=inside),
        "history_of": f"History of version {shown.number}",
        "returned": reports.returned(shown, request.reach) if inside else None,
        "can_approve": bool(request.access.reach(APPROVE)),
        **turn(request, run),
    }


def turn(request: DistrictRequest, run: reports.Running | None) -> dict[str, Any]:
    """`my_turn`: this person decides now; `in_place`: for a role that nobody holds."""
    if run is None or not request.access.reach(APPROVE):
        return {"my_turn": False, "in_place": False}
    try:
        return {"my_turn": True, "in_place": services.sits_at(run.waiting.role, _deciding(request))}
    except services.NotAsked:
        return {"my_turn": False, "in_place": False}


def _deciding(request: DistrictRequest) -> Reach:
    """The widest right this person decides with: to publish goes before to approve."""
    return request.access.reach(PUBLISH) or request.access.reach(APPROVE)


def _decision(request: DistrictRequest) -> dict[str, Any]:
    stop = request.POST.get("stop", "")
    return {
        "stop": int(stop) if stop.isdecimal() else 0,
        "sha256": request.POST.get("sha256", ""),
        "by": _deciding(request),
    }


def _refused(
    request: DistrictRequest, shown: JobDescriptionVersion, refused: Refused
) -> HttpResponse:
    """Not asked is forbidden; a text that changed is shown again; the rest is said."""
    if isinstance(refused, services.NotAsked):
        raise PermissionDenied(str(refused))
    if isinstance(refused, Stale):
        messages.warning(request, f"{refused} This is how it reads now.")
        return redirect("roles:version-review", district=request.district.slug, pk=shown.pk)
    messages.error(request, str(refused))
    return redirect("roles:version", district=request.district.slug, pk=shown.pk)

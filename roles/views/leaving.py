"""When someone leaves a position: the last day, what it does to the work, and the pack."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.forms.leaving import LeavingForm
from roles.models import Assignment, HandoverPack, Membership, OwedStatus, Position
from roles.open_work import open_items
from roles.pages import DistrictRequest, page
from roles.services import handovers, leaving
from roles.services.next_letter import read_in
from roles.services.positions import day as in_words
from roles.services.refusal import Refused

MANAGE = Capability.ROLES_MANAGE
VIEW = Capability.ROLES_VIEW


@page("GET", "POST", requires=MANAGE)
def assignment_end(request: DistrictRequest, pk: int) -> HttpResponse:
    """Choose a last day, see what it does, confirm; afterwards, how the leaving stands."""
    assignment = _assignment(request, pk)
    given = request.POST or None
    form = LeavingForm(given, assignment=assignment, reach=request.reach, initial=_first(request))
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            return _check(request, assignment, form)
        try:
            leaving.end_assignment(assignment, form.ending, by=request.reach)
        except Refused as refused:
            form.add_error("last_day", str(refused))
        else:
            if "pack" in request.POST:
                handovers.ask(assignment, by=request.reach)
            day = in_words(form.ending.last_day)
            messages.success(request, f"{assignment.holder} leaves the position: last day {day}.")
            return _back(request, pk)
    context = {"form": form, "assignment": assignment, **_standing(request, assignment)}
    status = 422 if form.errors else 200
    return render(request, "roles/assignment_end.html", context, status=status)


def _first(request: DistrictRequest) -> dict[str, dt.date]:
    return {"last_day": request.district.today()}


def _check(request: DistrictRequest, assignment: Assignment, form: LeavingForm) -> HttpResponse:
    """What will happen and who is told, before it does."""
    ending = form.ending
    takers = leaving.takers(assignment, ending)
    told = read_in(request.district, {taker.person for taker in takers})
    context = {
        "form": form,
        "assignment": assignment,
        "ending": ending,
        "takers": [(taker, told[taker.person.pk]) for taker in takers],
        "items": open_items(request.reach, [assignment.position_id]),
        "goes_to": _goes_to(takers),
        "is_past": ending.last_day < request.district.today(),
    }
    return render(request, "roles/assignment_end_check.html", context)


def _goes_to(takers: list[leaving.Taker]) -> str:
    """What a table says of work that goes with the position."""
    if not takers:
        return "Waits on nobody."
    return f"Goes to {', then '.join(str(taker.person) for taker in takers)}."


def _standing(request: DistrictRequest, assignment: Assignment) -> dict[str, Any]:
    """Where a leaving stands: over or not, who follows, the packs, the access that is left."""
    today, ends_on = request.district.today(), assignment.ends_on
    access = Membership.objects.reachable(request.access.reach(Capability.PEOPLE_MANAGE))
    position = assignment.position_id
    next_one = leaving.follower(assignment)
    return {
        "is_over": ends_on is not None and ends_on < today,
        "is_ending": ends_on is not None and ends_on >= today,
        "changes": "change" in request.GET or request.method == "POST",
        "takers": leaving.after(assignment, next_one),
        "follower": next_one,
        "items": open_items(request.reach, [position]),
        "pack": _packs(request).filter(assignment=assignment).order_by("-pk").first(),
        "may_manage": True,
        "access": access.filter(user=assignment.holder_id).select_related("school"),
    }


@page("POST", requires=MANAGE)
def assignment_stay(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take back that someone leaves, while they are still there."""
    assignment = _assignment(request, pk)
    try:
        if leaving.take_back(assignment, by=request.reach):
            messages.success(request, f"{assignment.holder} stays in the position.")
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(request, pk)


@page("POST", requires=MANAGE)
def handover_ask(request: DistrictRequest, pk: int) -> HttpResponse:
    """Ask for a pack of an assignment (primary key)."""
    assignment = _assignment(request, pk)
    handovers.ask(assignment, by=request.reach)
    return _back(request, pk)


@page("GET", requires=VIEW)
def handover(request: DistrictRequest, pk: int) -> HttpResponse:
    """Where a pack stands; the page asks again while it is being made."""
    pack = get_object_or_404(_readable_packs(request), pk=pk)
    may_manage = bool(request.access.reach(MANAGE))
    return render(request, "roles/_handover.html", {"pack": pack, "may_manage": may_manage})


@page("POST", requires=MANAGE)
def handover_again(request: DistrictRequest, pk: int) -> HttpResponse:
    pack = get_object_or_404(_packs(request), pk=pk)
    handovers.ask_again(pack, by=request.reach)
    if request.htmx:
        return redirect("roles:handover", district=request.district.slug, pk=pk)
    return _back(request, pack.assignment_id)


@page("GET", requires=MANAGE)
def handover_page(request: DistrictRequest, pk: int) -> HttpResponse:
    """What a pack would hold today, to read and to print. Not for who left: their file stays."""
    pack = get_object_or_404(_packs(request), pk=pk)
    return render(request, "print/roles/handover_page.html", handovers.words_of(pack))


@page("GET", requires=VIEW)
def handover_file(request: DistrictRequest, pk: int) -> HttpResponseBase:
    pack = get_object_or_404(_readable_packs(request), pk=pk)
    if pack.status != OwedStatus.DONE:
        raise Http404
    made_on = pack.done_at.astimezone(request.district.zone)
    name = f"Hand-over, {pack.assignment.position}, {made_on:%Y-%m-%d}.pdf"
    return FileResponse(pack.file.open(), as_attachment=True, filename=name)


def _packs(request: DistrictRequest) -> Any:
    return HandoverPack.objects.reachable(request.reach).select_related(
        "district",
        "assignment__holder",
        "assignment__position__role",
        "assignment__position__school",
        "assignment__position__department",
    )


def _readable_packs(request: DistrictRequest) -> Any:
    """For those who manage roles, who left, who comes after, and who answers meanwhile."""
    if request.access.reach(MANAGE):
        return _packs(request)
    reach, day = request.reach, request.district.today()
    mine = Position.objects.reachable(reach).answered_for_by(request.user, day)
    coming = Assignment.objects.reachable(reach).filter(
        holder=request.user,
        position=OuterRef("assignment__position"),
        starts_on__gt=OuterRef("assignment__starts_on"),
    )
    return _packs(request).filter(
        Q(assignment__holder=request.user)
        | Q(assignment__position__in=mine.values("pk"))
        | Exists(coming)
    )


def _assignment(request: DistrictRequest, pk: int) -> Assignment:
    found = Assignment.objects.reachable(request.reach).select_related(
        "holder", "position__role", "position__school", "position__department"
    )
    assignment: Assignment = get_object_or_404(found, pk=pk)
    return assignment


def _back(request: DistrictRequest, pk: int) -> HttpResponse:
    return redirect("roles:assignment-end", district=request.district.slug, pk=pk)

"""The agenda of a meeting: drafted, added to, put in order."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from roadmap.forms.meetings import ItemForm
from roadmap.models import AgendaItem
from roadmap.services import agendas
from roadmap.views.meeting_reach import back_to, may_run, own_meeting
from roadmap.views.meetings import agenda_page
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

WORK = Capability.ROADMAP_WORK


@page("POST", requires=WORK)
def draft(request: DistrictRequest, pk: int) -> HttpResponse:
    """Bring the agenda up to date now."""
    shown = own_meeting(request, pk)
    came = agendas.draft(shown)
    if came is None:
        messages.info(request, "This meeting is over. Its agenda stays as it is.")
    elif came:
        messages.success(request, f"{came} item{' is' if came == 1 else 's are'} new.")
    else:
        messages.info(request, "Nothing new: the agenda is up to date.")
    return back_to(request, pk)


@page("POST", requires=WORK)
def add(request: DistrictRequest, pk: int) -> HttpResponse:
    shown, form = own_meeting(request, pk), ItemForm(request.POST)
    if form.is_valid():
        try:
            item = agendas.add(shown, **form.cleaned_data, by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return back_to(request, pk, f"#item-{item.pk}")
    return agenda_page(request, shown, form)


@page("POST", requires=WORK)
def put(request: DistrictRequest, pk: int) -> HttpResponse:
    """Give an item another place on the agenda: "up", "down", or a number."""
    item = _item(request, pk)
    there = AgendaItem.objects.reachable(request.reach).filter(meeting=item.meeting_id)
    shown = list(there.filter(dropped_at=None).values_list("pk", flat=True))
    here = shown.index(pk) + 1 if pk in shown else 1
    asked = request.POST.get("place", "")
    place = {"up": here - 1, "down": here + 1}.get(asked, here)
    if asked.isdecimal():
        place = int(asked[:4])
    try:
        agendas.put(item, max(1, place), by=request.reach)
    except Refused as why:
        messages.error(request, str(why))
    if "X-Autosave" in request.headers:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return back_to(request, item.meeting_id, f"#item-{pk}")


@page("POST", requires=WORK)
def drop(request: DistrictRequest, pk: int) -> HttpResponse:
    return _change_item(request, pk, agendas.drop, "is off the agenda")


@page("POST", requires=WORK)
def bring_back(request: DistrictRequest, pk: int) -> HttpResponse:
    return _change_item(request, pk, agendas.bring_back, "is on the agenda again")


def _change_item(
    request: DistrictRequest, pk: int, serve: Callable[..., bool], said: str
) -> HttpResponse:
    item = _item(request, pk)
    try:
        if serve(item, by=request.reach):
            messages.success(request, f"“{item.title}” {said}.")
    except Refused as why:
        messages.error(request, str(why))
    return back_to(request, item.meeting_id)


def _item(request: DistrictRequest, pk: int) -> AgendaItem:
    found = AgendaItem.objects.reachable(request.reach)
    item: AgendaItem = get_object_or_404(
        found.select_related("meeting__series__school_year"), pk=pk
    )
    if not may_run(request, item.meeting):
        raise PermissionDenied
    return item

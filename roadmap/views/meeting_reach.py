"""Which meeting a page is about, who may do what with it, and the way back to it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roadmap.models import Meeting
from roadmap.services import meetings
from roles.capabilities import Capability
from roles.pages import DistrictRequest

WORK = Capability.ROADMAP_WORK
MANAGE = Capability.ROADMAP_MANAGE


def meeting_of(request: DistrictRequest, pk: int) -> Meeting:
    """A meeting in reach, with what its pages show of it; 404 out of reach."""
    related = (
        "series__school_year", "series__school", "series__chair__role", "series__chair__school",
        "series__chair__department", "held_by",
    )  # fmt: skip
    found = Meeting.objects.reachable(request.reach).select_related(*related)
    shown: Meeting = get_object_or_404(found, pk=pk)
    shown.district = request.district
    return shown


def own_meeting(request: DistrictRequest, pk: int) -> Meeting:
    """A meeting whose people the reader belongs to, or that they run: seen by more people.

    403 for everyone else whom it is in reach of.
    """
    shown = meeting_of(request, pk)
    if not may_run(request, shown):
        raise PermissionDenied
    return shown


def may_run(request: DistrictRequest, shown: Meeting) -> bool:
    """Whether the reader changes its agenda and writes its minutes."""
    works, runs = request.access.reach(WORK), request.access.reach(MANAGE)
    return bool(works) and meetings.may_run(shown.series, works, runs)


def manages(request: DistrictRequest, shown: Meeting) -> bool:
    """Whether the reader moves and cancels it; nobody does in an archived year."""
    archived = shown.series.school_year.archived_at is not None
    return not archived and request.access.reach(MANAGE).covers(shown.series.school_id)


def say(request: DistrictRequest, changed: bool, said: str) -> None:  # noqa: FBT001 -- a service's answer
    """Say what was done, or that it had been done before."""
    if changed:
        messages.success(request, said)
    else:
        messages.info(request, "Nothing was changed: it had moved on already. This is how it is.")


def back_to(request: DistrictRequest, pk: int, anchor: str = "") -> HttpResponse:
    """To the page of the meeting, at a place of it."""
    response = redirect("roadmap:meeting", district=request.district.slug, pk=pk)
    response["Location"] += anchor
    return response

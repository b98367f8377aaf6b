"""The PDF of closed minutes: whether it is there, the file, and once more where it failed."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format

from roadmap.models import MeetingState, MinutesFile
from roadmap.services import minutes_files
from roadmap.views.meeting_reach import back_to, meeting_of, own_meeting
from roles.capabilities import Capability
from roles.models import OwedStatus
from roles.packing import safe
from roles.pages import DistrictRequest, page

VIEW = Capability.ROADMAP_VIEW
WORK = Capability.ROADMAP_WORK


@page("GET", requires=VIEW)
def state(request: DistrictRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again while the PDF is being made."""
    shown = meeting_of(request, pk)
    file = MinutesFile.objects.reachable(request.reach).filter(meeting=shown).first()
    context = {"meeting": shown, "file": file}
    return render(request, "roadmap/meeting_file.html", context)


@page("GET", requires=VIEW)
def pdf(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The newest PDF of closed minutes."""
    shown = meeting_of(request, pk)
    made = MinutesFile.objects.reachable(request.reach).filter(meeting=shown).first()
    closed = shown.state == MeetingState.HELD
    if not closed or made is None or made.status != OwedStatus.DONE:
        raise Http404
    try:
        content = made.file.open()
    except FileNotFoundError as error:  # the database came back from a backup without its files
        raise Http404 from error
    day = date_format(shown.on, "M j Y")
    name = safe(f"{shown.series.title}, {day}") + ".pdf"
    return FileResponse(content, as_attachment=True, filename=name)


@page("POST", requires=WORK)
def again(request: DistrictRequest, pk: int) -> HttpResponse:
    """Make a PDF that failed once more."""
    shown = own_meeting(request, pk)
    failed = MinutesFile.objects.reachable(request.reach).filter(meeting=shown).first()
    if failed is not None and minutes_files.owe_again(failed):
        messages.success(request, "It is being made again.")
    return back_to(request, pk)

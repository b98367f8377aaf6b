"""One meeting: its page, and the acts that ask for a reason."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from roadmap.forms.meetings import ItemForm, MoveForm, WhyForm
from roadmap.meeting_story import story_of
from roadmap.models import Meeting, MeetingState, MinutesFile
from roadmap.services import agendas, meetings, minutes
from roadmap.views.meeting_reach import back_to, manages, may_run, meeting_of, say
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

VIEW = Capability.ROADMAP_VIEW
MANAGE = Capability.ROADMAP_MANAGE
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY


@page("GET", requires=VIEW)
def meeting(request: DistrictRequest, pk: int) -> HttpResponse:
    """The agenda of a meeting to come, the minutes of one that was held."""
    shown = meeting_of(request, pk)
    if shown.series.school_year.archived_at is None:
        agendas.draft_when_near(shown)
    return agenda_page(request, shown, ItemForm())


def agenda_page(request: DistrictRequest, shown: Meeting, form: forms.Form) -> HttpResponse:
    """The page of a meeting, with the form for one more item as it was filled in."""
    file = MinutesFile.objects.reachable(request.reach).filter(meeting=shown).first()
    held = shown.state == MeetingState.HELD
    context = {
        "meeting": shown,
        "series": shown.series,
        "story": story_of(shown),
        "form": form,
        "may_run": may_run(request, shown),
        "manages": manages(request, shown),
        "file": file if held else None,
        "today": request.district.today(),
        "next": minutes.next_of(shown),
    }
    status = WRONG if form.errors else HTTPStatus.OK
    name = "roadmap/meeting_held.html" if held else "roadmap/meeting.html"
    return render(request, name, context, status=status)


@page("GET", "POST", requires=MANAGE)
def move(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = meeting_of(request, pk)
    form = MoveForm(request.POST or None, meeting=shown)
    words = ("Move the meeting", "Move it", "Members' calendars follow. The agenda stays with it.")
    return _ask(request, shown, form, words, meetings.move, "The meeting has moved.")


@page("GET", "POST", requires=MANAGE)
def cancel(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = meeting_of(request, pk)
    form = WhyForm(request.POST or None, hint="Members read this in their calendar.")
    words = ("Cancel the meeting", "Cancel it", "Only this one; the series goes on.")
    return _ask(request, shown, form, words, meetings.cancel, "The meeting is cancelled.")


@page("GET", "POST", requires=MANAGE)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = meeting_of(request, pk)
    form = WhyForm(request.POST or None, hint="Kept in the audit trail.")
    note = "They can be changed until the meeting is closed once more. Then there is a new PDF."
    words = ("Open the minutes again", "Open them", note)
    return _ask(
        request,
        shown,
        form,
        words,
        minutes.reopen,
        "The minutes are open.",
        state=MeetingState.HELD,
    )


def _ask(
    request: DistrictRequest,
    shown: Meeting,
    form: forms.Form,
    words: tuple[str, str, str],
    serve: Callable[..., bool],
    said: str,
    state: str = MeetingState.PLANNED,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            changed = serve(shown, **form.cleaned_data, by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            say(request, changed, said)
            return back_to(request, shown.pk)
    elif shown.state != state:
        say(request, False, said)  # noqa: FBT003 -- nothing was changed
        return back_to(request, shown.pk)
    title, button, note = words
    context = {
        "meeting": shown, "form": form, "title": title, "button": button, "note": note,
    }  # fmt: skip
    status = WRONG if form.errors else HTTPStatus.OK
    return render(request, "roadmap/meeting_act.html", context, status=status)

"""Minutes while people talk: typed, decided, given out, then closed."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from roadmap.forms.meetings import ActionForm, DecisionForm
from roadmap.forms.minutes import asked_about
from roadmap.meeting_notices import is_often
from roadmap.meeting_story import Box, story_of
from roadmap.models import Decision, Meeting, MeetingState
from roadmap.services import agendas, minutes, outcomes
from roadmap.views.meeting_reach import back_to, may_run, own_meeting, say
from roles.capabilities import Capability
from roles.forms.hinting import mark_of, sentence
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

WORK = Capability.ROADMAP_WORK
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
CLASH = "Someone else wrote here while you did. Both texts are shown: keep what is right."


@page("GET", "POST", requires=WORK)
def write(request: DistrictRequest, pk: int) -> HttpResponse:
    """Minutes on one page, saved as they are typed, and by the button without a script."""
    shown = own_meeting(request, pk)
    if shown.state != MeetingState.PLANNED:
        messages.info(request, minutes.LOCKED)
        return back_to(request, pk)
    if request.method == "GET":
        agendas.draft_when_near(shown)
        return _minutes(request, shown)
    at_rest = "X-Autosave" in request.headers
    try:
        done = _save(request, shown)
    except Refused as why:
        if at_rest:
            return JsonResponse({"refused": str(why)}, status=WRONG)
        messages.error(request, str(why))
        return back_to(request, pk)
    if at_rest:
        problems = done.problems | dict.fromkeys(done.clashes, CLASH)
        answer = {"problems": problems, "theirs": done.clashes, "marks": done.marks}
        return JsonResponse(answer, status=HTTPStatus.OK if done.is_whole else WRONG)
    if done.is_whole:
        messages.success(request, "Saved.")
        return redirect("roadmap:minutes", district=request.district.slug, pk=pk)
    shown.refresh_from_db()
    return _minutes(request, shown, saved=done, typed=_last_of(request.POST))


def _save(request: DistrictRequest, shown: Meeting) -> minutes.Saved:
    """Keep what was typed, but for texts that may name a student: those are asked about."""
    asked = asked_about(shown, request.POST)
    typed = {name: value for name, value in _last_of(request.POST).items() if name not in asked}
    done = minutes.save(shown, typed, by=request.reach)
    done.problems |= {name: sentence(found) for name, found in asked.items()}
    done.marks |= {name: mark_of(found) for name, found in asked.items()}
    return done


def _last_of(data: QueryDict) -> dict[str, str]:
    """A box that is ticked is sent after its hidden "0"."""
    return {name: str(data[name]) for name in data}


def _minutes(
    request: DistrictRequest,
    shown: Meeting,
    *,
    saved: minutes.Saved | None = None,
    typed: dict[str, str] | None = None,
    decision: DecisionForm | None = None,
    action: ActionForm | None = None,
) -> HttpResponse:
    about = request.GET.get("about", "")
    kwargs: dict[str, Any] = {"reach": request.reach, "meeting": shown}
    initial = {"item": about} if about.isdecimal() else {}
    story = story_of(shown)
    for each in story.items:
        each.box = _box(each.said_name, each.item.said, saved, typed or {})
    context = {
        "meeting": shown,
        "series": shown.series,
        "story": story,
        "notes": _box("notes", shown.notes, saved, typed or {}),
        "decision_form": decision or DecisionForm(**kwargs, initial=initial, prefix="decision"),
        "action_form": action
        or ActionForm(
            **kwargs, initial=initial | {"due_on": outcomes.usual_due(shown)}, prefix="action"
        ),
        "closable": shown.on <= request.district.today(),
        "clash": CLASH,
    }
    refused = (saved and not saved.is_whole) or decision or action
    status = WRONG if refused else HTTPStatus.OK
    return render(request, "roadmap/meeting_minutes.html", context, status=status)


def _box(name: str, kept: str, saved: minutes.Saved | None, typed: dict[str, str]) -> Box:
    """One text field: what was typed stays in it where it could not be kept."""
    saved = saved or minutes.Saved()
    clash = name in saved.clashes
    wrong = CLASH if clash else saved.problems.get(name, "")
    value = typed.get(name, kept) if wrong else kept
    return Box(name, value, kept, saved.clashes.get(name, ""), wrong, saved.marks.get(name, ""))


@page("POST", requires=WORK)
def decide(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = own_meeting(request, pk)
    form = DecisionForm(request.POST, reach=request.reach, meeting=shown, prefix="decision")
    if _carried_out(form, lambda sent: outcomes.decide(shown, **sent, by=request.reach)):
        return _to_minutes(request, pk, form)
    return _minutes(request, shown, decision=form)


@page("POST", requires=WORK)
def give(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = own_meeting(request, pk)
    form = ActionForm(request.POST, reach=request.reach, meeting=shown, prefix="action")
    if _carried_out(form, lambda sent: outcomes.give(shown, **sent, by=request.reach)):
        return _to_minutes(request, pk, form)
    return _minutes(request, shown, action=form)


@page("POST", requires=WORK)
def decision_remove(request: DistrictRequest, pk: int) -> HttpResponse:
    found = Decision.objects.reachable(request.reach).select_related("meeting__series__school_year")
    decision: Decision = get_object_or_404(found, pk=pk)
    if not may_run(request, decision.meeting):
        raise PermissionDenied
    where = decision.meeting_id
    try:
        outcomes.take_back(decision, by=request.reach)
        messages.success(request, "The decision is taken out.")
    except Refused as why:
        messages.error(request, str(why))
    return redirect("roadmap:minutes", district=request.district.slug, pk=where)


@page("GET", "POST", requires=WORK)
def close(request: DistrictRequest, pk: int) -> HttpResponse:
    """What was written, what goes along, who is told; then the minutes are locked."""
    shown = own_meeting(request, pk)
    refusal = ""
    if request.method == "POST":
        carry = {int(each) for each in request.POST.getlist("carry") if each.isdecimal()}
        try:
            changed = minutes.close(shown, carry=carry, by=request.reach)
        except Refused as why:
            refusal = str(why)
        else:
            say(request, changed, "Closed. The minutes are locked, and a PDF is being made.")
            return back_to(request, pk)
    elif shown.state != MeetingState.PLANNED:
        return back_to(request, pk)
    context = {
        "meeting": shown,
        "series": shown.series,
        "story": story_of(shown),
        "ends": [(item, minutes.goes_along(item)) for item in minutes.open_ends(shown)],
        "next": minutes.next_of(shown),
        "often": is_often(shown.series.rhythm),
        "refusal": refusal,
    }
    status = WRONG if refusal else HTTPStatus.OK
    return render(request, "roadmap/meeting_close.html", context, status=status)


def _carried_out(form: forms.Form, work: Callable[[dict[str, Any]], object]) -> bool:
    """Do what a form asks for; what is refused is said on the form."""
    if not form.is_valid():
        return False
    try:
        work(form.cleaned_data)
    except Refused as why:
        form.add_error(None, str(why))
    return form.is_valid()


def _to_minutes(request: DistrictRequest, pk: int, form: forms.Form) -> HttpResponse:
    response = redirect("roadmap:minutes", district=request.district.slug, pk=pk)
    item = form.cleaned_data["item"]
    response["Location"] += f"#item-{item.pk}" if item else "#whole"
    return response

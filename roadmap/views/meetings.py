"""One meeting: its agenda before, its minutes while people talk, its record after."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format

from roadmap.forms.meetings import ActionForm, DecisionForm, ItemForm, MoveForm, WhyForm
from roadmap.meeting_notices import is_often
from roadmap.meeting_story import Box, story_of
from roadmap.models import AgendaItem, Decision, Meeting, MeetingState, MinutesFile
from roadmap.services import agendas, meetings, minutes
from roles.capabilities import Capability
from roles.models import OwedStatus
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

VIEW = Capability.ROADMAP_VIEW
WORK = Capability.ROADMAP_WORK
MANAGE = Capability.ROADMAP_MANAGE
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
CLASH = "Someone else wrote here while you did. Both texts are shown: keep what is right."


@page("GET", requires=VIEW)
def meeting(request: DistrictRequest, pk: int) -> HttpResponse:
    """The agenda of a meeting to come, the minutes of one that was held."""
    shown = _get(request, pk)
    if shown.series.school_year.archived_at is None:
        agendas.draft_when_near(shown)
    return _agenda(request, shown, ItemForm())


def _agenda(request: DistrictRequest, shown: Meeting, form: forms.Form) -> HttpResponse:
    file = MinutesFile.objects.reachable(request.reach).filter(meeting=shown).first()
    held = shown.state == MeetingState.HELD
    context = {
        "meeting": shown,
        "series": shown.series,
        "story": story_of(shown),
        "form": form,
        "may_run": _may_run(request, shown),
        "manages": _manages(request, shown),
        "file": file if held else None,
        "today": request.district.today(),
        "next": minutes.next_of(shown),
    }
    status = WRONG if form.errors else HTTPStatus.OK
    name = "roadmap/meeting_held.html" if held else "roadmap/meeting.html"
    return render(request, name, context, status=status)


@page("POST", requires=WORK)
def agenda_draft(request: DistrictRequest, pk: int) -> HttpResponse:
    """Bring the agenda up to date now."""
    shown = _mine(request, pk)
    came = agendas.draft(shown)
    if came is None:
        messages.info(request, "This meeting is over. Its agenda stays as it is.")
    elif came:
        messages.success(request, f"{came} item{' is' if came == 1 else 's are'} new.")
    else:
        messages.info(request, "Nothing new: the agenda is up to date.")
    return _back(request, pk)


@page("POST", requires=WORK)
def agenda_add(request: DistrictRequest, pk: int) -> HttpResponse:
    shown, form = _mine(request, pk), ItemForm(request.POST)
    if form.is_valid():
        try:
            item = agendas.add(shown, **form.cleaned_data, by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return _back(request, pk, f"#item-{item.pk}")
    return _agenda(request, shown, form)


@page("POST", requires=WORK)
def agenda_put(request: DistrictRequest, pk: int) -> HttpResponse:
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
    return _back(request, item.meeting_id, f"#item-{pk}")


@page("POST", requires=WORK)
def agenda_drop(request: DistrictRequest, pk: int) -> HttpResponse:
    return _change_item(request, pk, agendas.drop, "is off the agenda")


@page("POST", requires=WORK)
def agenda_bring_back(request: DistrictRequest, pk: int) -> HttpResponse:
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
    return _back(request, item.meeting_id)


@page("GET", "POST", requires=MANAGE)
def move(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = _get(request, pk)
    form = MoveForm(request.POST or None, meeting=shown)
    words = ("Move the meeting", "Move it", "Members' calendars follow. The agenda stays with it.")
    return _ask(request, shown, form, words, meetings.move, "The meeting has moved.")


@page("GET", "POST", requires=MANAGE)
def cancel(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = _get(request, pk)
    form = WhyForm(request.POST or None, hint="Members read this in their calendar.")
    words = ("Cancel the meeting", "Cancel it", "Only this one; the series goes on.")
    return _ask(request, shown, form, words, meetings.cancel, "The meeting is cancelled.")


@page("GET", "POST", requires=MANAGE)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = _get(request, pk)
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
            _say(request, changed, said)
            return _back(request, shown.pk)
    elif shown.state != state:
        _say(request, False, said)  # noqa: FBT003 -- nothing was changed
        return _back(request, shown.pk)
    title, button, note = words
    context = {
        "meeting": shown, "form": form, "title": title, "button": button, "note": note,
    }  # fmt: skip
    status = WRONG if form.errors else HTTPStatus.OK
    return render(request, "roadmap/meeting_act.html", context, status=status)


@page("GET", "POST", requires=WORK)
def write(request: DistrictRequest, pk: int) -> HttpResponse:
    """Minutes on one page, saved as they are typed, and by the button without a script."""
    shown = _mine(request, pk)
    if shown.state != MeetingState.PLANNED:
        messages.info(request, minutes.LOCKED)
        return _back(request, pk)
    if request.method == "GET":
        agendas.draft_when_near(shown)
        return _minutes(request, shown)
    at_rest = "X-Autosave" in request.headers
    try:
        done = minutes.save(shown, _last_of(request.POST), by=request.reach)
    except Refused as why:
        if at_rest:
            return JsonResponse({"refused": str(why)}, status=WRONG)
        messages.error(request, str(why))
        return _back(request, pk)
    if at_rest:
        problems = done.problems | dict.fromkeys(done.clashes, CLASH)
        answer = {"problems": problems, "theirs": done.clashes}
        return JsonResponse(answer, status=HTTPStatus.OK if done.is_whole else WRONG)
    if done.is_whole:
        messages.success(request, "Saved.")
        return redirect("roadmap:minutes", district=request.district.slug, pk=pk)
    shown.refresh_from_db()
    return _minutes(request, shown, saved=done, typed=_last_of(request.POST))


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
            **kwargs, initial=initial | {"due_on": minutes.usual_due(shown)}, prefix="action"
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
    return Box(name, value, kept, saved.clashes.get(name, ""), wrong)


@page("POST", requires=WORK)
def decide(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = _mine(request, pk)
    form = DecisionForm(request.POST, reach=request.reach, meeting=shown, prefix="decision")
    if _carried_out(form, lambda sent: minutes.decide(shown, **sent, by=request.reach)):
        return _to_minutes(request, pk, form)
    return _minutes(request, shown, decision=form)


@page("POST", requires=WORK)
def give(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = _mine(request, pk)
    form = ActionForm(request.POST, reach=request.reach, meeting=shown, prefix="action")
    if _carried_out(form, lambda sent: minutes.give(shown, **sent, by=request.reach)):
        return _to_minutes(request, pk, form)
    return _minutes(request, shown, action=form)


@page("POST", requires=WORK)
def decision_remove(request: DistrictRequest, pk: int) -> HttpResponse:
    found = Decision.objects.reachable(request.reach).select_related("meeting__series__school_year")
    decision: Decision = get_object_or_404(found, pk=pk)
    if not _may_run(request, decision.meeting):
        raise PermissionDenied
    where = decision.meeting_id
    try:
        minutes.take_back(decision, by=request.reach)
        messages.success(request, "The decision is taken out.")
    except Refused as why:
        messages.error(request, str(why))
    return redirect("roadmap:minutes", district=request.district.slug, pk=where)


@page("GET", "POST", requires=WORK)
def close(request: DistrictRequest, pk: int) -> HttpResponse:
    """What was written, what goes along, who is told; then the minutes are locked."""
    shown = _mine(request, pk)
    refusal = ""
    if request.method == "POST":
        carry = {int(each) for each in request.POST.getlist("carry") if each.isdecimal()}
        try:
            changed = minutes.close(shown, carry=carry, by=request.reach)
        except Refused as why:
            refusal = str(why)
        else:
            _say(request, changed, "Closed. The minutes are locked, and a PDF is being made.")
            return _back(request, pk)
    elif shown.state != MeetingState.PLANNED:
        return _back(request, pk)
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


@page("GET", requires=VIEW)
def minutes_state(request: DistrictRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again while the PDF is being made."""
    shown = _get(request, pk)
    file = MinutesFile.objects.reachable(request.reach).filter(meeting=shown).first()
    context = {"meeting": shown, "file": file}
    return render(request, "roadmap/meeting_file.html", context)


@page("GET", requires=VIEW)
def minutes_pdf(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The newest PDF of closed minutes."""
    shown = _get(request, pk)
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
def minutes_again(request: DistrictRequest, pk: int) -> HttpResponse:
    """Make a PDF that failed once more."""
    shown = _mine(request, pk)
    failed = MinutesFile.objects.reachable(request.reach).filter(meeting=shown).first()
    if failed is not None and minutes.owe_again(failed):
        messages.success(request, "It is being made again.")
    return _back(request, pk)


def _carried_out(form: forms.Form, work: Callable[[dict[str, Any]], object]) -> bool:
    """Do what a form asks for; what is refused is said on the form."""
    if not form.is_valid():
        return False
    try:
        work(form.cleaned_data)
    except Refused as why:
        form.add_error(None, str(why))
    return form.is_valid()


def _get(request: DistrictRequest, pk: int) -> Meeting:
    related = (
        "series__school_year", "series__school", "series__chair__role", "series__chair__school",
        "series__chair__department", "held_by",
    )  # fmt: skip
    found = Meeting.objects.reachable(request.reach).select_related(*related)
    shown: Meeting = get_object_or_404(found, pk=pk)
    shown.district = request.district
    return shown


def _mine(request: DistrictRequest, pk: int) -> Meeting:
    """A meeting whose people the reader belongs to, or that they run: seen by more people."""
    shown = _get(request, pk)
    if not _may_run(request, shown):
        raise PermissionDenied
    return shown


def _item(request: DistrictRequest, pk: int) -> AgendaItem:
    found = AgendaItem.objects.reachable(request.reach)
    item: AgendaItem = get_object_or_404(
        found.select_related("meeting__series__school_year"), pk=pk
    )
    if not _may_run(request, item.meeting):
        raise PermissionDenied
    return item


def _may_run(request: DistrictRequest, shown: Meeting) -> bool:
    works, manages = request.access.reach(WORK), request.access.reach(MANAGE)
    return bool(works) and meetings.may_run(shown.series, works, manages)


def _manages(request: DistrictRequest, shown: Meeting) -> bool:
    archived = shown.series.school_year.archived_at is not None
    return not archived and request.access.reach(MANAGE).covers(shown.series.school_id)


def _say(request: DistrictRequest, changed: bool, said: str) -> None:  # noqa: FBT001 -- a service's answer
    if changed:
        messages.success(request, said)
    else:
        messages.info(request, "Nothing was changed: it had moved on already. This is how it is.")


def _back(request: DistrictRequest, pk: int, anchor: str = "") -> HttpResponse:
    response = redirect("roadmap:meeting", district=request.district.slug, pk=pk)
    response["Location"] += anchor
    return response


def _to_minutes(request: DistrictRequest, pk: int, form: forms.Form) -> HttpResponse:
    response = redirect("roadmap:minutes", district=request.district.slug, pk=pk)
    item = form.cleaned_data["item"]
    response["Location"] += f"#item-{item.pk}" if item else "#whole"
    return response

"""Who was at a session: taken on a phone, out of a file, and what people took with them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roadmap import attendance_files
from roadmap.forms.attendance import FileForm, GuestForm, TakeawayForm
from roadmap.learning_reports.lines import audience_words
from roadmap.models import LearningSession, SessionState
from roadmap.services import attendance
from roadmap.views.learning import may_manage
from roadmap.views.learning_sessions import is_key, may_take, session_in_reach, to_session
from roles.capabilities import Capability
from roles.models import Position, User
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

WORK = Capability.ROADMAP_WORK
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@page("GET", "POST", requires=WORK)
def sheet(request: DistrictRequest, pk: int) -> HttpResponse:
    """Attendance, taken on a phone: each tap is saved at once, and is a plain form without script.

    POST: `rest` marks everyone who is not marked yet; else `position`, `person` and `present`.
    """
    session = _session_to_take(request, pk)
    if request.method == "POST":
        return _mark(request, session)
    context = _sheet_context(request, session) | {
        "guest_form": GuestForm(reach=request.reach),
        "takeaway_form": TakeawayForm(initial={"takeaway": session.takeaway}),
    }
    return render(request, "roadmap/learning_attendance.html", context)


def _mark(request: DistrictRequest, session: LearningSession) -> HttpResponse:
    sent = request.POST
    try:
        if "rest" in sent:
            n = attendance.mark_rest(session, by=request.reach)
            messages.success(request, f"{n} marked present.")
            return _to_sheet(request, session)
        position, person = _named(request, sent.get("position", ""), sent.get("person", ""))
        present = _present(sent.get("present", ""))
        attendance.mark(session, position, person, present=present, by=request.reach)
    except Refused as refused:
        if request.htmx:
            return HttpResponse(str(refused), status=HTTPStatus.CONFLICT, content_type="text/plain")
        messages.error(request, str(refused))
        return _to_sheet(request, session)
    if request.htmx:
        guest = attendance.Guest(position, person, present)
        context = _sheet_context(request, session) | {"guest": guest, "is_part": True}
        return render(request, "roadmap/_guest.html", context)
    return _to_sheet(request, session, f"#seat-{position.pk}")


@page("POST", requires=WORK)
def guest(request: DistrictRequest, pk: int) -> HttpResponse:
    """Someone else was there."""
    session = _session_to_take(request, pk)
    form = GuestForm(request.POST, reach=request.reach)
    if not form.is_valid():
        context = _sheet_context(request, session) | {
            "guest_form": form,
            "takeaway_form": TakeawayForm(initial={"takeaway": session.takeaway}),
        }
        return render(request, "roadmap/learning_attendance.html", context, status=UNPROCESSABLE)
    try:
        person = attendance.add(session, form.cleaned_data["position"], by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{person} was there.")
    return _to_sheet(request, session)


@page("POST", requires=WORK)
def takeaway(request: DistrictRequest, pk: int) -> HttpResponse:
    session = _session_to_take(request, pk)
    form = TakeawayForm(request.POST)
    if form.is_valid():
        try:
            attendance.note_takeaway(session, form.cleaned_data["takeaway"], by=request.reach)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "Noted.")
        return to_session(request, session)
    context = _sheet_context(request, session) | {
        "guest_form": GuestForm(reach=request.reach),
        "takeaway_form": form,
    }
    return render(request, "roadmap/learning_attendance.html", context, status=UNPROCESSABLE)


@page("GET", "POST", requires=WORK)
def file(request: DistrictRequest, pk: int) -> HttpResponse:
    """Attendance out of a file: read and shown first, written when a person says so."""
    session = _session_to_take(request, pk)
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"session": session, "form": form}
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        upload, note = form.cleaned_data["file"], ""
        text = form.cleaned_data["text"]
        if upload:
            text, note = attendance_files.decoded(upload.read())
        people = attendance.people_of(session)
        found = attendance_files.read(text, people)
        if "write" in request.POST and not found.wrong:
            marks = [(*people[email], present) for _, email, present in found.marks]
            try:
                n = attendance.take_over(session, marks, by=request.reach)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                said = f"{n} mark{'s are' if n != 1 else ' is'} saved from the file."
                messages.success(request, said if n else "All of it was marked so already.")
                return _to_sheet(request, session)
        rows = [(row, people[email], present) for row, email, present in found.marks]
        context |= {"found": found, "rows": rows, "text": text, "note": note}
        status = UNPROCESSABLE if found.wrong else HTTPStatus.OK
    if form.errors:
        status = UNPROCESSABLE
    return render(request, "roadmap/learning_file.html", context, status=status)


def _session_to_take(request: DistrictRequest, pk: int) -> LearningSession:
    """A session whose attendance this person may take: seen by more people than may."""
    session = session_in_reach(request, pk)
    if not may_take(request, session):
        raise PermissionDenied
    return session


def _named(request: DistrictRequest, position: str, person: str) -> tuple[Position, User]:
    """The two that a row of the list names; the service refuses those that are not on it."""
    if not (is_key(position) and is_key(person)):
        raise Refused("Choose someone on the list.")
    found = attendance.seat_of(request.district, int(position))
    who = User.objects.filter(pk=int(person)).first()
    if found is None or who is None:
        raise Refused("They are not on the list.")
    return found, who


def _present(sent: str) -> bool:
    if sent not in ("yes", "no"):
        raise Refused("Choose present or absent.")
    return sent == "yes"


def _sheet_context(request: DistrictRequest, session: LearningSession) -> dict[str, Any]:
    return {
        "session": session,
        "sheet": attendance.sheet_of(session),
        "audience": audience_words(session.line, whole=True),
        "may_mark": session.on <= request.district.today()
        and session.state != SessionState.CANCELLED,
        "manages": may_manage(request, session.line.school_year),
    }


def _to_sheet(request: DistrictRequest, session: LearningSession, anchor: str = "") -> HttpResponse:
    response = redirect(
        "roadmap:learning-attendance", district=request.district.slug, pk=session.pk
    )
    response["Location"] += anchor
    return response

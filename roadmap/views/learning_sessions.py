"""A dated session: what it is, who was there, and what is done to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.models import LearningTopic
from roadmap import attendance_files
from roadmap.forms.attendance import FileForm, GuestForm, TakeawayForm
from roadmap.forms.learning_sessions import SessionForm
from roadmap.forms.milestones import ReasonForm
from roadmap.learning_reports.lines import audience_words
from roadmap.learning_reports.topics import proposals
from roadmap.models import LearningLine, LearningSession, SessionState
from roadmap.services import attendance, learning, reminders
from roadmap.views.learning import may_manage, to_line, usual_leader
from roles.capabilities import Capability
from roles.models import Position, User
from roles.pages import DistrictRequest, page
from roles.services.mailed import Mailed, mailed
from roles.services.refusal import Refused

VIEW, WORK, MANAGE = (
    Capability.ROADMAP_VIEW,
    Capability.ROADMAP_WORK,
    Capability.ROADMAP_MANAGE,
)
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@page("GET", requires=VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """One session. Names of who was there are for who takes attendance; others see figures."""
    session = _session(request, pk)
    sheet = attendance.sheet_of(session)
    manages = may_manage(request, session.line.school_year)
    today = request.district.today()
    topics = session.topics.select_related("topic__role").all()
    offered = proposals(request.reach, session.line.school_year, today) if manages else []
    roles, takes = attendance.audience_of(session.line), _may_take(request, session)
    context = {
        "session": session,
        "sheet": sheet,
        "takes": takes,
        "mailed": _mailed(request, session) if takes else None,
        "manages": manages,
        "topics": topics,
        "offered": [p.topic for p in offered if p.topic.role_id in roles],
        "today": today,
        "audience": audience_words(session.line, whole=True),
    }
    return render(request, "roadmap/learning_session.html", context)


def _mailed(request: DistrictRequest, session: LearningSession) -> Mailed:
    session.district = request.district
    planned = reminders.planned_of_session(session)
    return mailed(request.district, request.user, planned, "if no attendance is taken")


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest, pk: int) -> HttpResponse:
    """One session of a line (primary key)."""
    lines = LearningLine.objects.reachable(request.reach).select_related("school_year", "lead")
    line = get_object_or_404(lines, pk=pk)
    form = SessionForm(
        request.POST or None,
        reach=request.reach,
        year=line.school_year,
        initial={"minutes_long": line.minutes_each, "leader": usual_leader(request, line)},
    )
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            made = learning.schedule(line, [fields.pop("on")], by=request.reach, **fields)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = "The session is scheduled." if made else "It stood there already."
            messages.success(request, said)
            return to_line(request, line)
    return _asked(request, form, line, title="Schedule one session", button="Schedule it")


@page("GET", "POST", requires=MANAGE)
def move(request: DistrictRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    names = ("on", "at", "minutes_long", "title", "place", "link", "leader", "school")
    form = SessionForm(
        request.POST or None,
        reach=request.reach,
        year=session.line.school_year,
        initial={name: getattr(session, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            learning.move(session, by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved. It moves in everyone's calendar feed.")
            return _back(request, session)
    return _asked(request, form, session.line, title="Change the session", button="Save")


@page("GET", "POST", requires=MANAGE)
def cancel(request: DistrictRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    hint = "It is shown with the session, and kept for the year's report."
    form = ReasonForm(request.POST or None, hint=hint)
    if request.method == "POST" and form.is_valid():
        try:
            done = learning.cancel(session, by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = "Cancelled. It is struck out in calendar feeds."
            messages.success(request, said if done else "It was held or cancelled already.")
            return _back(request, session)
    return _asked(request, form, session.line, title="Cancel the session", button="Cancel it")


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
        return _back(request, session)
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
                messages.success(request, f"{n} marks are saved from the file.")
                return _to_sheet(request, session)
        rows = [(row, people[email], present) for row, email, present in found.marks]
        context |= {"found": found, "rows": rows, "text": text, "note": note}
        status = UNPROCESSABLE if found.wrong else HTTPStatus.OK
    if form.errors:
        status = UNPROCESSABLE
    return render(request, "roadmap/learning_file.html", context, status=status)


@page("POST", requires=MANAGE)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    """It was not held after all."""
    session = _session(request, pk)
    try:
        done = attendance.reopen(session, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = "It stands as planned again, and its attendance is gone."
        messages.success(request, said if done else "Nothing was changed: it is not held.")
    return _back(request, session)


@page("POST", requires=MANAGE)
def topic(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take a topic (`topic`) into a session, or out of it (`leave`)."""
    session = _session(request, pk)
    leaves = "leave" in request.POST
    sent = request.POST.get("leave" if leaves else "topic", "")
    topics = LearningTopic.objects.reachable(request.reach)
    found = topics.filter(pk=int(sent)).first() if _is_key(sent) else None
    if found is None:
        messages.error(request, "Choose a topic.")
        return _back(request, session)
    act = learning.leave_topic if leaves else learning.take_topic
    try:
        act(session, found, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = "Out of this session." if leaves else "It is a topic of this session."
        messages.success(request, said)
    return _back(request, session)


def _session(request: DistrictRequest, pk: int) -> LearningSession:
    found = LearningSession.objects.reachable(request.reach).select_related(
        "line__school_year", "school", "leader__role", "leader__school", "leader__department"
    )
    return get_object_or_404(found.prefetch_related("line__audiences__role"), pk=pk)


def _session_to_take(request: DistrictRequest, pk: int) -> LearningSession:
    """A session whose attendance this person may take: seen by more people than may."""
    session = _session(request, pk)
    if not _may_take(request, session):
        raise PermissionDenied
    return session


def _may_take(request: DistrictRequest, session: LearningSession) -> bool:
    works = bool(request.access.reach(WORK))
    is_open = session.line.school_year.archived_at is None
    return works and is_open and attendance.may_take(session, request.access)


def _named(request: DistrictRequest, position: str, person: str) -> tuple[Position, User]:
    """The two that a row of the list names; the service refuses those that are not on it."""
    if not (_is_key(position) and _is_key(person)):
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


def _is_key(sent: str) -> bool:
    return sent.isdecimal() and len(sent) <= 18


def _asked(
    request: DistrictRequest, form: Any, line: LearningLine, *, title: str, button: str
) -> HttpResponse:
    context = {"form": form, "line": line, "title": title, "button": button}
    status = UNPROCESSABLE if form.errors else HTTPStatus.OK
    return render(request, "roadmap/learning_line_form.html", context, status=status)


def _back(request: DistrictRequest, session: LearningSession) -> HttpResponse:
    return redirect("roadmap:learning-session", district=request.district.slug, pk=session.pk)


def _to_sheet(request: DistrictRequest, session: LearningSession, anchor: str = "") -> HttpResponse:
    response = redirect(
        "roadmap:learning-attendance", district=request.district.slug, pk=session.pk
    )
    response["Location"] += anchor
    return response

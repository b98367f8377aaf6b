"""A dated session: what it is, what is learned in it, and when it takes place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.models import LearningTopic
from roadmap.forms.learning_sessions import SessionForm
from roadmap.forms.milestones import ReasonForm
from roadmap.learning_reports.lines import audience_words
from roadmap.learning_reports.topics import proposals
from roadmap.models import LearningLine, LearningSession
from roadmap.services import attendance, learning, reminders
from roadmap.views.learning import may_manage, to_line, usual_leader
from roles.capabilities import Capability
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
    session = session_in_reach(request, pk)
    sheet = attendance.sheet_of(session)
    manages = may_manage(request, session.line.school_year)
    today = request.district.today()
    topics = session.topics.select_related("topic__role").all()
    offered = proposals(request.reach, session.line.school_year, today) if manages else []
    roles, takes = attendance.audience_of(session.line), may_take(request, session)
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
    session = session_in_reach(request, pk)
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
            return to_session(request, session)
    return _asked(request, form, session.line, title="Change the session", button="Save")


@page("GET", "POST", requires=MANAGE)
def cancel(request: DistrictRequest, pk: int) -> HttpResponse:
    session = session_in_reach(request, pk)
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
            return to_session(request, session)
    return _asked(request, form, session.line, title="Cancel the session", button="Cancel it")


@page("POST", requires=MANAGE)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    """It was not held after all."""
    session = session_in_reach(request, pk)
    try:
        done = attendance.reopen(session, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = "It stands as planned again, and its attendance is gone."
        messages.success(request, said if done else "Nothing was changed: it is not held.")
    return to_session(request, session)


@page("POST", requires=MANAGE)
def topic(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take a topic (`topic`) into a session, or out of it (`leave`)."""
    session = session_in_reach(request, pk)
    leaves = "leave" in request.POST
    sent = request.POST.get("leave" if leaves else "topic", "")
    topics = LearningTopic.objects.reachable(request.reach)
    found = topics.filter(pk=int(sent)).first() if is_key(sent) else None
    if found is None:
        messages.error(request, "Choose a topic.")
        return to_session(request, session)
    act = learning.leave_topic if leaves else learning.take_topic
    try:
        act(session, found, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = "Out of this session." if leaves else "It is a topic of this session."
        messages.success(request, said)
    return to_session(request, session)


def session_in_reach(request: DistrictRequest, pk: int) -> LearningSession:
    """With what a page shows of it; out of reach it is not found."""
    found = LearningSession.objects.reachable(request.reach).select_related(
        "line__school_year", "school", "leader__role", "leader__school", "leader__department"
    )
    return get_object_or_404(found.prefetch_related("line__audiences__role"), pk=pk)


def may_take(request: DistrictRequest, session: LearningSession) -> bool:
    """Whether this person may take its attendance."""
    works = bool(request.access.reach(WORK))
    is_open = session.line.school_year.archived_at is None
    return works and is_open and attendance.may_take(session, request.access)


def is_key(sent: str) -> bool:
    """Whether what was sent can be a primary key."""
    return sent.isdecimal() and len(sent) <= 18


def _asked(
    request: DistrictRequest, form: Any, line: LearningLine, *, title: str, button: str
) -> HttpResponse:
    context = {"form": form, "line": line, "title": title, "button": button}
    status = UNPROCESSABLE if form.errors else HTTPStatus.OK
    return render(request, "roadmap/learning_line_form.html", context, status=status)


def to_session(request: DistrictRequest, session: LearningSession) -> HttpResponse:
    return redirect("roadmap:learning-session", district=request.district.slug, pk=session.pk)

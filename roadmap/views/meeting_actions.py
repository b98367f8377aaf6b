"""Actions of meetings: what is open, what is late, what became of each."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roadmap import meeting_reports as reports
from roadmap.forms.meetings import OutcomeForm, WhyForm
from roadmap.models import MeetingAction
from roadmap.services import outcomes, reminders
from roles.capabilities import Capability
from roles.models import Position
from roles.pages import DistrictRequest, page
from roles.services.mailed import mailed
from roles.services.refusal import Refused
from roles.years import chosen_year

PER_PAGE = 50
SHOWS = {"": "Open", "mine": "Mine", "late": "Late", "ended": "Done or dropped"}
HINT = "It stays in the minutes, with your reason."


@page("GET", requires=Capability.ROADMAP_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """What meetings gave people to do; which of it stands in the address."""
    year, today = chosen_year(request), request.district.today()
    if year is None:
        raise Http404
    shown = request.GET.get("show", "")
    everything = reports.actions_of(request.reach, year)
    mine = Position.objects.reachable(request.reach).answered_for_by(request.user, today)
    sets = {
        "": everything.open(),
        "mine": everything.open().filter(owner__in=mine.values("pk")),
        "late": everything.open().filter(due_on__lt=today),
        "ended": everything.exclude(ended_at=None).order_by("-ended_at"),
    }
    rows = sets.get(shown, sets[""])
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "shown": shown if shown in sets else "",
        "tabs": [(key, words, sets[key].count()) for key, words in SHOWS.items()],
        "today": today,
        "year": year,
    }
    return render(request, "roadmap/meeting_actions.html", context)


@page("GET", requires=Capability.ROADMAP_VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    return _page(request, _get(request, pk))


@page("POST", requires=Capability.ROADMAP_WORK)
def finish(request: DistrictRequest, pk: int) -> HttpResponse:
    action, form = _mine(request, pk), OutcomeForm(request.POST, prefix="done")
    if form.is_valid():
        outcome = form.cleaned_data["outcome"]
        changed = outcomes.finish_action(action, outcome=outcome, by=request.reach)
        return _said(request, pk, "Done. Nobody is reminded of it any more.", changed=changed)
    return _page(request, action, done=form)


@page("POST", requires=Capability.ROADMAP_WORK)
def drop(request: DistrictRequest, pk: int) -> HttpResponse:
    action, form = _mine(request, pk), WhyForm(request.POST, prefix="drop", hint=HINT)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            changed = outcomes.drop_action(action, reason=reason, by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return _said(request, pk, "Dropped, with the reason.", changed=changed)
    return _page(request, action, drop=form)


def _page(
    request: DistrictRequest,
    action: MeetingAction,
    done: forms.Form | None = None,
    drop: forms.Form | None = None,
) -> HttpResponse:
    context = {
        "action": action,
        "may_end": action.ended_at is None and _may_end(request, action),
        "done_form": done or OutcomeForm(prefix="done"),
        "drop_form": drop or WhyForm(prefix="drop", hint=HINT),
        "mailed": mailed(request.district, request.user, reminders.planned_of_action(action)),
        "today": request.district.today(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if done or drop else HTTPStatus.OK
    return render(request, "roadmap/meeting_action.html", context, status=status)


def _get(request: DistrictRequest, pk: int) -> MeetingAction:
    related = (
        "meeting__series__school_year", "owner__role", "owner__school", "owner__department",
        "made_by", "ended_by", "item",
    )  # fmt: skip
    found = MeetingAction.objects.reachable(request.reach).select_related(*related)
    action: MeetingAction = get_object_or_404(found, pk=pk)
    action.district = request.district
    return action


def _mine(request: DistrictRequest, pk: int) -> MeetingAction:
    action = _get(request, pk)
    if not _may_end(request, action):
        raise PermissionDenied
    return action


def _may_end(request: DistrictRequest, action: MeetingAction) -> bool:
    works = request.access.reach(Capability.ROADMAP_WORK)
    manages = request.access.reach(Capability.ROADMAP_MANAGE)
    return bool(works) and outcomes.may_end(action, works, manages)


def _said(request: DistrictRequest, pk: int, words: str, *, changed: bool) -> HttpResponse:
    if changed:
        messages.success(request, words)
    else:
        messages.info(request, "It had ended already. This is how.")
    return redirect("roadmap:meeting-action", district=request.district.slug, pk=pk)

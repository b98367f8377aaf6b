"""A milestone and what people do with it: fetch, ask, act, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roadmap.forms.milestones import AddForm, AssignForm, DoneForm, ReasonForm, RedateForm
from roadmap.history import history
from roadmap.models import Milestone, State
from roadmap.services import milestones
from roles.capabilities import Capability
from roles.ladder import reminder_days
from roles.pages import DistrictRequest, page
from roles.services.calendar import closures_of
from roles.services.refusal import Refused
from roles.years import chosen_year


@page("GET", requires=Capability.ROADMAP_VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """One milestone: what, why, who, by when, what proves it, and what happened to it."""
    milestone = _get(request, pk)
    kind, label = milestone.standing(request.district.today())
    context = {
        "milestone": milestone,
        "kind": kind,
        "label": label,
        "may_work": _may_work(request, milestone),
        "manages": request.access.reach(Capability.ROADMAP_MANAGE).covers(milestone.school_id),
        "form": DoneForm(),
        "history": history(milestone),
        "heard_on": _heard_on(request, milestone),
    }
    return render(request, "roadmap/detail.html", context)


@page("POST", requires=Capability.ROADMAP_WORK)
def start(request: DistrictRequest, pk: int) -> HttpResponse:
    milestone = _get_mine(request, pk)
    _say(request, milestones.start(milestone, by=request.reach), "In progress.")
    return _back(request, pk)


@page("GET", "POST", requires=Capability.ROADMAP_WORK)
def done(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Mark it done",
        button="Mark done",
        note="The proof is kept with the milestone and shown as evidence for what it supports. "
        "Its reminders stop.",
        said="Done, with its proof. No more reminders are sent.",
        serve=milestones.mark_done,
        possible=lambda milestone: milestone.may_become(State.DONE),
    )
    return _ask(request, _get_mine(request, pk), DoneForm(request.POST or None), act)


@page("GET", "POST", requires=Capability.ROADMAP_WORK)
def block(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Mark it blocked",
        button="Mark blocked",
        note="It shows as blocked, with your reason, to everyone who sees the roadmap.",
        said="Marked blocked.",
        serve=milestones.block,
        possible=lambda milestone: milestone.may_become(State.BLOCKED),
    )
    hint = "What stands in the way, and who could move it."
    return _ask(request, _get_mine(request, pk), ReasonForm(request.POST or None, hint=hint), act)


@page("GET", "POST", requires=Capability.ROADMAP_WORK)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Open it again",
        button="Open again",
        note="It goes back to in progress. Its earlier proof stays in the history.",
        said="Open again, and in progress.",
        serve=milestones.reopen,
        possible=lambda milestone: not milestone.is_open,
    )
    return _ask(request, _get_mine(request, pk), ReasonForm(request.POST or None), act)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def set_aside(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Set it aside",
        button="Not applicable",
        note="It no longer counts in any figure, and nobody is reminded of it.",
        said="Set aside as not applicable.",
        serve=milestones.set_aside,
        possible=lambda milestone: milestone.is_open,
    )
    hint = "Why it does not apply here this year."
    return _ask(request, _get(request, pk), ReasonForm(request.POST or None, hint=hint), act)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def redate(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Move the due date",
        button="Move the date",
        note="The old date and your reason are kept for grant reports. Reminders move along.",
        said="The date has moved, and its reminders with it.",
        serve=milestones.redate,
        possible=lambda milestone: milestone.is_open,
    )
    milestone = _get(request, pk)
    hint = "Funders ask for adjustments and why. One sentence is enough."
    form = RedateForm(
        request.POST or None,
        hint=hint,
        year=milestone.school_year,
        initial={"due_on": milestone.due_on},
    )
    return _ask(request, milestone, form, act)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def assign(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Give it an owner",
        button="Save the owner",
        note="Reminders go to whoever holds the position on the day.",
        said="The owner is saved.",
        serve=milestones.assign,
        possible=lambda milestone: milestone.is_open,
    )
    milestone = _get(request, pk)
    initial = {"owner": milestone.owner_id}
    form = AssignForm(request.POST or None, reach=request.reach, initial=initial)
    return _ask(request, milestone, form, act)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def create(request: DistrictRequest) -> HttpResponse:
    """A milestone of the district's own."""
    year = chosen_year(request)
    if year is None:
        raise Http404
    form = AddForm(request.POST or None, reach=request.reach, year=year)
    if request.method == "POST" and form.is_valid():
        milestone = milestones.add(year, by=request.reach, **form.cleaned_data)
        messages.success(request, "Added to the roadmap.")
        return _back(request, milestone.pk)
    context = {"form": form, "year": year}
    return render(request, "roadmap/create.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Act:
    """A step that asks something first: the words around its form, and the service it calls."""

    title: str
    button: str
    note: str
    said: str
    serve: Callable[..., bool]
    possible: Callable[[Milestone], bool]


def _ask(
    request: DistrictRequest, milestone: Milestone, form: forms.Form, act: Act
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            changed = act.serve(milestone, **form.cleaned_data, by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _say(request, changed, act.said)
            return _back(request, milestone.pk)
    elif not act.possible(milestone):
        _say(request, False, act.said)  # noqa: FBT003 -- nothing was changed
        return _back(request, milestone.pk)
    context = {"milestone": milestone, "form": form, "act": act}
    return render(request, "roadmap/act.html", context, status=422 if form.errors else 200)


def _get(request: DistrictRequest, pk: int) -> Milestone:
    found = Milestone.objects.reachable(request.reach).with_owner(request.district.today())
    return get_object_or_404(found, pk=pk)


def _get_mine(request: DistrictRequest, pk: int) -> Milestone:
    """A milestone this person may act on: seen by more people than may change it."""
    milestone = _get(request, pk)
    if not _may_work(request, milestone):
        raise PermissionDenied
    return milestone


def _may_work(request: DistrictRequest, milestone: Milestone) -> bool:
    works = request.access.reach(Capability.ROADMAP_WORK)
    manages = request.access.reach(Capability.ROADMAP_MANAGE)
    return bool(works) and milestones.may_work_on(milestone, works, manages)


def _heard_on(request: DistrictRequest, milestone: Milestone) -> list[Any]:
    """The days still to come on which the owner is written to."""
    if not (milestone.is_open and milestone.holder):
        return []
    planned = reminder_days(milestone.due_on, closures_of(request.district))
    return [day for day in planned.values() if day >= request.district.today()]


def _say(request: DistrictRequest, changed: bool, said: str) -> None:  # noqa: FBT001 -- a service's answer
    if changed:
        messages.success(request, said)
    else:
        messages.info(request, "Nothing was changed: it had moved on already. This is how it is.")


def _back(request: DistrictRequest, pk: int) -> HttpResponse:
    return redirect("roadmap:detail", district=request.district.slug, pk=pk)

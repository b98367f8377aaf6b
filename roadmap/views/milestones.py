"""A milestone's own page, and the pages that make and change one: fetch, ask, act, answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render

from roadmap.forms.editing import EditForm, PlanForm
from roadmap.forms.milestones import AddForm, DoneForm, ProgressForm, RiskForm
from roadmap.history import history
from roadmap.indicators import aims_of
from roadmap.meeting_library import series_of
from roadmap.models import (
    AtRiskProposal,
    Contribution,
    Meeting,
    MeetingSeries,
    Milestone,
    Precedence,
    ProgressNote,
)
from roadmap.services import milestones, planning, reminders
from roadmap.views.asking import MOVED_ON, back, changeable, may_note, may_work, seen
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.calendar import closures_of
from roles.services.mailed import mailed
from roles.services.refusal import Refused
from roles.years import chosen_year


@page("GET", requires=Capability.ROADMAP_VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """One milestone: what, why, who, by when, what proves it, and what happened to it."""
    milestone, today = seen(request, pk), request.district.today()
    kind, label = milestone.standing(today)
    archived = milestone.school_year.archived_at is not None
    manages = request.access.reach(Capability.ROADMAP_MANAGE).covers(milestone.school_id)
    context = {
        "milestone": milestone,
        "kind": kind,
        "label": label,
        "archived": archived,
        "may_work": not archived and may_work(request, milestone),
        "may_note": not archived and may_note(request, milestone),
        "manages": not archived and manages,
        "form": DoneForm(today=today),
        "progress_form": ProgressForm(),
        "risk_form": RiskForm(),
        "history": history(milestone),
        "mailed": mailed(request.district, request.user, reminders.planned(milestone)),
        "plan": planning.plan_of(milestone),
        "again": _again(request, milestone),
        "aims": aims_of(request.access, milestone.pk),
    }
    return render(request, "roadmap/detail.html", context | _beside(request, milestone))


def _again(request: DistrictRequest, milestone: Milestone) -> dict[str, Any] | None:
    """Which series holds the later dates of a milestone that comes back, and when it meets next."""
    key = series_of(milestone) if milestone.recurs else ""
    if not key:
        return None
    held = MeetingSeries.objects.reachable(request.reach).filter(key=key, ended_at=None)
    series = held.filter(school_year=milestone.school_year_id).first()
    coming = Meeting.objects.reachable(request.reach).filter(series=series)
    return {
        "series": series,
        "next": coming.upcoming(request.district.today()).first() if series else None,
    }


def _beside(request: DistrictRequest, milestone: Milestone) -> dict[str, Any]:
    reach, today = request.reach, request.district.today()
    pairs = Precedence.objects.reachable(reach)
    asked = AtRiskProposal.objects.reachable(reach).filter(milestone=milestone)
    helpers = Contribution.objects.reachable(reach).filter(milestone=milestone)
    first = list(pairs.filter(milestone=milestone).select_related("before"))
    notes = ProgressNote.objects.reachable(reach).filter(milestone=milestone)
    return {
        "proposal": asked.standing().first(),
        "notes": notes.select_related("by")[:3],
        "helpers": helpers.with_holders(today),
        "first": [(pair, *pair.before.standing(today)) for pair in first],
        "unfinished": [pair.before for pair in first if pair.before.is_open],
        "then": [
            (pair, *pair.milestone.standing(today))
            for pair in pairs.filter(before=milestone).select_related("milestone")
        ],
    }


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def create(request: DistrictRequest) -> HttpResponse:
    """A milestone of the district's own."""
    year = chosen_year(request)
    if year is None or year.archived_at:
        raise Http404
    form = AddForm(request.POST or None, reach=request.reach, year=year)
    if request.method == "POST" and form.is_valid():
        milestone = milestones.add(year, by=request.reach, **form.cleaned_data)
        messages.success(request, "Added to the roadmap.")
        return back(request, milestone.pk)
    context = {"form": form, "year": year}
    return render(request, "roadmap/create.html", context, status=422 if form.errors else 200)


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    """Its words, and where its date comes from."""
    milestone = changeable(request, pk)
    form = EditForm(request.POST or None, reach=request.reach, milestone=milestone)
    if request.method == "POST" and form.is_valid():
        try:
            changed = planning.edit(milestone, **form.asked, by=request.reach)
        except planning.Unsaid as why:
            form.add_error("reason", str(why))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved." if changed else "Nothing was different.")
            return back(request, pk)
    elif not milestone.is_open:
        messages.info(request, MOVED_ON)
        return back(request, pk)
    context = {"milestone": milestone, "form": form} | _resolved(request, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "roadmap/edit.html", context, status=status)


@page("GET", requires=Capability.ROADMAP_MANAGE)
def resolved(request: DistrictRequest, pk: int) -> HttpResponse:
    """The date that a plan comes to, while it is being typed."""
    milestone = changeable(request, pk)
    form = PlanForm(request.GET, reach=request.reach, milestone=milestone)
    return render(request, "roadmap/_resolved.html", _resolved(request, form))


def _resolved(request: DistrictRequest, form: PlanForm) -> dict[str, Any]:
    """What the plan in the form comes to; of the stored one before anything was typed."""
    if not form.is_bound:
        milestone = getattr(form, "milestone", None)
        plan = planning.plan_of(milestone) if milestone else None
    else:
        form.is_valid()
        plan = form.plan
    if plan is None:
        return {"resolved": None}
    starts_on, due_on = plan.dates(closures_of(request.district))
    return {"resolved": plan, "starts_on": starts_on, "due_on": due_on}

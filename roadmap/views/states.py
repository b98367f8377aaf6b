"""The steps of a milestone: its state, its date and its owner."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse

from roadmap.forms.milestones import AssignForm, DoneForm, ReasonForm, RedateForm
from roadmap.models import State
from roadmap.services import beside, milestones, planning
from roadmap.views.asking import Act, ask, back, changeable, mine, say
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.uploads import refused_files

WORK, MANAGE = Capability.ROADMAP_WORK, Capability.ROADMAP_MANAGE


@page("POST", requires=WORK)
def start(request: DistrictRequest, pk: int) -> HttpResponse:
    milestone = mine(request, pk)
    changed = milestones.start(milestone, by=request.reach)
    say(request, changed, "In progress.")
    if changed and (warning := beside.warning(milestone)):
        messages.warning(request, warning)
    return back(request, pk)


@page("GET", "POST", requires=WORK)
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
    milestone, files = mine(request, pk), request.FILES  # taken in before what was refused is known
    form = DoneForm(
        request.POST or None,
        files or None,
        today=request.district.today(),
        refused=refused_files(request),
    )
    return ask(request, milestone, form, act, warning=beside.warning(milestone))


@page("GET", "POST", requires=WORK)
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
    return ask(request, mine(request, pk), ReasonForm(request.POST or None, hint=hint), act)


@page("GET", "POST", requires=WORK)
def at_risk(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="It may be late",
        button="Mark at risk",
        note="It shows as at risk, with your reason, and comes up in the next planning meeting.",
        said="Marked at risk.",
        serve=milestones.say_at_risk,
        possible=lambda milestone: milestone.may_become(State.AT_RISK),
    )
    hint = "What could hold it up, and what would help."
    return ask(request, mine(request, pk), ReasonForm(request.POST or None, hint=hint), act)


@page("GET", "POST", requires=WORK)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Open it again",
        button="Open again",
        note="It goes back to in progress. Its earlier proof stays in the history.",
        said="Open again, and in progress.",
        serve=milestones.reopen,
        possible=lambda milestone: not milestone.is_open,
    )
    return ask(request, mine(request, pk), ReasonForm(request.POST or None), act)


@page("GET", "POST", requires=MANAGE)
def set_aside(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Set it aside",
        button="Not applicable",
        note="It no longer counts in any figure, and nobody is reminded of it.",
        said="Set aside as not applicable.",
        serve=milestones.set_aside,
    )
    hint = "Why it does not apply here this year."
    return ask(request, changeable(request, pk), ReasonForm(request.POST or None, hint=hint), act)


@page("GET", "POST", requires=MANAGE)
def redate(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Move the due date",
        button="Move the date",
        note="The old date and your reason are kept for grant reports. Reminders move along.",
        said="The date has moved, and its reminders with it.",
        serve=milestones.redate,
    )
    milestone = changeable(request, pk)
    hint = "Funders ask for adjustments and why. One sentence is enough."
    form = RedateForm(
        request.POST or None,
        hint=hint,
        year=milestone.school_year,
        initial={"due_on": request.GET.get("due_on") or milestone.due_on},
    )
    return ask(request, milestone, form, act)


@page("GET", "POST", requires=MANAGE)
def back_to_plan(request: DistrictRequest, pk: int) -> HttpResponse:
    milestone = changeable(request, pk)
    plan, due = planning.plan_of(milestone), planning.planned_due(milestone)
    said = f"{plan.words}: {due:%B} {due.day}." if plan and due else ""
    act = Act(
        title="Back to the plan's date",
        button="Go back to the plan",
        note=f"{said} From then on it moves again when the school calendar does.",
        said="Back on the plan's date.",
        serve=planning.back_to_plan,
        possible=lambda m: m.is_open and m.hand_dated and m.anchor_id is not None,
    )
    hint = "Kept for grant reports, like any move of a date."
    return ask(request, milestone, ReasonForm(request.POST or None, hint=hint), act)


@page("GET", "POST", requires=MANAGE)
def assign(request: DistrictRequest, pk: int) -> HttpResponse:
    act = Act(
        title="Give it an owner",
        button="Save the owner",
        note="Reminders go to whoever holds the position on the day.",
        said="The owner is saved.",
        serve=milestones.assign,
    )
    milestone = changeable(request, pk)
    initial = {"owner": milestone.owner_id}
    form = AssignForm(request.POST or None, reach=request.reach, initial=initial)
    return ask(request, milestone, form, act)

"""Gaps: all of them, one with its next step, and the story of a rating."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roadmap.models import Milestone
from roadmap.services.adoption import Offered, offers
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.collecting import collect
from selfassessment.facts import Facts
from selfassessment.forms.gaps import DropForm, ExplainForm, NewMilestoneForm, PlanForm, TakeForm
from selfassessment.gaps import Work, open_work, rows, standing
from selfassessment.loop import GapState
from selfassessment.models import Round
from selfassessment.rating_again import again
from selfassessment.services import gaps
from selfassessment.stories import story_of
from selfassessment.views.readiness import may_rate

PAGE = 25
VIEW, RATE = Capability.ASSESSMENT_VIEW, Capability.ASSESSMENT_RATE


@page("GET", requires=VIEW)
def gap_list(request: DistrictRequest) -> HttpResponse:
    """Open gaps with their next step; below them what is settled, newest first."""
    found = open_work(request.reach)
    settled = rows(request.reach).exclude(pk__in=[work.gap.pk for work in found])
    pages = Paginator(settled.order_by("-opened_at", "-pk"), PAGE)
    shown = pages.get_page(request.GET.get("page"))
    state = request.GET.get("state", "")
    return render(
        request,
        "selfassessment/gaps.html",
        {
            "open_gaps": [work for work in found if state in ("", work.state)],
            "all_open": len(found),
            "states": _states(found),
            "state": state,
            "page": shown,
            "settled": standing(request.reach, shown.object_list),
            "rounds": Round.objects.reachable(request.reach).exists(),
            "may_rate": may_rate(request),
        },
    )


def _states(found: list[Work]) -> list[tuple[str, str, int]]:
    """The states that open gaps are in, with their words and how many."""
    words = {
        GapState.EXPLAIN: "To explain",
        GapState.PLAN: "To plan",
        GapState.WORK: "In work",
        GapState.READY: "Ready to re-rate",
        GapState.RATED: "Waiting for signatures",
    }
    counted = [(key, says, sum(w.state == key for w in found)) for key, says in words.items()]
    return [(key.value, says, number) for key, says, number in counted if number]


@page("GET", requires=VIEW)
def gap_detail(request: DistrictRequest, pk: int) -> HttpResponse:
    return _gap_page(request, pk)


@page("GET", requires=VIEW)
def gap_story(request: DistrictRequest, pk: int) -> HttpResponse:
    """From the old rating to the new one; `?from=new` the other way round. Prints on one page."""
    work, facts = _work(request, pk)
    story = story_of(request.reach, work, facts)
    from_new = request.GET.get("from") == "new"
    return render(
        request,
        "selfassessment/story.html",
        {
            "work": work,
            "story": story,
            "chapters": story.backwards if from_new else story.chapters,
            "from_new": from_new,
        },
    )


@page("POST", requires=RATE)
def gap_explain(request: DistrictRequest, pk: int) -> HttpResponse:
    def serve(work: Work, said: Mapping[str, Any]) -> str:
        gaps.explain(work.gap, **said, by=request.reach)
        return "Saved."

    return _act(request, pk, "explain_form", serve)


@page("POST", requires=RATE)
def gap_take(request: DistrictRequest, pk: int) -> HttpResponse:
    def serve(work: Work, said: Mapping[str, Any]) -> str:
        new = gaps.take_from_library(work.gap, said["keys"], by=request.reach)
        return f"{new} milestone{'' if new == 1 else 's'} taken into the roadmap for this gap."

    return _act(request, pk, "take_form", serve)


@page("POST", requires=RATE)
def gap_plan(request: DistrictRequest, pk: int) -> HttpResponse:
    def serve(work: Work, said: Mapping[str, Any]) -> str:
        gaps.plan(work.gap, said["milestone"], by=request.reach)
        return f"{said['milestone'].title} now works on this gap."

    return _act(request, pk, "plan_form", serve)


@page("POST", requires=RATE)
def gap_new_milestone(request: DistrictRequest, pk: int) -> HttpResponse:
    def serve(work: Work, said: Mapping[str, Any]) -> str:
        made = gaps.new_milestone(work.gap, said, by=request.reach)
        return f"{made.title} is in the roadmap, due {made.due_on:%b} {made.due_on.day}."

    return _act(request, pk, "new_form", serve)


@page("POST", requires=RATE)
def gap_unplan(request: DistrictRequest, pk: int, milestone_pk: int) -> HttpResponse:
    gap = get_object_or_404(rows(request.reach), pk=pk)
    milestone = get_object_or_404(Milestone.objects.reachable(request.reach), pk=milestone_pk)
    try:
        gaps.unplan(gap, milestone, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{milestone.title} stays in the roadmap, apart from this gap.")
    return redirect("selfassessment:gap", request.district.slug, pk)


@page("GET", "POST", requires=RATE)
def gap_drop(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say what dropping does, and drop it."""
    work, _ = _work(request, pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            gaps.drop(work.gap, form.cleaned_data["why"], by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"The gap in {work.gap.code} is dropped.")
            return redirect("selfassessment:gap", request.district.slug, pk)
    elif not work.gap.is_open:
        return redirect("selfassessment:gap", request.district.slug, pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"work": work, "form": form}
    return render(request, "selfassessment/gap_drop.html", context, status=status)


Served = Callable[[Work, Mapping[str, Any]], str]


def _act(request: DistrictRequest, pk: int, name: str, serve: Served) -> HttpResponse:
    """Do what one of the page's forms asks for, or show the page again with what was typed."""
    work, _ = _work(request, pk)
    found = _forms(request, work, request.POST, name)
    form = found.get(name)
    if form is None:
        messages.error(request, gaps.SETTLED if not work.gap.is_open else "No school year is open.")
        return redirect("selfassessment:gap", request.district.slug, pk)
    if form.is_valid():
        try:
            messages.success(request, serve(work, form.cleaned_data))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("selfassessment:gap", request.district.slug, pk)
    return _shown(request, work, found, HTTPStatus.UNPROCESSABLE_ENTITY, asked=name)


def _gap_page(request: DistrictRequest, pk: int) -> HttpResponse:
    work, _ = _work(request, pk)
    return _shown(request, work, _forms(request, work), HTTPStatus.OK)


def _shown(
    request: DistrictRequest,
    work: Work,
    found: Mapping[str, Any],
    status: HTTPStatus,
    asked: str = "",
) -> HttpResponse:
    unfinished = Round.objects.reachable(request.reach).unfinished().first()
    context = {
        "work": work,
        "gap": work.gap,
        "indicator": work.indicator,
        "again": again(request.district, work, unfinished),
        "may_rate": may_rate(request),
        "asked": asked,
        "failed": found.get(asked),
        **found,
    }
    return render(request, "selfassessment/gap.html", context, status=status)


def _work(request: DistrictRequest, pk: int) -> tuple[Work, Facts | None]:
    gap = rows(request.reach).filter(pk=pk).first()
    if gap is None:
        raise Http404
    facts = collect(request.reach, request.district.today()) if gap.is_open else None
    return standing(request.reach, [gap], facts)[0], facts


def _forms(
    request: DistrictRequest, work: Work, data: Any = None, bound: str = ""
) -> dict[str, Any]:
    """The forms of an open gap for who may use them; `bound` names the one that was sent."""
    if not (may_rate(request) and work.gap.is_open):
        return {}
    reach, gap = request.reach, work.gap

    def form(name: str, kind: type[forms.Form], **kwargs: Any) -> forms.Form:
        return kind(data if name == bound else None, **kwargs)

    found: dict[str, Any] = {
        "explain_form": form(
            "explain_form", ExplainForm, reach=reach, gap=gap, indicator=work.indicator
        )
    }
    year = _year(request)
    if year is None:
        return found
    library = _library(request, work, year)
    found["offers"] = library
    found["take_form"] = form("take_form", TakeForm, offers=library)
    found["plan_form"] = form("plan_form", PlanForm, reach=reach, gap=gap, year=year)
    found["new_form"] = form("new_form", NewMilestoneForm, reach=reach, year=year)
    return found


def _year(request: DistrictRequest) -> SchoolYear | None:
    """The school year of today, if milestones may still be put into it."""
    years = SchoolYear.objects.reachable(request.reach).filter(archived_at=None)
    return years.on(request.district.today()).first()


def _library(request: DistrictRequest, work: Work, year: SchoolYear) -> list[Offered]:
    """What the library has for the indicator and the roadmap has not."""
    lines = gaps.library_for(work.gap.code, request.reach)
    return [offer for offer in offers(year, lines) if not offer.there] if lines else []

"""The pages of the self-assessment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment import services
from selfassessment.checks import Check, Result
from selfassessment.evidence import evidence
from selfassessment.forms import NoteForm, RatingForm, RoundForm
from selfassessment.library import EDITION, Indicator, library
from selfassessment.models import IndicatorRating, Round
from selfassessment.reports import Line, Summary, summary

SHAPES = {
    Result.PASSED: ("ok", "check", "Passed"),
    Result.FAILED: ("no", "triangle", "Not yet"),
    Result.UNKNOWN: ("unknown", "dashed", "Not in the records"),
}


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    return render(
        request,
        "selfassessment/index.html",
        {"summary": summary(request.reach), "may_rate": _may_rate(request)},
    )


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def indicator(request: DistrictRequest, code: str) -> HttpResponse:
    return _indicator_page(request, code)


@page("POST", requires=Capability.ASSESSMENT_RATE)
def rate(request: DistrictRequest, code: str, pk: int) -> HttpResponse:
    """Rate in a named round: a page left open over a change of rounds must not rate the next."""
    round_ = get_object_or_404(Round.objects.reachable(request.reach), pk=pk)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _indicator_page(request, code, form)
    given = form.cleaned_data
    try:
        services.rate(round_, code, given["value"], given["rationale"], by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Saved: {code} is rated {given['value']}.")
    return redirect("selfassessment:indicator", request.district.slug, code)


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def note_add(request: DistrictRequest, code: str) -> HttpResponse:
    about = _known(code)
    form = NoteForm(request.POST or None, indicator=about, today=request.district.today())
    if request.method == "POST" and form.is_valid():
        note = services.add_note(code, form.cleaned_data, by=request.reach)
        messages.success(request, f"Added: {note.label}.")
        return redirect("selfassessment:indicator", request.district.slug, code)
    return render(
        request,
        "selfassessment/note.html",
        {"form": form, "indicator": about},
        status=422 if form.errors else 200,
    )


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def round_open(request: DistrictRequest) -> HttpResponse:
    form = RoundForm(request.POST or None, initial={"opens_on": request.district.today()})
    if request.method == "POST" and form.is_valid():
        try:
            opened = services.open_round(**form.cleaned_data, by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{opened.label} is open.")
            return redirect("selfassessment:index", request.district.slug)
    return render(
        request, "selfassessment/open.html", {"form": form}, status=422 if form.errors else 200
    )


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def round_detail(request: DistrictRequest, pk: int) -> HttpResponse:
    rounds = Round.objects.reachable(request.reach).with_ratings()
    round_ = get_object_or_404(rounds, pk=pk)
    given = {rating.code: rating for rating in round_.ratings.all()}
    rows = [
        (each, given.get(each.code, IndicatorRating(code=each.code)))
        for each in library(round_.edition).core
    ]
    return render(
        request,
        "selfassessment/round.html",
        {"round": round_, "rows": rows, "may_rate": _may_rate(request)},
    )


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def round_close(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say what closing does, and close."""
    round_ = get_object_or_404(Round.objects.reachable(request.reach), pk=pk)
    if request.method == "POST":
        try:
            services.close_round(round_, by=request.reach)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{round_.label} is closed.")
        return redirect("selfassessment:round", request.district.slug, pk)
    if not round_.is_open:
        return redirect("selfassessment:round", request.district.slug, pk)
    stands = summary(request.reach)
    return render(request, "selfassessment/close.html", {"round": round_, "summary": stands})


def _may_rate(request: DistrictRequest) -> bool:
    return bool(request.access.reach(Capability.ASSESSMENT_RATE))


def _known(code: str) -> Indicator:
    found = library(EDITION).find(code)
    if found is None:
        raise Http404
    return found


def _indicator_page(
    request: DistrictRequest, code: str, form: RatingForm | None = None
) -> HttpResponse:
    stands = summary(request.reach)
    line = stands.line(code)
    if line is None:
        raise Http404
    rates = _may_rate(request) and bool(stands.round and stands.round.is_open)
    if form is None and rates and not line.indicator.optional:
        form = RatingForm(instance=line.rating)
    context = {"form": form, "may_rate": _may_rate(request), **_told(stands, line)}
    invalid = form is not None and form.is_bound
    return render(request, "selfassessment/indicator.html", context, status=422 if invalid else 200)


def _told(stands: Summary, line: Line) -> dict[str, Any]:
    """What the page of one indicator shows around its form."""
    facts = stands.facts
    items = evidence(line.indicator, facts)
    given = [
        (round_, rating)
        for round_ in stands.rounds
        for rating in round_.ratings.all()
        if rating.code == line.code
    ]
    return {
        "summary": stands,
        "line": line,
        "indicator": line.indicator,
        "items": [(item, *item.state(facts.today)) for item in items],
        "by_hand": sum(item.by_hand for item in items),
        "rungs": _rungs(line),
        "history": given,
        "next_line": next((each for each in stands.unrated if each.code != line.code), None),
    }


def _rungs(line: Line) -> list[tuple[Any, list[tuple[Check, str, str, str]]]]:
    """For each point of the scale from 1 up, its checks with the way they are drawn."""
    checks = line.hint.checks if line.hint else ()
    return [
        (point, [(each, *SHAPES[each.result]) for each in checks if each.rung == point.value])
        for point in line.indicator.points[1:]
        if checks
    ]

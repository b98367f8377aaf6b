"""Where the district stands: the overview, and one indicator with its hint and evidence."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from selfassessment.checks import Check, Result
from selfassessment.evidence import evidence
from selfassessment.forms.agreeing import RatingForm
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
        {"summary": summary(request.reach), "may_rate": may_rate(request)},
    )


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def indicator(request: DistrictRequest, code: str) -> HttpResponse:
    return indicator_page(request, code)


def may_rate(request: DistrictRequest) -> bool:
    return bool(request.access.reach(Capability.ASSESSMENT_RATE))


def indicator_page(
    request: DistrictRequest, code: str, form: RatingForm | None = None
) -> HttpResponse:
    stands = summary(request.reach)
    line = stands.line(code)
    if line is None:
        raise Http404
    rates = may_rate(request) and bool(stands.round and stands.round.is_open)
    if form is None and rates and not line.indicator.optional:
        form = RatingForm(instance=line.rating)
    context = {"form": form, "may_rate": may_rate(request), **_told(stands, line)}
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

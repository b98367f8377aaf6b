"""Where the district stands: the overview, and one indicator with its hint and evidence."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.years import school_years
from selfassessment.forms.agreeing import RatingForm
from selfassessment.models import Mode
from selfassessment.reports import indicators, readiness
from selfassessment.reports.next_step import Next


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in readiness.SHOWS else ""
    board = readiness.board(
        request.reach, may_rate=may_rate(request), years=school_years(request), show=show
    )
    return render(
        request,
        "selfassessment/index.html",
        {
            "board": board,
            "show": show,
            "summary": board.summary,
            "next": board.next,
            "next_address": _address(request, board.next),
            "may_rate": may_rate(request),
        },
    )


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def indicator(request: DistrictRequest, code: str) -> HttpResponse:
    return indicator_page(request, code)


def may_rate(request: DistrictRequest) -> bool:
    return bool(request.access.reach(Capability.ASSESSMENT_RATE))


def indicator_page(
    request: DistrictRequest, code: str, form: RatingForm | None = None
) -> HttpResponse:
    """One indicator with all that stands behind it. `form` is one that was not valid."""
    told = indicators.told(request.reach, code)
    if told is None:
        raise Http404
    if form is None and told.is_being_rated and may_rate(request):
        form = _form(told)
    context = {"form": form, "may_rate": may_rate(request), **_context(request, told)}
    invalid = form is not None and form.is_bound
    return render(request, "selfassessment/indicator.html", context, status=422 if invalid else 200)


def _form(told: indicators.Told) -> RatingForm | None:
    """Rating on this page is for one room or one person; a team votes on its own devices."""
    round_ = told.summary.round
    by_devices = round_ is not None and round_.mode == Mode.DEVICES
    return None if by_devices else RatingForm(instance=told.line.rating)


def _context(request: DistrictRequest, told: indicators.Told) -> dict[str, Any]:
    return {
        "told": told,
        "summary": told.summary,
        "line": told.line,
        "indicator": told.line.indicator,
        "room_address": _room(request, told),
    }


def _room(request: DistrictRequest, told: indicators.Told) -> str:
    """Where the team talks of it, for who takes part; "" for all others."""
    round_: Any = told.summary.round
    if not told.is_being_rated or round_.mode != Mode.DEVICES:
        return ""
    if not (round_.on_team or round_.facilitator_id == request.user.pk):
        return ""
    return reverse("selfassessment:room", args=[request.district.slug, round_.pk])


def _address(request: DistrictRequest, step: Next | None) -> str:
    return reverse(step.view_name, args=[request.district.slug, *step.args]) if step else ""

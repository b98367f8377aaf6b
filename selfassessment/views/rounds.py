"""Rounds: opening, closing, and the page of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.forms.rounds import RoundForm
from selfassessment.library import library
from selfassessment.models import IndicatorRating, Round
from selfassessment.reports import summary
from selfassessment.services import rounds
from selfassessment.views.readiness import may_rate


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def round_open(request: DistrictRequest) -> HttpResponse:
    form = RoundForm(request.POST or None, initial={"opens_on": request.district.today()})
    if request.method == "POST" and form.is_valid():
        try:
            opened = rounds.open_round(**form.cleaned_data, by=request.reach)
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
    found = Round.objects.reachable(request.reach).with_ratings()
    round_ = get_object_or_404(found, pk=pk)
    given = {rating.code: rating for rating in round_.ratings.all()}
    rows = [
        (each, given.get(each.code, IndicatorRating(code=each.code)))
        for each in library(round_.edition).core
    ]
    return render(
        request,
        "selfassessment/round.html",
        {"round": round_, "rows": rows, "may_rate": may_rate(request)},
    )


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def round_close(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say what closing does, and close."""
    round_ = get_object_or_404(Round.objects.reachable(request.reach), pk=pk)
    if request.method == "POST":
        try:
            rounds.finish(round_, by=request.reach)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{round_.label} waits for its signatures.")
        return redirect("selfassessment:round", request.district.slug, pk)
    if not round_.is_open:
        return redirect("selfassessment:round", request.district.slug, pk)
    stands = summary(request.reach)
    return render(request, "selfassessment/close.html", {"round": round_, "summary": stands})

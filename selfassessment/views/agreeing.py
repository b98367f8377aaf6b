"""Agreeing on the team rating of an indicator."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.forms.agreeing import RatingForm
from selfassessment.models import Round
from selfassessment.room import Room, Spot, room_of
from selfassessment.services import agreeing, voting
from selfassessment.views.readiness import indicator_page
from selfassessment.views.voting import agree_form, of_the_team, room_page


@page("POST", requires=Capability.ASSESSMENT_RATE)
def rate(request: DistrictRequest, code: str, pk: int) -> HttpResponse:
    """Rate in a named round: a page left open over a change of rounds must not rate the next."""
    round_ = get_object_or_404(Round.objects.reachable(request.reach), pk=pk)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return indicator_page(request, code, form)
    given = form.cleaned_data
    try:
        agreeing.rate(round_, code, given["value"], given["rationale"], by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Saved: {code} is rated {given['value']}.")
    return redirect("selfassessment:indicator", request.district.slug, code)


@page("POST", requires=Capability.ASSESSMENT_WORK)
@of_the_team
def agree(request: DistrictRequest, round_: Round, code: str) -> HttpResponse:
    """Note what the team agrees on; with `then=open` the next indicator is voted on at once."""
    found = room_of(round_, request.reach)
    spot = found.spot(code)
    if spot is None:
        raise Http404
    form = agree_form(found, spot, request.POST)
    if not form.is_valid():
        return room_page(request, round_, at=code, agreement=form)
    given = form.cleaned_data
    try:
        agreeing.agree(
            *(round_, code, given["value"], given["rationale"]),
            dissent=given["dissent"],
            counts=form.counts,
            causes=form.because,
            by=request.reach,
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return room_page(request, round_, at=code, agreement=form)
    point = spot.indicator.points[given["value"]]
    messages.success(request, f"Agreed: {code} is rated {point.value}, {point.label}.")
    if request.POST.get("then") == "open":
        _open_next(request, found, spot)
    return redirect("selfassessment:room", request.district.slug, round_.pk)


def _open_next(request: DistrictRequest, found: Room, spot: Spot) -> None:
    after = found.after(spot)
    if after is None:
        return
    try:
        voting.open_voting(found.round, after.code, turn=after.rating.turn, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))

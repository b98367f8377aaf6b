"""Agreeing on the team rating of an indicator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.forms.agreeing import RatingForm
from selfassessment.models import Round
from selfassessment.services import agreeing
from selfassessment.views.readiness import indicator_page


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

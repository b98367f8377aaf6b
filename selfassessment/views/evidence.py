"""Evidence by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from selfassessment.forms.evidence import EvidenceForm
from selfassessment.library import EDITION, Indicator, library
from selfassessment.services import evidence


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def evidence_add(request: DistrictRequest, code: str) -> HttpResponse:
    about = _known(code)
    form = EvidenceForm(request.POST or None, indicator=about, today=request.district.today())
    if request.method == "POST" and form.is_valid():
        says = dict(form.cleaned_data)
        evidence.add({code: says.pop("kind")}, says, by=request.reach)
        messages.success(request, f"Added: {says['label']}.")
        return redirect("selfassessment:indicator", request.district.slug, code)
    return render(
        request,
        "selfassessment/evidence_add.html",
        {"form": form, "indicator": about},
        status=422 if form.errors else 200,
    )


def _known(code: str) -> Indicator:
    found = library(EDITION).find(code)
    if found is None:
        raise Http404
    return found

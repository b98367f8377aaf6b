"""Signing a round: one page with what is signed, fit for a phone."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.forms.rounds import SignForm
from selfassessment.models import Signer
from selfassessment.reports.rounds import Signature, Standing, standing
from selfassessment.services import signing
from selfassessment.views.rounds import acting, seen_round


@dataclass(frozen=True)
class Line:
    """One capacity, with the form by which this reader signs in it, if they may."""

    signature: Signature
    form: SignForm | None

    @property
    def is_instead(self) -> bool:
        return not self.signature.desk.is_filled


@page("GET", "POST", requires=Capability.ASSESSMENT_WORK)
def round_sign(request: DistrictRequest, pk: int) -> HttpResponse:
    """What the signatures stand for, and a button for each that this reader may give."""
    round_ = seen_round(request, pk)
    if round_.is_open:
        messages.info(request, f"{round_.label} is open, so there is nothing to sign yet.")
        return redirect("selfassessment:round", request.district.slug, pk)
    stands = standing(round_, request.reach)
    lines = _lines(stands, request)
    asked = request.POST.get("capacity", "")
    status = 200
    if request.method == "POST" and asked in Signer.values:
        form = next((each.form for each in lines if each.form and _of(each) == asked), None)
        if form is None or form.is_valid():
            return _signed(request, pk, asked, form.cleaned_data["note"] if form else "")
        status = 422
    context = {"round": round_, "stands": stands, "lines": lines}
    return render(request, "selfassessment/sign.html", context, status=status)


def _signed(request: DistrictRequest, pk: int, capacity: str, note: str) -> HttpResponse:
    round_, seen = seen_round(request, pk), request.POST.get("seen", "")
    try:
        signing.sign(round_, capacity, seen=seen, note=note, by=acting(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"You signed as {Signer(capacity).label.lower()}.")
    round_.refresh_from_db()
    if round_.is_closed:
        messages.success(request, f"{round_.label} is closed.")
    more = round_.state == round_.State.SIGNING and any(
        each.form for each in _lines(standing(round_, request.reach), request)
    )
    name = "selfassessment:round-sign" if more else "selfassessment:round"
    return redirect(name, request.district.slug, pk)


def _lines(stands: Standing, request: DistrictRequest) -> list[Line]:
    rates = bool(request.access.reach(Capability.ASSESSMENT_RATE))
    return [Line(each, _form(each, request, rates=rates)) for each in stands.signatures]


def _form(each: Signature, request: DistrictRequest, *, rates: bool) -> SignForm | None:
    desk = each.desk
    if each.signed or not (desk.is_for(request.user) or (rates and not desk.is_filled)):
        return None
    data = request.POST if request.POST.get("capacity") == desk.signer else None
    return SignForm(data, instead=not desk.is_filled, auto_id=f"id_{desk.signer}_%s")


def _of(line: Line) -> str:
    return line.signature.desk.signer

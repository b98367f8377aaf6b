"""What people do to one piece of evidence by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.forms.evidence_acts import (
    BringBackForm,
    HandOverForm,
    RenewForm,
    WithdrawForm,
)
from selfassessment.forms.evidence_uses import UsesForm, people_of
from selfassessment.models import HandEvidence
from selfassessment.services import evidence as service
from selfassessment.views.evidence_shared import (
    MOVED_ON,
    RATE,
    WORK,
    back,
    gone,
    mine,
    now_of,
    said,
    seen,
    status_of,
)


@dataclass(frozen=True)
class Act:
    """A step that asks something first: the words around its form."""

    title: str
    button: str
    said: str
    note: str = ""


@page("GET", "POST", requires=WORK)
def evidence_renew(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say that it is still true, and until when."""
    found = mine(request, pk)
    if found.withdrawn_at:
        return gone(request, found)
    now, today = now_of(request, found), request.district.today()
    usual = service.usual_end(found, today)
    form = RenewForm(request.POST or None, now=now, today=today, usual=usual)
    act = Act(
        title="Still true",
        button="Count it until that day",
        said="Renewed.",
        note="Look at it once more before you say so: whoever rates relies on it.",
    )
    return _ask(request, found, form, act, _renew)


def _renew(found: HandEvidence, *, by: Any, **given: Any) -> bool:
    return service.renew(found, given["expires_on"], seen=given["seen"], by=by)


@page("GET", "POST", requires=WORK)
def evidence_withdraw(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take it back: it counts no more from this moment."""
    found = mine(request, pk)
    if found.withdrawn_at:
        return gone(request, found)
    act = Act(
        title="Take back",
        button="Take it back",
        said="Taken back. It counts as evidence no more.",
        note="It disappears from the evidence at once, and what the records say may go down."
        " Rounds that are closed keep it as it was.",
    )
    return _ask(request, found, WithdrawForm(request.POST or None), act, service.take_back)


@page("GET", "POST", requires=WORK)
def evidence_bring_back(request: DistrictRequest, pk: int) -> HttpResponse:
    """Let what was taken back count again."""
    found = mine(request, pk)
    if not found.withdrawn_at:
        messages.info(request, MOVED_ON)
        return back(request, found)
    act = Act(
        title="Bring back",
        button="Bring it back",
        said="Brought back. It counts as evidence again, until the day it says.",
        note=f"{found.withdrawn_by} took it back: {found.withdrawn_why}",
    )
    return _ask(request, found, BringBackForm(request.POST or None), act, service.bring_back)


@page("GET", "POST", requires=RATE)
def evidence_hand_over(request: DistrictRequest, pk: int) -> HttpResponse:
    """Let someone else answer for it."""
    found = seen(request, pk)
    if found.withdrawn_at:
        return gone(request, found)
    form = HandOverForm(request.POST or None, people=people_of(request.reach))
    act = Act(
        title="Hand over",
        button="Hand it over",
        said="Handed over.",
        note=f"{found.owner} answers for it now.",
    )
    return _ask(request, found, form, act, _hand_over)


def _hand_over(found: HandEvidence, *, by: Any, **given: Any) -> bool:
    return service.hand_over(found, given["owner"], by=by)


@page("GET", "POST", requires=RATE)
def evidence_indicators(request: DistrictRequest, pk: int) -> HttpResponse:
    """Which indicators it speaks for."""
    found = seen(request, pk)
    if found.withdrawn_at:
        return gone(request, found)
    before = {use.code: use.kind for use in found.uses.all()}
    known = service.offered(request.district)
    form = UsesForm(request.POST or None, offered=known, before=before)
    act = Act(
        title="Indicators",
        button="Save",
        said="Saved.",
        note="It counts for each of these from now on, until the same day.",
    )

    def serve(found: HandEvidence, *, by: Any, **_: Any) -> bool:
        return service.speak_for(found, form.uses, by=by)

    return _ask(request, found, form, act, serve)


def _ask(
    request: DistrictRequest,
    found: HandEvidence,
    form: forms.Form,
    act: Act,
    serve: Callable[..., bool],
) -> HttpResponse:
    """Show the form, or do what it asks for and go back to the piece."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = serve(found, **form.cleaned_data, by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return said(request, found, act.said, changed=changed)
    context = {"evidence": found, "now": now_of(request, found), "form": form, "act": act}
    return render(request, "selfassessment/evidence_act.html", context, status=status_of(form))

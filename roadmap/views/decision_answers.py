"""Answering: the three buttons, with a look before it binds, and the word of departments."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from roadmap.decision_story import happened
from roadmap.forms.decisions import AnswerForm, CommitmentForm
from roadmap.models import Commitment, DecisionOption, DecisionRequest
from roadmap.services import commitments, decisions
from roadmap.views.decision_reach import (
    ANSWER,
    back_to,
    decision_or_404,
    kept,
    named,
    say,
    seen_in,
    told,
)
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.departments import speaks_for
from roles.services.refusal import Refused

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
SAID = {
    AnswerForm.APPROVE: "Approved. {asker} is told, and so are the departments concerned.",
    AnswerForm.DECLINE: "Declined. {asker} is told why.",
    AnswerForm.BACK: "Asked back. {asker} is told, and it waits for the reply.",
}


@page("GET", "POST", requires=ANSWER)
def answer(request: DistrictRequest, pk: int) -> HttpResponse:
    """Approve, decline or ask back. What binds is shown once more before it does."""
    shown = decision_or_404(request, pk)
    if not decisions.decides(shown, request.user, request.district.today()):
        raise PermissionDenied
    if request.method == "GET" and not shown.is_open:
        messages.info(request, "This is answered already. This is how.")
        return back_to(request, pk)
    if request.method == "GET":
        return _page(request, shown, _form(request, shown))
    return _answered(request, shown)


def _answered(request: DistrictRequest, shown: DecisionRequest) -> HttpResponse:
    context = told(request, shown)
    form = _form(request, shown, sent=True)
    if "back" in request.POST:
        return _page(request, shown, _form(request, shown))
    if str(seen_in(request)) != context["story"].seen and shown.is_open:
        return _page(request, shown, _form(request, shown), refusal=_meanwhile(request, context))
    if shown.is_open and not form.is_valid():
        return _page(request, shown, form)
    if shown.is_open and form.cleaned_data["say"] != form.BACK and "sure" not in request.POST:
        context |= {"form": form, "told": named(context["story"])}
        return render(request, "roadmap/decision_sure.html", context)
    return _act(request, shown, form)


def _act(request: DistrictRequest, shown: DecisionRequest, form: AnswerForm) -> HttpResponse:
    words, chosen = request.POST.get("words", ""), request.POST.get("say", "")
    option = form.cleaned_data.get("option") if form.is_valid() else None
    try:
        changed = _carry_out(request, shown, chosen, option, words)
    except Refused as why:
        now = decision_or_404(request, shown.pk)
        if not now.is_open:
            return kept(request, shown.pk, str(why), [("Your words", words)])
        return _page(request, now, _form(request, now), refusal=str(why))
    say(request, SAID[chosen].format(asker=shown.asked_by), changed=changed)
    return back_to(request, shown.pk)


def _carry_out(
    request: DistrictRequest,
    shown: DecisionRequest,
    chosen: str,
    option: DecisionOption | None,
    words: str,
) -> bool:
    acts: dict[str, Any] = {"seen": seen_in(request), "by": request.reach}
    if chosen == AnswerForm.APPROVE and option is not None:
        return decisions.approve(shown, option, words=words, **acts)
    if chosen == AnswerForm.DECLINE:
        return decisions.decline(shown, words, **acts)
    if chosen == AnswerForm.BACK:
        return decisions.ask_back(shown, words, **acts)
    raise Refused("Choose one of the options, and one of the three buttons.")


def _meanwhile(request: DistrictRequest, context: dict[str, Any]) -> str:
    seen = seen_in(request)
    since = [turn for turn in context["story"].turns if turn.pk > seen]
    words = happened(since, request.district.zone)
    return f"Meanwhile: {words} This is how it reads now." if words else "Please look once more."


def _form(request: DistrictRequest, shown: DecisionRequest, *, sent: bool = False) -> AnswerForm:
    """Bound to what was sent; or, unbound, begun with it, so that nothing typed is lost."""
    options = DecisionOption.objects.reachable(request.reach).filter(request=shown)
    if sent:
        return AnswerForm(request.POST, options=options)
    typed = {name: request.POST.get(name, "") for name in ("option", "words")}
    return AnswerForm(options=options, initial=typed)


def _page(
    request: DistrictRequest, shown: DecisionRequest, form: AnswerForm, *, refusal: str = ""
) -> HttpResponse:
    context = told(request, shown) | {
        "form": form,
        "refusal": refusal,
        "picked": str(form["option"].value() or ""),
    }
    status = WRONG if refusal or form.errors else HTTPStatus.OK
    return render(request, "roadmap/decision_answer.html", context, status=status)


@page("GET", "POST", requires=Capability.DEPARTMENT_WORK)
def commitment(request: DistrictRequest, pk: int) -> HttpResponse:
    """A partner's own word on the people and time that an approved decision asks of them."""
    related = ("department", "request__asked_by", "request__chosen", "answered_by")
    found = Commitment.objects.reachable(request.reach).select_related(*related)
    row: Commitment = get_object_or_404(found, pk=pk)
    if not speaks_for(row.department, request.user, request.district.today()):
        raise PermissionDenied
    form = CommitmentForm(request.POST or None, initial={"note": row.note, "answer": row.state})
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        try:
            changed = commitments.answer(
                row, sent["answer"], note=sent["note"], seen=request.POST.get("seen", ""),
                by=request.reach,
            )  # fmt: skip
        except Refused as why:
            form.add_error(None, str(why))
            row.refresh_from_db()
        else:
            say(request, f"Thank you. {row.request.asked_by} is told.", changed=changed)
            return back_to(request, row.request_id)
    context = {"form": form, "row": row, "seen": commitments.stamp(row)}
    status = WRONG if form.errors else HTTPStatus.OK
    return render(request, "roadmap/commitment_answer.html", context, status=status)

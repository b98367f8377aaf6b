"""Asking for a decision: word it, change it, reply to what is asked back, withdraw it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render

from roadmap.forms.decisions import AskForm, WordsForm, said_so_far
from roadmap.models import DecisionRequest, DecisionState
from roadmap.services import decisions
from roadmap.services.decision_wording import usual_decider
from roadmap.views.decision_reach import (
    ASK,
    back_to,
    decision_or_404,
    kept,
    manages,
    own_decision,
    say,
    seen_in,
    told,
)
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import current_year, school_years

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
ROWS = {"ways": 3, "shares": 2}


@page("GET", "POST", requires=ASK)
def ask(request: DistrictRequest) -> HttpResponse:
    """A new question to the holder of a position."""
    year, start = _year(request), {"decider": usual_decider(request.reach)}
    form = _form(request, start)
    if form.is_bound and form.is_valid():
        try:
            made = decisions.ask(form.asked(), year=year, by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, _asked(request, made))
            return back_to(request, made.pk)
    return _page(request, form, {})


@page("GET", "POST", requires=ASK)
def change(request: DistrictRequest, pk: int) -> HttpResponse:
    """Word an open question anew. Answered meanwhile: what was typed is shown to copy."""
    shown = own_decision(request, pk)
    if not shown.is_open and request.method == "GET":
        return back_to(request, pk)
    form = _form(request, said_so_far(shown), shown)
    if form.is_bound and not shown.is_open:
        return kept(request, pk, "It ended while you wrote.", _typed(form))
    if form.is_bound and form.is_valid():
        by, seen = request.reach, seen_in(request)
        try:
            changed = decisions.change(
                shown, form.asked(), seen=seen, by=by, manages=manages(request)
            )
        except Refused as why:
            shown = decision_or_404(request, pk)
            if not shown.is_open:
                return kept(request, pk, str(why), _typed(form))
            form.add_error(None, str(why))
        else:
            say(request, "Changed. Whoever decides reads that it was.", changed=changed)
            return back_to(request, pk)
    return _page(request, form, told(request, shown))


@page("GET", "POST", requires=ASK)
def reply(request: DistrictRequest, pk: int) -> HttpResponse:
    """What the decider asked back for."""
    shown = own_decision(request, pk)
    if shown.state != DecisionState.ASKED_BACK and request.method == "GET":
        return back_to(request, pk)
    form = WordsForm(request.POST or None, label="Your reply", hint="It waits for them again then.")
    done = "Sent. It waits for an answer again."
    return _say_words(request, shown, form, decisions.reply, "roadmap/decision_reply.html", done)


@page("GET", "POST", requires=ASK)
def withdraw(request: DistrictRequest, pk: int) -> HttpResponse:
    """Ask no more, with the reason."""
    shown = own_decision(request, pk)
    if not shown.is_open and request.method == "GET":
        return back_to(request, pk)
    hint = "It stays in the log, with your reason."
    form = WordsForm(request.POST or None, label="Why it is not needed any more", hint=hint)
    done = "Withdrawn. Nobody is asked any more."
    template = "roadmap/decision_withdraw.html"
    return _say_words(request, shown, form, decisions.withdraw, template, done)


def _say_words(
    request: DistrictRequest,
    shown: DecisionRequest,
    form: WordsForm,
    act: Any,
    template: str,
    done: str,
) -> HttpResponse:
    """An act that takes words; what is refused is said beside them."""
    if form.is_bound and form.is_valid():
        words, pk = form.cleaned_data["words"], shown.pk
        try:
            changed = act(
                shown, words, seen=seen_in(request), by=request.reach, manages=manages(request)
            )
        except Refused as why:
            shown = decision_or_404(request, pk)
            if not shown.is_open:
                return kept(request, pk, str(why), [("Your words", words)])
            form.add_error(None, str(why))
        else:
            say(request, done, changed=changed)
            return back_to(request, pk)
    context = told(request, shown) | {"form": form}
    return render(request, template, context, status=WRONG if form.errors else HTTPStatus.OK)


def _form(
    request: DistrictRequest, initial: dict[str, Any], shown: DecisionRequest | None = None
) -> AskForm:
    """Bound when it is sent; with more rows, and what was typed, when more are asked for."""
    counts: dict[str, Any] = {name: _count(request, name, fewest) for name, fewest in ROWS.items()}
    counts["ways"] = max(counts["ways"], sum(f"way-{n}" in initial for n in range(1, 9)))
    counts["shares"] = max(counts["shares"], sum(f"people-{n}" in initial for n in range(1, 9)))
    extra: dict[str, Any] = {"reach": request.reach, "kept": shown.due_on if shown else None}
    if request.method != "POST":
        return AskForm(initial=initial, **counts, **extra)
    more = request.POST.get("more", "")
    if more in ROWS:
        counts[more] += 2
        return AskForm(initial=request.POST.dict(), **counts, **extra)
    return AskForm(request.POST, **counts, **extra)


def _count(request: DistrictRequest, name: str, fewest: int) -> int:
    sent = request.POST.get(name, "")
    return max(fewest, int(sent)) if sent.isdecimal() and len(sent) < 3 else fewest


def _page(request: DistrictRequest, form: AskForm, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "is_stale": bool(context and form.non_field_errors())}
    status = WRONG if form.errors else HTTPStatus.OK
    return render(request, "roadmap/decision_ask.html", context, status=status)


def _typed(form: AskForm) -> list[tuple[str, str]]:
    """Labels and words of what was sent, as typed."""
    shown = [field for field in form.visible_fields() if not field.name.startswith("department-")]
    return [
        (str(field.label), str(field.value() or "")) for field in shown if field.name != "decider"
    ]


def _asked(request: DistrictRequest, made: DecisionRequest) -> str:
    names = told(request, made)["story"].deciders
    if not names:
        return f"Asked. {made.decider} is vacant: nobody was told. Whoever takes it up will see it."
    return f"Asked. {' and '.join(map(str, names))} hears of it with the next letter."


def _year(request: DistrictRequest) -> SchoolYear:
    year = current_year(school_years(request), request)
    if year is None:
        raise Http404
    return year

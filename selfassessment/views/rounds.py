"""Rounds: the page of each, opening one, finishing its rating, and opening it again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from roles.access import Reach
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.forms.rounds import ReopenForm, RoundForm
from selfassessment.library import core_of
from selfassessment.models import Audience, Round, RoundMember
from selfassessment.reports.rounds import Standing, standing
from selfassessment.seasons import suggestion
from selfassessment.services import rounds, signing, team

MOST_PEOPLE = 400  # on the page that opens a round; the team's page searches all of them


def acting(request: DistrictRequest) -> Reach:
    """The strongest reach this person has for changing a round."""
    return request.access.reach(Capability.ASSESSMENT_RATE) or request.reach


def seen_round(request: DistrictRequest, pk: int) -> Round:
    """A round for who may view the self-assessment, takes or took part in it, or is to sign it;
    404 for all others.
    """
    views = request.access.reach(Capability.ASSESSMENT_VIEW)
    found = Round.objects.reachable(views or request.reach)
    related = found.select_related("school_year", "facilitator", "closed_by")
    round_: Round = get_object_or_404(related, pk=pk)
    round_.district = request.district
    if not views and not _takes_part(request, round_):
        raise Http404
    return round_


def _takes_part(request: DistrictRequest, round_: Round) -> bool:
    been = RoundMember.objects.reachable(request.reach).filter(round=round_, user=request.user)
    return (
        round_.facilitator_id == request.user.pk
        or been.exists()
        or signing.signs(round_, request.user, request.district.today())
    )


def run_round(request: DistrictRequest, pk: int) -> Round:
    """A round for who runs it; 403 for who only sees it."""
    round_ = seen_round(request, pk)
    if not team.may_run(round_, acting(request)):
        raise PermissionDenied
    return round_


@page("GET", requires=Capability.HOME_VIEW)
def round_detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """Who takes part needs no right to view the self-assessment; `seen_round` weighs it."""
    round_ = seen_round(request, pk)
    stands = standing(round_, request.reach)
    seats = {seat.member.user_id for seat in stands.team}
    may_rate = bool(request.access.reach(Capability.ASSESSMENT_RATE))
    is_facilitator = round_.facilitator_id == request.user.pk
    context = {
        "round": round_,
        "stands": stands,
        "may_rate": may_rate,
        "may_work": bool(request.access.reach(Capability.ASSESSMENT_WORK)),
        "runs": may_rate or is_facilitator,
        "views": bool(request.access.reach(Capability.ASSESSMENT_VIEW)),
        "is_facilitator": is_facilitator,
        "is_member": request.user.pk in seats,
        "has_left": any(row.user_id == request.user.pk for row in stands.left),
        "to_sign": _to_sign(stands, request),
    }
    return render(request, "selfassessment/round.html", context)


def _to_sign(stands: Standing, request: DistrictRequest) -> list[str]:
    """The capacities in which this reader is asked to sign now."""
    if stands.snapshot is None or stands.round.is_closed:
        return []
    return [each.desk.label for each in stands.unsigned if each.desk.is_for(request.user)]


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def round_open(request: DistrictRequest) -> HttpResponse:
    data = request.POST or None
    asked = request.POST.get("audience") or request.GET.get("audience", "")
    audience = asked if asked in Audience.values else Audience.LEA.value
    people = team.candidates(request.reach)
    form = RoundForm(
        data,
        offered=rounds.choices(request.reach, audience),
        people=people[:MOST_PEOPLE],
        initial=_suggested(request, audience),
    )
    if request.method == "POST" and form.is_valid():
        try:
            opened = rounds.open_round(**form.opening(), by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{opened.label} is open.")
            return redirect("selfassessment:round", request.district.slug, opened.pk)
    context = {
        "form": form,
        "audiences": Audience,
        "audience": audience,
        "unlisted": max(len(people) - MOST_PEOPLE, 0),
        "open_already": Round.objects.reachable(request.reach).unfinished().first(),
    }
    status = 422 if form.errors else 200
    return render(request, "selfassessment/open.html", context, status=status)


def _suggested(request: DistrictRequest, audience: str) -> dict[str, object]:
    """Name, days and indicators as they are usual; `?codes=6b.1` ticks those alone."""
    again = _codes(request.GET)
    today = request.district.today()
    year = SchoolYear.objects.reachable(request.reach).on(today).first()
    labels = Round.objects.reachable(request.reach).filter(school_year=year)
    usual = suggestion(today, taken=set(labels.values_list("label", flat=True)), again=again)
    core = [raw["code"] for raw in core_of(audience)]
    return {
        "label": usual.label,
        "opens_on": usual.opens_on,
        "closes_on": usual.closes_on,
        "codes": again or core,
        "audience": audience,
        "facilitator": request.user.pk,
        "target": 2,
    }


def _codes(asked: QueryDict) -> list[str]:
    return [code for part in asked.getlist("codes") for code in part.split(",") if code]


@page("GET", "POST", requires=Capability.ASSESSMENT_WORK)
def round_finish(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say what is left out and what follows, and finish the rating."""
    round_ = run_round(request, pk)
    if request.method == "POST":
        unrated = request.POST.getlist("unrated")
        try:
            rounds.finish(round_, unrated=unrated, by=acting(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{round_.label} is rated. Now it is signed twice.")
            return redirect(_after_finish(request, round_), request.district.slug, pk)
        round_.refresh_from_db()
    if not round_.is_open:
        return redirect("selfassessment:round", request.district.slug, pk)
    stands = standing(round_, request.reach)
    context = {"round": round_, "stands": stands}
    status = 409 if request.method == "POST" else 200
    return render(request, "selfassessment/round_finish.html", context, status=status)


def _after_finish(request: DistrictRequest, round_: Round) -> str:
    """Straight on to signing for who signs, else back to the round."""
    found = signing.desks(request.district, request.district.today()).values()
    signs = any(desk.is_for(request.user) for desk in found)
    return "selfassessment:round-sign" if signs else "selfassessment:round"


@page("GET", "POST", requires=Capability.ASSESSMENT_RATE)
def round_reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    """Open a finished or closed round again, with a reason."""
    round_ = seen_round(request, pk)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rounds.reopen(round_, form.cleaned_data["reason"], by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{round_.label} is open again.")
            return redirect("selfassessment:round", request.district.slug, pk)
    if round_.is_open:
        return redirect("selfassessment:round", request.district.slug, pk)
    stands = standing(round_, request.reach)
    context = {"form": form, "round": round_, "stands": stands}
    status = 422 if form.errors else 200
    return render(request, "selfassessment/reopen.html", context, status=status)

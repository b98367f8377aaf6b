"""The team of a round, and who facilitates it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roles.capabilities import Capability
from roles.models import User
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.forms.rounds import FacilitatorForm
from selfassessment.models import Round
from selfassessment.reports.rounds import standing
from selfassessment.services import team
from selfassessment.services.team import Candidate
from selfassessment.views.rounds import acting, run_round

PER_PAGE = 50


@page("GET", requires=Capability.ASSESSMENT_WORK)
def round_team(request: DistrictRequest, pk: int) -> HttpResponse:
    """Who is in the team, with buttons; below it who else could be, to search and tick."""
    round_ = run_round(request, pk)
    stands = standing(round_, request.reach)
    words = request.GET.get("q", "").split()
    inside = {seat.member.user_id for seat in stands.team} | {round_.facilitator_id}
    others = [each for each in team.candidates(request.reach) if each.user.pk not in inside]
    found = [each for each in others if _fits(each, words)]
    context = {
        "round": round_,
        "stands": stands,
        "q": " ".join(words),
        "others": len(others),
        "found": len(found),
        "people": found[:PER_PAGE],
    }
    return render(request, "selfassessment/team.html", context)


def _fits(each: Candidate, words: list[str]) -> bool:
    says = f"{each.user} {each.user.email} {each.where}".casefold()
    return all(word.casefold() in says for word in words)


@page("POST", requires=Capability.ASSESSMENT_WORK)
def team_add(request: DistrictRequest, pk: int) -> HttpResponse:
    people = _chosen(request, request.POST.getlist("person"))
    if not people:
        messages.error(request, "Tick at least one person to add.")
        return redirect("selfassessment:round-team", request.district.slug, pk)
    return _changed(
        request,
        pk,
        lambda round_: team.add(round_, people, by=acting(request)),
        f"{_named(people)} joined the team.",
    )


@page("POST", requires=Capability.ASSESSMENT_WORK)
def team_remove(request: DistrictRequest, pk: int) -> HttpResponse:
    """Also someone whose access has ended meanwhile."""
    round_ = run_round(request, pk)
    seats = [seat.member for seat in standing(round_, request.reach).team]
    asked = request.POST.get("person", "")
    person = next((seat.user for seat in seats if str(seat.user_id) == asked), None)
    if person is None:
        messages.error(request, "That person is not in the team any more.")
        return redirect("selfassessment:round-team", request.district.slug, pk)
    return _changed(
        request,
        pk,
        lambda found: team.remove(found, person, by=acting(request)),
        f"{person} left the team. Votes that were shown stay.",
    )


def _chosen(request: DistrictRequest, asked: list[str]) -> list[User]:
    able = {str(each.user.pk): each.user for each in team.candidates(request.reach)}
    return [able[pk] for pk in asked if pk in able]


def _named(people: list[User]) -> str:
    return str(people[0]) if len(people) == 1 else f"{len(people)} people"


def _changed(
    request: DistrictRequest, pk: int, act: Callable[[Round], object], done: str
) -> HttpResponse:
    round_ = run_round(request, pk)
    try:
        act(round_)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("selfassessment:round-team", request.district.slug, pk)


@page("GET", "POST", requires=Capability.ASSESSMENT_WORK)
def facilitator(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take over leading the talk, or hand it to somebody: the page says who holds it now."""
    round_ = run_round(request, pk)
    if not round_.is_open:
        return redirect("selfassessment:round", request.district.slug, pk)
    people = team.candidates(request.reach)
    mine = request.user.pk if round_.facilitator_id != request.user.pk else None
    form = FacilitatorForm(request.POST or None, people=people, initial={"person": mine})
    if request.method == "POST" and form.is_valid():
        try:
            team.facilitate(round_, form.chosen, seen=_seen(request), by=acting(request))
        except Refused as refused:
            form.add_error(None, str(refused))
            round_.refresh_from_db()
        else:
            messages.success(request, f"{form.chosen} facilitates {round_.label}.")
            return redirect("selfassessment:round", request.district.slug, pk)
    context = {"form": form, "round": round_}
    status = 422 if form.errors else 200
    return render(request, "selfassessment/round_facilitator.html", context, status=status)


def _seen(request: DistrictRequest) -> int | None:
    """Who facilitated when the page was opened."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() else None

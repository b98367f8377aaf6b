"""The room of a round: one page for the team and its facilitator, on any device."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from selfassessment.causes import causes_of, previous_rating
from selfassessment.facts import Facts
from selfassessment.forms.agreeing import AgreeForm
from selfassessment.forms.voting import TurnForm, VoteForm
from selfassessment.models import IndicatorRating, Round, RoundMember, Stage
from selfassessment.reports import indicators
from selfassessment.room import Room, Spot, Turn, everywhere, room_of, typed
from selfassessment.services import voting

InRoom = Callable[..., HttpResponse]


def of_the_team(view: InRoom) -> InRoom:
    """Lets the round's team and facilitator in, with the round in place of its key. Whoever has
    left the team reads that, with what they had typed; for all others there is no room.
    """

    @wraps(view)
    def inside(request: DistrictRequest, pk: int, **kwargs: Any) -> HttpResponse:
        rounds = Round.objects.reachable(request.reach).select_related("facilitator")
        round_ = rounds.of_member(request.user).filter(pk=pk).first()
        return view(request, round_, **kwargs) if round_ else _shut(request, pk)

    return inside


def _shut(request: DistrictRequest, pk: int) -> HttpResponse:
    been = RoundMember.objects.reachable(request.reach).filter(round=pk, user=request.user)
    member = get_object_or_404(been.select_related("round"))
    context = {"round": member.round, "kept": request.POST.get("reason", "")}
    return render(request, "selfassessment/room_left.html", context, status=403)


@page("GET", requires=Capability.ASSESSMENT_WORK)
@of_the_team
def room(request: DistrictRequest, round_: Round) -> HttpResponse:
    return room_page(request, round_, at=request.GET.get("at", ""))


@page("GET", requires=Capability.ASSESSMENT_WORK)
@of_the_team
def room_live(request: DistrictRequest, round_: Round) -> HttpResponse:
    """The line that the room asks for again and again: 204 while it would read as it did."""
    found = room_of(round_, request.reach)
    if request.GET.get("seen") == found.stamp:
        return HttpResponse(status=204)
    return render(request, "selfassessment/_room_live.html", {"room": found})


@page("POST", requires=Capability.ASSESSMENT_WORK)
@sensitive_post_parameters("value", "reason")
@of_the_team
def vote(request: DistrictRequest, round_: Round, code: str) -> HttpResponse:
    ratings = IndicatorRating.objects.reachable(request.reach)
    rating = get_object_or_404(ratings, round=round_, code=code)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return room_page(request, round_, at=code, ballot=form)
    given = form.cleaned_data
    try:
        voting.cast(rating, given["value"], given["reason"], turn=given["turn"], by=request.reach)
    except Refused as refused:
        kept = {"kept": given["reason"], "kept_value": given["value"]}
        return room_page(request, round_, status=409, refused=str(refused), **kept)
    return redirect("selfassessment:room", request.district.slug, round_.pk)


@page("POST", requires=Capability.ASSESSMENT_WORK)
@of_the_team
def voting_open(request: DistrictRequest, round_: Round, code: str) -> HttpResponse:
    return _moved(request, round_, code, voting.open_voting)


@page("POST", requires=Capability.ASSESSMENT_WORK)
@of_the_team
def voting_again(request: DistrictRequest, round_: Round, code: str) -> HttpResponse:
    return _moved(request, round_, code, voting.vote_again)


@page("POST", requires=Capability.ASSESSMENT_WORK)
@of_the_team
def voting_later(request: DistrictRequest, round_: Round, code: str) -> HttpResponse:
    return _moved(request, round_, code, voting.put_off)


@page("POST", requires=Capability.ASSESSMENT_WORK)
@of_the_team
def voting_reveal(request: DistrictRequest, round_: Round, code: str) -> HttpResponse:
    """Show the votes; while some are missing, ask first."""
    form = TurnForm(request.POST)
    anyway = form.is_valid() and form.cleaned_data["anyway"]
    try:
        return _moved(request, round_, code, voting.reveal, anyway=anyway)
    except voting.Missing as missing:
        context = {
            "round": round_,
            "code": code,
            "turn": form.cleaned_data["turn"],
            "missing": missing.names,
        }
        return render(request, "selfassessment/room_reveal.html", context, status=422)


def _moved(
    request: DistrictRequest, round_: Round, code: str, act: Callable[..., bool], **more: bool
) -> HttpResponse:
    """Do what a button of the facilitator says, and lead back to the room."""
    form = TurnForm(request.POST)
    if not form.is_valid():
        messages.error(request, voting.MOVED_ON)
        return redirect("selfassessment:room", request.district.slug, round_.pk)
    try:
        act(round_, code, turn=form.cleaned_data["turn"], by=request.reach, **more)
    except voting.Missing:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("selfassessment:room", request.district.slug, round_.pk)


def room_page(
    request: DistrictRequest,
    round_: Round,
    *,
    at: str = "",
    ballot: VoteForm | None = None,
    agreement: AgreeForm | None = None,
    status: int = 200,
    refused: str = "",
    kept: str = "",
    kept_value: int | None = None,
) -> HttpResponse:
    """The room, where the team is or `at` an indicator. A vote that was `refused` is told with what
    it had said.

    Raises Http404 for an indicator that the round does not take.
    """
    found = room_of(round_, request.reach)
    spot = found.spot(at) if at else found.current if round_.is_open else None
    if at and spot is None:
        raise Http404
    told = _told(found, spot, ballot, agreement) if spot else {}
    invalid = any(form is not None and form.is_bound for form in (ballot, agreement))
    context = {
        "room": found,
        "spot": spot,
        "follows": not at or spot is found.current,
        "may_view": bool(request.access.reach(Capability.ASSESSMENT_VIEW)),
        "may_rate": bool(request.access.reach(Capability.ASSESSMENT_RATE)),
        "refused": refused,
        "kept": kept,
        "kept_value": kept_value,
        **told,
    }
    return render(request, "selfassessment/room.html", context, status=422 if invalid else status)


def _told(
    found: Room, spot: Spot, ballot: VoteForm | None, agreement: AgreeForm | None
) -> Mapping[str, Any]:
    """What the room shows of one indicator: what the records say, and what this person may do."""
    told = indicators.told(everywhere(found.reach), spot.code)
    if told is None:
        raise Http404
    turns, own = found.turns(spot), found.own_vote(spot)
    if ballot is None and found.me and spot.stage == Stage.VOTING:
        ballot = VoteForm(instance=own, initial={"turn": spot.rating.turn})
    if agreement is None and may_agree(found, spot):
        agreement = agree_form(found, spot, turns=turns, facts=told.summary.facts)
    return {
        "told": told,
        "line": told.line,
        "indicator": spot.indicator,
        "own": own,
        "ballot": ballot,
        "agreement": agreement,
        "turns": turns,
        "typed": typed(spot),
        "next_spot": found.after(spot),
    }


def may_agree(found: Room, spot: Spot) -> bool:
    if not (found.leads and found.round.is_open):
        return False
    ready = (Stage.REVEALED, Stage.AGREED)
    return spot.stage in ready or (found.in_one_room and spot.stage == Stage.WAITING)


def agree_form(
    found: Room,
    spot: Spot,
    data: Mapping[str, Any] | None = None,
    *,
    turns: Sequence[Turn] = (),
    facts: Facts | None = None,
) -> AgreeForm:
    """What the facilitator fills in; it starts at what was noted, or at what all votes say.

    `facts` spare reading the records a second time.
    """
    everything = everywhere(found.reach)
    rating = spot.rating
    before = previous_rating(rating)
    offered = causes_of(rating, facts, by=everything) if before else []
    value = rating.value
    if value is None and turns and spot.stage == Stage.REVEALED:
        value = turns[0].spread.agreed
    noted = {cause.label for cause in rating.causes.all()} if rating.pk else set()
    initial = {
        "value": value,
        "rationale": rating.rationale,
        "dissent": rating.dissent,
        "causes": [each.key for each in offered if each.label in noted],
        **{f"count_{point}": n for point, n in (rating.counts or {}).items()},
    }
    return AgreeForm(
        data, initial=initial, offered=offered, before=before, counts=found.in_one_room
    )

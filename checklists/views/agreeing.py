"""Two ratings beside each other, then what the two agree on, until the cycle is closed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.forms.agreeing import ActionForms
from checklists.forms.answers import read_answer, read_seen
from checklists.models import Action, Checklist, ChecklistItem, Rating
from checklists.models.forms import ChecklistQuerySet
from checklists.pairs import TARGET, Comparison, Pair, compare, pair_of
from checklists.services import agreeing as services
from checklists.services.filling import Given
from checklists.sheets import Pending
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused


def _readable(request: DistrictRequest) -> ChecklistQuerySet:
    return Checklist.objects.reachable(request.reach).readable_by(request.access)


def _pair(request: DistrictRequest, pk: int) -> tuple[Checklist, Pair | None]:
    """The form, and its pair as far as the reader may read it: None until both ratings are in."""
    forms = _readable(request)
    form: Checklist = get_object_or_404(forms, pk=pk)
    pair = pair_of(form, forms)
    return form, pair if pair and pair.both_in else None


def _compared(
    request: DistrictRequest, pair: Pair, pending: Mapping[int, Pending] | None = None
) -> Comparison:
    reach = request.reach
    forms = [form.pk for form in (pair.own, pair.observer, pair.agreed) if form]
    items = ChecklistItem.objects.reachable(reach).filter(template=pair.own.template_id)
    ratings = Rating.objects.reachable(reach).readable_by(request.access)
    return compare(
        pair,
        items.select_related("duty"),
        ratings.filter(checklist__in=forms),
        pending,
    )


@page("GET", requires=Capability.CHECKLIST_WORK)
def compare_forms(request: DistrictRequest, pk: int) -> HttpResponse:
    """Both ratings item by item, for those who may read both."""
    _, pair = _pair(request, pk)
    if pair is None:
        messages.info(request, "There is no second rating to compare with yet.")
        return redirect("checklists:result", request.district.slug, pk)
    actions = Action.objects.reachable(request.reach).filter(checklist=pair.agreed)
    context = {
        "comparison": _compared(request, pair),
        "pair": pair,
        "target": TARGET,
        "is_pair": pair.includes(request.user),
        "why_not": services.why_not(pair, request.reach),
        "until": services.last_day(pair.own.window, request.district),
        "actions": actions.select_related("owner") if pair.is_closed else [],
    }
    return render(request, "checklists/compare.html", context)


@page("POST", requires=Capability.CHECKLIST_WORK)
def begin(request: DistrictRequest, pk: int) -> HttpResponse:
    """Open the agreed rating of a pair, or the one that the other has opened."""
    form, _ = _pair(request, pk)
    try:
        agreed = services.begin(form, by=request.reach)
    except Refused as why:
        messages.error(request, str(why))
        return redirect("checklists:compare", request.district.slug, pk)
    return redirect("checklists:agree", request.district.slug, agreed.pk)


@page("GET", "POST", requires=Capability.CHECKLIST_WORK)
def agree(request: DistrictRequest, pk: int) -> HttpResponse:
    """What the two agree on. A POST saves the whole page; with `close` it closes the cycle."""
    _, pair = _pair(request, pk)
    if pair is None or not pair.includes(request.user):
        raise Http404
    why = services.why_not(pair, request.reach)
    if pair.agreed is None or why:
        if why:
            messages.error(request, why)
        return redirect("checklists:compare", request.district.slug, pk)
    if request.method == "POST":
        return _save_all(request, pair)
    return _page(request, pair, ActionForms(school_id=pair.own.school_id, reach=request.reach))


def _page(
    request: DistrictRequest,
    pair: Pair,
    actions: ActionForms,
    pending: Mapping[int, Pending] | None = None,
    status: int = HTTPStatus.OK,
    refusal: str = "",
) -> HttpResponse:
    context = {
        "comparison": _compared(request, pair, pending),
        "pair": pair,
        "other": pair.other(request.user),
        "actions": actions,
        "refusal": refusal,
        "until": services.last_day(pair.own.window, request.district),
    }
    return render(request, "checklists/agree.html", context, status=status)


def _save_all(request: DistrictRequest, pair: Pair) -> HttpResponse:
    """Keep what differs from what is kept; what is refused stays on the page, actions too."""
    actions = ActionForms(request.POST, school_id=pair.own.school_id, reach=request.reach)
    pending: dict[int, Pending] = {}
    for both in _compared(request, pair).lines:
        if request.POST.get(f"value-{both.item.pk}"):
            kept = _keep(request, pair, both.item)
            if isinstance(kept, Pending):
                pending[both.item.pk] = kept
    if pending:
        clashes = any(each.clashes for each in pending.values())
        status = HTTPStatus.CONFLICT if clashes else HTTPStatus.UNPROCESSABLE_ENTITY
        first = next(iter(pending.values())).refusal
        return _page(request, pair, actions, pending, status, first)
    if "close" in request.POST:
        return _close(request, pair, actions)
    messages.success(request, "Saved.")
    if actions.is_typed:
        return _page(request, pair, actions)
    return redirect("checklists:agree", request.district.slug, _agreed(pair).pk)


def _keep(request: DistrictRequest, pair: Pair, item: ChecklistItem) -> Rating | Pending:
    """Keep one answer; or say what was sent and what stands in its way."""
    base, given = read_seen(item, request.POST).version, Given()
    try:
        given = read_answer(item, request.POST)
        return services.agree_on(_agreed(pair), item, given, base=base, by=request.reach)
    except services.Differs as why:
        return Pending(given, why.kept.version, str(why), clashes=True)
    except Refused as why:
        return Pending(given, base, str(why))


def _agreed(pair: Pair) -> Checklist:
    if pair.agreed is None:
        raise Http404
    return pair.agreed


def _close(request: DistrictRequest, pair: Pair, actions: ActionForms) -> HttpResponse:
    refusal = ""
    if actions.is_valid and not actions.lines:
        actions.refuse("Plan at least one action: what, whose, and by when.")
    elif actions.is_valid:
        try:
            services.close_cycle(_agreed(pair), actions.lines, by=request.reach)
        except Refused as why:
            refusal = str(why)
        else:
            messages.success(
                request, f"The cycle is closed. {pair.other(request.user)} gets a letter."
            )
            return redirect("checklists:compare", request.district.slug, _agreed(pair).pk)
    return _page(request, pair, actions, status=HTTPStatus.UNPROCESSABLE_ENTITY, refusal=refusal)


@page("POST", requires=Capability.CHECKLIST_WORK)
def agree_item(request: DistrictRequest, pk: int, item: int) -> HttpResponse:
    """One tap: keep what the two agree on for one item. A clash answers 409 with both answers."""
    _, pair = _pair(request, pk)
    if pair is None or pair.agreed is None or not pair.includes(request.user):
        raise Http404
    items = ChecklistItem.objects.reachable(request.reach).filter(template=pair.own.template_id)
    rated = get_object_or_404(items, pk=item)
    kept = _keep(request, pair, rated)
    pending = {rated.pk: kept} if isinstance(kept, Pending) else {}
    status = HTTPStatus.CONFLICT if pending else HTTPStatus.OK
    if not request.htmx:
        if not pending:
            return redirect("checklists:agree", request.district.slug, pair.agreed.pk)
        actions = ActionForms(school_id=pair.own.school_id, reach=request.reach)
        return _page(request, pair, actions, pending, status, pending[rated.pk].refusal)
    comparison = _compared(request, pair, pending)
    both = next(both for both in comparison.lines if both.item.pk == rated.pk)
    context: dict[str, Any] = {
        "comparison": comparison,
        "pair": pair,
        "other": pair.other(request.user),
        "both": both,
        "again": True,
    }
    return render(request, "checklists/agree_saved.html", context, status=status)

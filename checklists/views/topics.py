"""What many rated low in a closed window, offered as learning topics and as actions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from checklists.forms.actions import TakeUpForm
from checklists.models import Window
from checklists.reports import topics as reports
from checklists.services import actions, topics
from checklists.suppression import FEW
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

MANAGE = Capability.CHECKLIST_MANAGE


@page("GET", requires=MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """One closed window at a time: the newest, or the one the address names."""
    windows = reports.closed_windows(request.reach)
    chosen = _chosen(request.GET.get("window", ""), windows)
    context: dict[str, Any] = {
        "closed": windows[:24],
        "window": chosen,
        "many": reports.MANY,
        "few": FEW,
    }
    if chosen is not None:
        context["found"] = reports.offers_of(chosen, request.reach)
        context["topics"] = reports.topics_of(chosen, request.reach)
    return render(request, "checklists/topics.html", context)


def _chosen(asked: str, windows: list[Window]) -> Window | None:
    named = next((window for window in windows if str(window.pk) == asked), None)
    return named or (windows[0] if windows else None)


@page("GET", "POST", requires=MANAGE)
def take_up(request: DistrictRequest, pk: int, item: int) -> HttpResponse:
    """Make a topic, an action for the role, or both, of an item (primary key) of a window."""
    window, offer = _offer(request, pk, item)
    first = {
        "as_topic": offer.topic is None,
        "title": offer.item.text.rstrip(".")[:200],
        "as_action": offer.topic is not None,
    }
    form = TakeUpForm(request.POST or None, reach=request.reach, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            said = _make(request, window, offer, form.cleaned_data)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, said)
            back = reverse("checklists:topics", args=[request.district.slug])
            return redirect(f"{back}?window={window.pk}")
    context = {"form": form, "window": window, "offer": offer}
    return render(request, "checklists/topics_take_up.html", context, status=_status(form))


def _status(form: TakeUpForm) -> int:
    return 422 if form.errors else 200


def _offer(request: DistrictRequest, pk: int, item: int) -> tuple[Window, reports.Offer]:
    windows = {window.pk: window for window in reports.closed_windows(request.reach)}
    if pk not in windows:
        raise Http404
    found = reports.offers_of(windows[pk], request.reach).offers
    offer = next((offer for offer in found if offer.item.pk == item), None)
    if offer is None:
        raise Http404
    return windows[pk], offer


@transaction.atomic
def _make(
    request: DistrictRequest, window: Window, offer: reports.Offer, given: dict[str, Any]
) -> str:
    """Both or neither, if one of two is refused. Returns the sentence for the person."""
    said = []
    if given["as_topic"]:
        topic = topics.take_up(window, offer.item, given["title"], by=request.reach)
        said.append(f"“{topic.title}” is a learning topic.")
    if given["as_action"]:
        line = actions.NewAction(given["text"], given["owner"], given["due_on"], offer.item)
        actions.plan_for_role(window, offer.role, line, by=request.reach)
        said.append(f"The action is planned; {line.owner} owns it.")
    return " ".join(said)

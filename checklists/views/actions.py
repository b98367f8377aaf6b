"""Actions: the reader's own first, then those they may read; each done, moved or dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.action_story import moves_of
from checklists.forms.actions import DropForm, FilterForm, FinishForm, MoveForm
from checklists.models import Action
from checklists.reports import actions as reports
from checklists.services import action_letters
from checklists.services import actions as services
from roles.access import Reach
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.mailed import mailed
from roles.services.refusal import Refused

WORK = Capability.CHECKLIST_WORK
MANAGE = Capability.CHECKLIST_MANAGE
PER_PAGE = 50


@page("GET", requires=WORK)
def index(request: DistrictRequest) -> HttpResponse:
    today = request.district.today()
    form = FilterForm(request.GET, managed=request.access.reach(MANAGE))
    readable = form.of_school(reports.readable(request.reach, request.access))
    shown = form.narrow(readable, today).select_related(*reports.RELATED)
    if form.shown == "done":
        shown = shown.order_by("-due_on", "-pk")
    others = Paginator(shown.exclude(owner=request.user), PER_PAGE)
    others_page = others.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "counts": reports.counts_of(readable, today),
        "mine": reports.rows_of(shown.filter(owner=request.user), request.access),
        "others": reports.rows_of(others_page, request.access),
        "page": others_page,
        "may_manage": bool(request.access.reach(MANAGE)),
    }
    return render(request, "checklists/actions.html", context)


@page("GET", requires=WORK)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    return _page(request, _action(request, pk), {})


@page("POST", requires=WORK)
def finish(request: DistrictRequest, pk: int) -> HttpResponse:
    action, form = _action(request, pk), FinishForm(request.POST)
    by = _reach(request, action)
    if _carried_out(form, lambda sent: services.finish(action, sent["outcome"], by=by)):
        return _said(request, "Done. No more letters are sent about it.")
    return _page(request, action, {"finish_form": form})


@page("POST", requires=WORK)
def drop(request: DistrictRequest, pk: int) -> HttpResponse:
    action, form = _action(request, pk), DropForm(request.POST)
    by = _reach(request, action)
    if _carried_out(form, lambda sent: services.drop(action, sent["reason"], by=by)):
        return _said(request, "Dropped, with the reason.")
    return _page(request, action, {"drop_form": form})


@page("POST", requires=WORK)
def move(request: DistrictRequest, pk: int) -> HttpResponse:
    action, form = _action(request, pk), MoveForm(request.POST, reach=request.reach)
    by = _reach(request, action)
    if _carried_out(form, lambda sent: services.move(action, **sent, by=by)):
        messages.success(request, "The date has moved, and its letters with it.")
        return redirect("checklists:action", request.district.slug, pk)
    return _page(request, action, {"move_form": form})


def _carried_out(form: Form, work: Callable[[dict[str, Any]], object]) -> bool:
    """Do what a form asks for; what is refused is said on the form."""
    if not form.is_valid():
        return False
    try:
        work(form.cleaned_data)
    except Refused as why:
        form.add_error(None, str(why))
    return form.is_valid()


def _action(request: DistrictRequest, pk: int) -> Action:
    found = reports.readable(request.reach, request.access).select_related(*reports.RELATED)
    action: Action = get_object_or_404(found, pk=pk)
    action.district = request.district
    return action


def _reach(request: DistrictRequest, action: Action) -> Reach:
    """The reach a change is made with: a manager's where there is one."""
    managed = request.access.reach(MANAGE)
    return managed if managed.covers(action.school_id) else request.reach


def _page(request: DistrictRequest, action: Action, refused: dict[str, Form]) -> HttpResponse:
    """One action; with a form that was refused, in its place and with 422."""
    first = {"day": action.due_on}
    context: dict[str, Any] = {
        "row": reports.rows_of([action], request.access)[0],
        "moves": moves_of(action),
        "mailed": mailed(request.district, request.user, action_letters.planned(action)),
        "may_change": action.is_open and services.may_change(action, _reach(request, action)),
        "finish_form": FinishForm(),
        "drop_form": DropForm(),
        "move_form": MoveForm(reach=request.reach, initial=first),
        **refused,
        "refused": next(iter(refused), ""),
    }
    return render(request, "checklists/action.html", context, status=422 if refused else 200)


def _said(request: DistrictRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("checklists:actions", request.district.slug)

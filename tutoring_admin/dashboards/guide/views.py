"""The guide to section 3.1, and the district's own list of what to settle before it begins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import resolve, reverse

from roadmap.forms.beginning import AddForm, EditForm
from roadmap.models import BeginningItem
from roadmap.services import beginning
from roles.access import Everywhere
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import chosen_year
from tutoring_admin.dashboards.guide import content, reports

MANAGE = Capability.ROADMAP_MANAGE
LIST = "#before"


@page("GET", requires=Capability.ROADMAP_VIEW)
def guide(request: DistrictRequest) -> HttpResponse:
    return _page(request, AddForm())


@page("POST", requires=MANAGE)
def add(request: DistrictRequest) -> HttpResponse:
    """One more thing to settle; what cannot be added stays in the field, with the reason."""
    form = AddForm(request.POST)
    if form.is_valid():
        try:
            beginning.add(form.cleaned_data["text"], by=request.reach)
        except Refused as refused:
            form.add_error("text", str(refused))
        else:
            return _back(request)
    return _page(request, form, status=422)


@page("POST", requires=MANAGE)
def take_up(request: DistrictRequest) -> HttpResponse:
    """Our suggestion becomes the district's own list, to be worded as it likes."""
    came = beginning.take_up(content.guide().beginning, by=request.reach)
    if came:
        messages.success(request, f"{came} things to settle are on your list. Word them your way.")
    return _back(request)


@page("GET", "POST", requires=MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    """Its words, where it stands, and the day it was settled."""
    item = _item(request, pk)
    initial = {"text": item.text, "note": item.note, "settled_on": item.settled_on}
    form = EditForm(request.POST or None, today=request.district.today(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, item, form.cleaned_data)
        except Refused as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, "Saved.")
            return _back(request)
    context = {"form": form, "item": item}
    status = 422 if form.errors else 200
    return render(request, "dashboards/guide_item.html", context, status=status)


def _save(request: DistrictRequest, item: BeginningItem, given: dict[str, Any]) -> None:
    beginning.change(item, given["text"], given["note"], by=request.reach)
    if given["settled_on"]:
        beginning.settle(item, given["settled_on"], by=request.reach)
    else:
        beginning.open_again(item, by=request.reach)


@page("POST", requires=MANAGE)
def settle(request: DistrictRequest, pk: int) -> HttpResponse:
    """Settled today, or open again, by one press."""
    item = _item(request, pk)
    if request.POST.get("to") == "open":
        beginning.open_again(item, by=request.reach)
    else:
        beginning.settle(item, request.district.today(), by=request.reach)
    return _back(request)


@page("POST", requires=MANAGE)
def move(request: DistrictRequest, pk: int) -> HttpResponse:
    steps = -1 if request.POST.get("to") == "up" else 1
    beginning.move(_item(request, pk), steps, by=request.reach)
    return _back(request)


@page("GET", "POST", requires=MANAGE)
def remove(request: DistrictRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    if request.method == "POST":
        beginning.remove(item, by=request.reach)
        messages.success(request, f"Off the list: {item.text}")
        return _back(request)
    return render(request, "dashboards/guide_remove.html", {"item": item})


def _page(request: DistrictRequest, form: AddForm, status: int = 200) -> HttpResponse:
    reach = request.access.reach(Capability.ROADMAP_VIEW)
    seen = reports.guide(reach, chosen_year(request), request.district.today())
    items = BeginningItem.objects.reachable(reach).select_related("settled_by")
    shipped = content.guide()
    context = {
        "guide": seen,
        "source": shipped.source,
        "suggested": shipped.beginning,
        "items": list(items),
        "form": form,
        "may_manage": bool(request.access.reach(MANAGE)),
        "sees_assessment": bool(request.access.reach(Capability.ASSESSMENT_VIEW)),
        "open_to": _open_to(request, seen),
        "is_partial": not isinstance(reach.schools, Everywhere),
    }
    return render(request, "dashboards/guide.html", context, status=status)


def _open_to(request: DistrictRequest, seen: reports.GuideSeen) -> frozenset[str]:
    """Of the pages that next steps lead to, those that the reader may open."""
    steps = {row.next.page: row.next.url for row in [*seen.first, *seen.rows] if row.next}
    needs = {page: _needs(url) for page, url in steps.items()}
    return frozenset(page for page, right in needs.items() if request.access.reach(right))


def _needs(url: str) -> Capability:
    view: Any = resolve(url.partition("?")[0]).func
    right: Capability = view.requires
    return right


def _item(request: DistrictRequest, pk: int) -> BeginningItem:
    return get_object_or_404(BeginningItem.objects.reachable(request.reach), pk=pk)


def _back(request: DistrictRequest) -> HttpResponse:
    return redirect(reverse("dashboards:guide", args=[request.district.slug]) + LIST)

"""Positions: their own page, opening and closing them, and putting people into them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.forms.positions import AddForm, DayForm
from roles.models import Department, LeadershipRole, Level, Position, School
from roles.open_work import open_items
from roles.pages import DistrictRequest, page
from roles.reports import holding
from roles.services import positions
from roles.services.refusal import Refused

MANAGE = Capability.ROLES_MANAGE


def reachable(request: DistrictRequest) -> Any:
    return Position.objects.reachable(request.reach).select_related(
        "role__reports_to", "school", "department", "district"
    )


@page("GET", requires=Capability.ROLES_VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    position = get_object_or_404(reachable(request), pk=pk)
    today = request.district.today()
    context = {
        "story": holding.story(position, request.reach, today),
        "position": position,
        "is_closed": position.closed_on is not None and position.closed_on <= today,
        "may_manage": bool(request.access.reach(MANAGE)),
    }
    return render(request, "roles/position.html", context)


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest) -> HttpResponse:
    """A role gets positions: at all schools, at some, at the central office, in a department."""
    initial = {"opened_on": request.district.today(), **_asked_for(request)}
    form = AddForm(request.POST or None, reach=request.reach, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if given["where"] in (AddForm.ALL, AddForm.CHOSEN):
            return _add_at_schools(request, given)
        try:
            made = positions.open_centrally(
                given["role"],
                given["department"] if given["where"] == AddForm.DEPARTMENT else None,
                opened_on=given["opened_on"],
                by=request.reach,
            )
        except Refused as refused:
            form.add_error("where", str(refused))
        else:
            messages.success(request, f"{made} is open from {positions.day(made.opened_on)}.")
            return _to(request, "assign" if "assign" in request.POST else "position", made.pk)
    context = {"form": form}
    status = 422 if form.errors else 200
    return render(request, "roles/position_add.html", context, status=status)


def _asked_for(request: DistrictRequest) -> dict[str, Any]:
    """What the link on the coverage page chose already."""
    role, school = request.GET.get("role", ""), request.GET.get("school", "")
    if school:
        return {"role": role, "where": AddForm.CHOSEN, "schools": [school]}
    asked = {"role": role, "where": request.GET.get("where", AddForm.ALL)}
    return asked | {"department": _department_of(request, role)}


def _department_of(request: DistrictRequest, role_pk: str) -> int | None:
    """The department that a partner's role speaks for: it has the role's key."""
    if not role_pk.isdecimal():
        return None
    roles = LeadershipRole.objects.reachable(request.reach).filter(
        pk=role_pk, level=Level.DEPARTMENT
    )
    keys = [key.lower() for key in roles.values_list("key", flat=True)]
    if not keys:
        return None
    found = Department.objects.reachable(request.reach).filter(key__in=keys)
    return found.values_list("pk", flat=True).first()


def _add_at_schools(request: DistrictRequest, given: dict[str, Any]) -> HttpResponse:
    every = School.objects.reachable(request.reach)
    schools = every if given["where"] == AddForm.ALL else given["schools"]
    opened = positions.open_at_schools(
        given["role"], list(schools), opened_on=given["opened_on"], by=request.reach
    )
    tell = messages.success if opened.positions else messages.warning
    tell(request, _told(str(given["role"]), opened))
    if "assign" in request.POST and len(opened.positions) == 1:
        return _to(request, "assign", opened.positions[0].pk)
    return redirect("roles:coverage", district=request.district.slug)


def _told(role: str, opened: positions.Opened) -> str:
    """What was done, in words: every number that is not nought."""
    made = len(opened.positions) - opened.reopened
    parts = [
        (made, "new position", "new positions", ""),
        (opened.reopened, "closed position", "closed positions", " opened again"),
        (opened.had, "school", "schools", " had it"),
        (opened.not_needed, "school", "schools", " marked as not needing it"),
    ]
    said = [f"{n} {one if n == 1 else many}{tail}" for n, one, many, tail in parts if n]
    return f"{role}: {', '.join(said)}." if said else f"{role}: this district has no school yet."


@page("GET", "POST", requires=MANAGE)
def seat(request: DistrictRequest, pk: int) -> HttpResponse:
    """One more seat for the same role at the same place."""
    position = get_object_or_404(reachable(request), pk=pk)
    form = DayForm(
        request.POST or None,
        initial={"day": request.district.today()},
        label="Open from",
        hint="The new seat is vacant from this day until you assign someone.",
        act="Add the seat",
    )

    def act(form: DayForm) -> tuple[str, int]:
        made = positions.add_seat(position, opened_on=form.cleaned_data["day"], by=request.reach)
        return f"{made} has one more seat.", made.pk

    return _ask_day(request, position, form, "Add a seat", act)


@page("GET", "POST", requires=MANAGE)
def close(request: DistrictRequest, pk: int) -> HttpResponse:
    position = get_object_or_404(reachable(request), pk=pk)
    form = DayForm(
        request.POST or None,
        initial={"day": request.district.today()},
        label="Closed from",
        hint="From this day on the position is not there. Its history stays.",
        act="Close the position",
    )

    def act(form: DayForm) -> tuple[str, int]:
        closed_on = form.cleaned_data["day"]
        positions.close(position, closed_on=closed_on, by=request.reach)
        return f"{position} is closed from {positions.day(closed_on)} on.", position.pk

    return _ask_day(request, position, form, "Close the position", act)


def _ask_day(
    request: DistrictRequest, position: Position, form: DayForm, heading: str, act: Any
) -> HttpResponse:
    """A page with one day to give; a refusal stands beside it."""
    if request.method == "POST" and form.is_valid():
        try:
            words, pk = act(form)
        except Refused as refused:
            form.add_error("day", str(refused))
        else:
            messages.success(request, words)
            return _to(request, "position", pk)
    left = open_items(request.reach, [position.pk])
    context = {"form": form, "position": position, "heading": heading, "left": left}
    status = 422 if form.errors else 200
    return render(request, "roles/position_day.html", context, status=status)


@page("POST", requires=MANAGE)
def reopen(request: DistrictRequest, pk: int) -> HttpResponse:
    position = get_object_or_404(reachable(request), pk=pk)
    try:
        if positions.reopen(position, by=request.reach):
            messages.success(request, f"{position} is open again.")
    except Refused as refused:
        messages.error(request, str(refused))
    return _to(request, "position", pk)


def _to(request: DistrictRequest, name: str, pk: int) -> HttpResponse:
    return redirect(f"roles:{name}", district=request.district.slug, pk=pk)

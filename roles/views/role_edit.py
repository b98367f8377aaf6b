"""Editing a role: the district's own copy, its responsibilities, and roles of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.forms.roles import DutyFormSet, RoleForm, lines_of, rearranged
from roles.models import Duty, LeadershipRole
from roles.pages import DistrictRequest, page
from roles.services import role_copies
from roles.services.refusal import Refused, Stale
from roles.services.seats import TooFewSeats

MANAGE = Capability.ROLES_MANAGE


@page("GET", "POST", requires=MANAGE)
def edit(request: DistrictRequest, pk: int) -> HttpResponse:
    """All of a role on one page. Buttons of a line rearrange what is typed; only Save saves."""
    role = _role(request, pk)
    seen = request.POST.get("seen") or role_copies.state_of(role)
    context = {"role": role, "title": role.title, "seen": seen, "keys": _keys(role)}
    if request.method == "POST" and "act" in request.POST:
        return _rearranged(request, role, context)
    form = RoleForm(request.POST or None, instance=_role(request, pk), reach=request.reach)
    duties = DutyFormSet(request.POST or None, initial=_initial(role), prefix="duty")
    context |= {"form": form, "duties": duties}
    if request.method != "POST":
        return render(request, "roles/role_edit.html", context)
    if not (form.is_valid() and duties.is_valid()):
        return render(request, "roles/role_edit.html", context, status=422)
    try:
        changed = role_copies.save_role(
            role, form.to_save(), lines_of(duties), seen=seen, by=request.reach
        )
    except Stale as stale:
        return _stale(request, context, stale)
    except TooFewSeats as few:
        form.add_error("seats", str(few))
        return render(request, "roles/role_edit.html", context, status=422)
    except Refused as refused:
        form.add_error("reports_to", str(refused))
        return render(request, "roles/role_edit.html", context, status=422)
    messages.success(request, "The role is saved." if changed else "Nothing was changed.")
    return redirect("roles:role", district=request.district.slug, pk=pk)


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest) -> HttpResponse:
    """A role that the library does not know."""
    context: dict[str, Any] = {"title": "", "keys": {}}
    if request.method == "POST" and "act" in request.POST:
        return _rearranged(request, None, context)
    start = {"approaches": [request.district.approach], "level": "administrative"}
    form = RoleForm(request.POST or None, initial=start, reach=request.reach)
    duties = DutyFormSet(request.POST or None, initial=[{}, {}, {}], prefix="duty")
    context |= {"form": form, "duties": duties}
    if request.method != "POST":
        return render(request, "roles/role_edit.html", context)
    if not (form.is_valid() and duties.is_valid()):
        return render(request, "roles/role_edit.html", context, status=422)
    role = role_copies.add_role(form.to_save(), lines_of(duties), by=request.reach)
    messages.success(request, f"{role.title} is added. Next: open a position for it.")
    return redirect("roles:role", district=request.district.slug, pk=role.pk)


@page("GET", "POST", requires=MANAGE)
def remove(request: DistrictRequest, pk: int) -> HttpResponse:
    """What hangs on the role, and the going if nothing does."""
    role = _role(request, pk)
    if request.method == "POST":
        try:
            role_copies.remove_role(role, by=request.reach)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("roles:role-remove", district=request.district.slug, pk=pk)
        messages.success(request, f"{role.title} is removed.")
        return redirect("roles:index", district=request.district.slug)
    context = {
        "role": role,
        "hangs": role_copies.hangs_on(role, by=request.reach),
        "parts": role.involvements.select_related("area"),
    }
    return render(request, "roles/role_remove.html", context)


def _role(request: DistrictRequest, pk: int) -> LeadershipRole:
    roles = LeadershipRole.objects.reachable(request.reach).select_related("reports_to")
    return get_object_or_404(roles, pk=pk)


def _duties(role: LeadershipRole) -> list[Duty]:
    return list(role.duties.filter(removed_at=None))


def _keys(role: LeadershipRole) -> dict[int, str]:
    return {duty.pk: duty.key for duty in _duties(role)}


def _initial(role: LeadershipRole) -> list[dict[str, Any]]:
    return [{"text": duty.text, "duty": duty.pk} for duty in _duties(role)]


def _rearranged(
    request: DistrictRequest, role: LeadershipRole | None, context: dict[str, Any]
) -> HttpResponse:
    """Everything typed, with the lines in another order. Nothing is checked or saved yet."""
    rows, told = rearranged(request.POST, request.POST["act"])
    typed: dict[str, Any] = {name: request.POST[name] for name in request.POST}
    typed["approaches"] = request.POST.getlist("approaches")
    form = RoleForm(initial=typed, instance=role, reach=request.reach)
    for field in form.fields:
        form.initial[field] = typed.get(field, "")
        form.fields[field].initial = typed.get(field, "")
    duties = DutyFormSet(initial=rows, prefix="duty")
    context |= {"form": form, "duties": duties, "told": told}
    return render(request, "roles/role_edit.html", context)


def _stale(request: DistrictRequest, context: dict[str, Any], stale: Stale) -> HttpResponse:
    """Nothing typed is lost: what stands there now is shown beside it, and saving is a choice."""
    theirs = _role(request, context["role"].pk)
    context |= {"stale": stale, "theirs": theirs, "their_duties": _duties(theirs)}
    context["seen"] = role_copies.state_of(theirs)
    return render(request, "roles/role_edit.html", context, status=409)

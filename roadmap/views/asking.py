"""What the pages of one milestone share: finding it, asking before a step, answering after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roadmap.models import Milestone
from roadmap.services import beside, milestones
from roles.capabilities import Capability
from roles.pages import DistrictRequest
from roles.services.refusal import Refused

MOVED_ON = "Nothing was changed: it had moved on already. This is how it is."


@dataclass(frozen=True)
class Act:
    """A step that asks something first: the words around its form, and the service it calls."""

    title: str
    button: str
    note: str
    said: str
    serve: Callable[..., bool]
    possible: Callable[[Milestone], bool] = lambda milestone: milestone.is_open
    anchor: str = ""
    """Where on the milestone's page a person lands afterwards."""


def ask(
    request: DistrictRequest,
    milestone: Milestone,
    form: forms.Form,
    act: Act,
    *,
    warning: str = "",
) -> HttpResponse:
    """Show the form, or do what it asks for and go back to the milestone."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = act.serve(milestone, **form.cleaned_data, by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            say(request, changed, act.said)
            if changed and warning:
                messages.warning(request, warning)
            return back(request, milestone.pk, act.anchor)
    elif not act.possible(milestone):
        say(request, False, act.said)  # noqa: FBT003 -- nothing was changed
        return back(request, milestone.pk)
    context = {"milestone": milestone, "form": form, "act": act, "warning": warning}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "roadmap/act.html", context, status=status)


def seen(request: DistrictRequest, pk: int) -> Milestone:
    """A milestone in reach, with what names its owner and its plan."""
    found = Milestone.objects.reachable(request.reach).with_owner(request.district.today())
    milestone: Milestone = get_object_or_404(
        found.select_related("school_year", "anchor__school_year", "done_by"), pk=pk
    )
    milestone.district = request.district
    return milestone


def changeable(request: DistrictRequest, pk: int) -> Milestone:
    """One whose school year is not archived."""
    milestone = seen(request, pk)
    if milestone.school_year.archived_at:
        raise PermissionDenied
    return milestone


def mine(request: DistrictRequest, pk: int) -> Milestone:
    """One this person may act on: seen by more people than may change it."""
    milestone = changeable(request, pk)
    if not may_work(request, milestone):
        raise PermissionDenied
    return milestone


def helped(request: DistrictRequest, pk: int) -> Milestone:
    """One of which this person may say how it goes."""
    milestone = changeable(request, pk)
    if not may_note(request, milestone):
        raise PermissionDenied
    return milestone


def may_work(request: DistrictRequest, milestone: Milestone) -> bool:
    works = request.access.reach(Capability.ROADMAP_WORK)
    manages = request.access.reach(Capability.ROADMAP_MANAGE)
    return bool(works) and milestones.may_work_on(milestone, works, manages)


def may_note(request: DistrictRequest, milestone: Milestone) -> bool:
    works = request.access.reach(Capability.ROADMAP_WORK)
    manages = request.access.reach(Capability.ROADMAP_MANAGE)
    return bool(works) and beside.may_note(milestone, works, manages)


def say(request: DistrictRequest, changed: bool, said: str) -> None:  # noqa: FBT001 -- a service's answer
    if changed:
        messages.success(request, said)
    else:
        messages.info(request, MOVED_ON)


def back(request: DistrictRequest, pk: int, anchor: str = "") -> HttpResponse:
    answer = redirect("roadmap:detail", district=request.district.slug, pk=pk)
    if anchor:
        answer["Location"] += f"#{anchor}"
    return answer

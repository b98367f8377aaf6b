"""One step for several milestones, asked before it is done."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from roadmap.forms.bulk import SeveralForm, SeveralOwnersForm
from roadmap.models import Milestone
from roadmap.services import bulk as service
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused

MOST = 200
OWNER = "owner"
WORDS = {
    OWNER: {
        "title": "Change the owner of several milestones",
        "note": "Each keeps its date. Reminders go to whoever holds the new position.",
        "button": "Change the owner",
        "said": "changed hands.",
    },
    "aside": {
        "title": "Mark several milestones not applicable",
        "note": "They no longer count in any figure, and nobody is reminded of them.",
        "button": "Mark not applicable",
        "said": "set aside as not applicable.",
    },
}


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def bulk(request: DistrictRequest) -> HttpResponse:
    """The chosen ones (`?milestone=1&milestone=2`) with what `?act=` asks: an owner, or why not."""
    act = request.GET.get("act", "")
    rows = _chosen(request)
    if act not in WORDS or not rows:
        messages.info(request, "Choose at least one open milestone first.")
        return redirect("roadmap:index", district=request.district.slug)
    kwargs: dict[str, Any] = {"rows": rows, "initial": {"milestone": [row.pk for row in rows]}}
    form = (
        SeveralOwnersForm(request.POST or None, reach=request.reach, **kwargs)
        if act == OWNER
        else SeveralForm(request.POST or None, **kwargs)
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = _do(request, act, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            one = "milestone" if changed == 1 else "milestones"
            messages.success(request, f"{changed} {one} {WORDS[act]['said']}")
            return redirect("roadmap:index", district=request.district.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "roadmap/bulk.html", {"form": form, "words": WORDS[act]}, status=status)


def _chosen(request: DistrictRequest) -> Any:
    """Open ones in reach, of a year that is not archived, in the order of their dates."""
    asked = [int(pk) for pk in request.GET.getlist("milestone")[:MOST] if pk.isdecimal()]
    found = Milestone.objects.reachable(request.reach).filter(
        pk__in=[pk for pk in asked if pk < 2**31], school_year__archived_at=None
    )
    return found.open().with_owner(request.district.today())


def _do(request: DistrictRequest, act: str, given: dict[str, Any]) -> int:
    rows, reason = given["milestone"], given["reason"]
    if act == OWNER:
        return service.assign_all(rows, given["owner"], reason=reason, by=request.reach)
    return service.set_aside_all(rows, reason=reason, by=request.reach)

"""Ways from a form to opening it again, and from the start page to what waits to be agreed on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

from checklists.models import Checklist, RaterKind, Reopening
from checklists.models.forms import ChecklistQuerySet
from checklists.services import agreeing, reopening
from roles.capabilities import Capability
from roles.pages import DistrictRequest
from roles.services.calendar import closures_of

OTHER: dict[str, str] = {RaterKind.SELF: RaterKind.OBSERVER, RaterKind.OBSERVER: RaterKind.SELF}
LONG_PAST = dt.timedelta(days=180)  # thirty school days over any summer

register = template.Library()


@register.inclusion_tag("checklists/_reopen.html", takes_context=True)
def reopen_link(context: dict[str, Any], form: Checklist) -> dict[str, Any]:
    """`{% reopen_link sheet.checklist %}`: to opening a submitted form again, for who may do that.
    One query, for those who manage checklists there; none for others.
    """
    request: DistrictRequest = context["request"]
    managing = request.access.reach(Capability.CHECKLIST_MANAGE)
    is_there = bool(managing) and (form.school_id is None or managing.covers(form.school_id))
    may_reopen = False
    if is_there and form.is_submitted and not form.withdrawn_at:
        cycle = (
            Checklist.objects.reachable(managing)
            .current()
            .filter(window=form.window_id, position=form.position_id, holder=form.holder_id)
        )
        agreed = cycle.filter(rater_kind=RaterKind.AGREED).first()
        may_reopen = not reopening.why_not(form, agreed, managing)
    return {"request": request, "checklist": form, "may_reopen": may_reopen}


@register.inclusion_tag("checklists/_reopened.html", takes_context=True)
def reopened(context: dict[str, Any], form: Checklist) -> dict[str, Any]:
    """`{% reopened sheet.checklist %}`: why a form is open again, while it is. One query."""
    reach = context["request"].reach
    rows = Reopening.objects.reachable(reach).filter(checklist=form).select_related("by")
    return {"reopening": None if form.is_submitted else rows.first()}


@register.inclusion_tag("checklists/compare_ready.html", takes_context=True)
def to_compare(context: dict[str, Any]) -> dict[str, Any]:
    """`{% to_compare %}`: the reader's pairs of which both ratings are in and that are not closed,
    as long as the two may still agree. One query, and two more if there
    is something submitted.
    """
    request: DistrictRequest = context["request"]
    readable = Checklist.objects.reachable(request.reach).readable_by(request.access).current()
    mine = _in_time(request, readable)
    if not mine:
        return {"request": request, "ready": []}
    cycles = readable.filter(
        window__in={form.window_id for form in mine},
        position__in={form.position_id for form in mine},
    )
    kinds: dict[tuple[int, int, int], dict[str, Checklist]] = {}
    for form in cycles.select_related("rater"):
        kinds.setdefault(_cycle(form), {})[form.rater_kind] = form
    ready = []
    for form in mine:
        found = kinds[_cycle(form)]
        agreed, other = found.get(RaterKind.AGREED), found.get(OTHER[form.rater_kind])
        if other and other.is_submitted and not (agreed and agreed.is_submitted):
            ready.append((form, other.rater, agreed))
    return {"request": request, "ready": ready}


def _in_time(request: DistrictRequest, readable: ChecklistQuerySet) -> list[Checklist]:
    """What the reader has submitted and may still agree on."""
    since = request.district.today() - LONG_PAST
    submitted = readable.submitted().filter(rater=request.user, window__closes_on__gte=since)
    related = submitted.exclude(rater_kind=RaterKind.AGREED).select_related(
        "window", "template", "position__role", "position__department", "position__school"
    )
    found = list(related)
    closures = closures_of(request.district) if found else []
    return [f for f in found if agreeing.is_in_time(f.window, request.district, closures)]


def _cycle(form: Checklist) -> tuple[int, int, int]:
    return form.window_id, form.position_id, form.holder_id

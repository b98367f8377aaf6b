"""Ways from a form to the other rating of its pair, to what was agreed, and to opening it again."""

from __future__ import annotations

from typing import Any

from django import template

from checklists.models import Checklist, RaterKind, Reopening
from checklists.pairs import pair_of
from checklists.services import agreeing, reopening
from roles.capabilities import Capability
from roles.pages import DistrictRequest

register = template.Library()


@register.inclusion_tag("checklists/_pair.html", takes_context=True)
def pair_links(context: dict[str, Any], form: Checklist) -> dict[str, Any]:
    """`{% pair_links sheet.checklist %}`: on to the comparison, once the reader may read both;
    and to opening the form again, for who may do that. 2 queries.
    """
    request: DistrictRequest = context["request"]
    readable = Checklist.objects.reachable(request.reach).readable_by(request.access)
    pair = pair_of(form, readable)
    if pair and not pair.both_in:
        pair = None
    managing = request.access.reach(Capability.CHECKLIST_MANAGE)
    may_reopen = (
        bool(managing)
        and (form.school_id is None or managing.covers(form.school_id))
        and not form.withdrawn_at
        and not reopening.why_not(form, pair.agreed if pair else None, managing)
    )
    return {
        "request": request,
        "checklist": form,
        "pair": pair,
        "may_agree": bool(pair) and not agreeing.why_not(pair, request.reach) if pair else False,
        "may_reopen": may_reopen,
    }


@register.inclusion_tag("checklists/_reopened.html", takes_context=True)
def reopened(context: dict[str, Any], form: Checklist) -> dict[str, Any]:
    """`{% reopened sheet.checklist %}`: why a form is open again, while it is. One query."""
    reach = context["request"].reach
    rows = Reopening.objects.reachable(reach).filter(checklist=form).select_related("by")
    return {"reopening": None if form.is_submitted else rows.first()}


@register.inclusion_tag("checklists/compare_ready.html", takes_context=True)
def to_compare(context: dict[str, Any]) -> dict[str, Any]:
    """`{% to_compare %}`: the reader's pairs of which both ratings are in and that are not closed,
    as long as the two may still agree. 2 queries, and one more if there are any.
    """
    request: DistrictRequest = context["request"]
    readable = Checklist.objects.reachable(request.reach).readable_by(request.access)
    mine = readable.current().submitted().filter(rater=request.user)
    mine = mine.exclude(rater_kind=RaterKind.AGREED)
    related = mine.select_related(
        "window", "template", "position__role", "position__department", "position__school"
    )
    found = [form for form in related if agreeing.is_in_time(form.window, request.district)]
    cycles = {(form.window_id, form.position_id): form for form in found}
    others = readable.current().filter(
        window__in={window for window, _ in cycles},
        position__in={position for _, position in cycles},
    )
    kinds: dict[tuple[int, int], dict[str, Checklist]] = {}
    for form in others.select_related("rater") if cycles else []:
        kinds.setdefault((form.window_id, form.position_id), {})[form.rater_kind] = form
    ready = [
        (form, kinds[cycle], kinds[cycle].get(RaterKind.AGREED))
        for cycle, form in cycles.items()
        if all(kind in kinds[cycle] for kind in (RaterKind.SELF, RaterKind.OBSERVER))
    ]
    return {
        "request": request,
        "ready": [
            (form, by_kind[_other_kind(form)].rater, agreed)
            for form, by_kind, agreed in ready
            if agreed is None or not agreed.is_submitted
        ],
    }


def _other_kind(form: Checklist) -> RaterKind:
    return RaterKind.OBSERVER if form.rater_kind == RaterKind.SELF else RaterKind.SELF

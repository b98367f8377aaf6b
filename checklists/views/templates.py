"""The checklist library: every checklist, each version in full, and the draft of the next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists import marks, wording
from checklists.forms.templates import FrameForm, PublishForm
from checklists.models import ChecklistItem, ChecklistTemplate
from checklists.reports import alignment as alignments
from checklists.reports import library as reports
from checklists.scales import SCALES
from checklists.services import templates as services
from checklists.services.library import DEFAULT_SCALE
from roles.capabilities import Capability
from roles.models import LeadershipRole
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused, Stale

MANAGE = Capability.CHECKLIST_MANAGE
VERSIONS = "role", "observer_role", "published_by"


@page("GET", requires=Capability.HOME_VIEW)
def library(request: DistrictRequest) -> HttpResponse:
    """Every checklist: it tells people what a role comes down to, so everyone may read it."""
    managed = request.access.reach(MANAGE)
    context = {
        "shelf": reports.shelf(request.reach, drafts=bool(managed)),
        "may_manage": bool(managed),
        "may_align": bool(request.access.reach(Capability.CHECKLIST_VIEW)),
        "proposals": alignments.open_proposals(managed) if managed else 0,
    }
    return render(request, "checklists/library.html", context)


@page("GET", requires=Capability.HOME_VIEW)
def template(request: DistrictRequest, pk: int) -> HttpResponse:
    """One version in full, and the history of its checklist."""
    found = _version(request, pk)
    managed = request.access.reach(MANAGE)
    if found.status == "draft":
        if not managed:
            raise Http404
        return redirect("checklists:template-draft", request.district.slug, pk)
    versions = reports.history(request.reach, found)
    others = ChecklistTemplate.objects.reachable(request.reach).filter(key=found.key)
    items = list(found.items.select_related("duty"))
    scales = _scales(items)
    standing = alignments.standing_of(managed, found.role) if managed else None
    context = {
        "template": found,
        "items": items,
        "scales": scales,
        "usual": scales[0].label if len(scales) > 1 else "",
        "first_asked": reports.first_asked(request.reach, found),
        "versions": versions,
        "in_force": next((v.template for v in versions if v.template.status == "published"), None),
        "draft": others.drafts().first() if managed else None,
        "standing": standing,
        "may_manage": bool(managed),
        "may_view": bool(request.access.reach(Capability.CHECKLIST_VIEW)),
        "own_thresholds": reports.differs_from_usual(found),
    }
    return render(request, "checklists/template.html", context)


@page("POST", requires=MANAGE)
def start(request: DistrictRequest, pk: int) -> HttpResponse:
    """Open the draft of a checklist's next version, begun if there is none."""
    draft = services.start_draft(_version(request, pk), by=request.reach)
    return redirect("checklists:template-draft", request.district.slug, draft.pk)


@page("POST", requires=MANAGE)
def write_first(request: DistrictRequest, pk: int) -> HttpResponse:
    """Begin the checklist of a role that has none."""
    role = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    found = services.write_first(role, by=request.reach)
    return redirect("checklists:template", request.district.slug, found.pk)


@page("GET", requires=MANAGE)
def draft(request: DistrictRequest, pk: int) -> HttpResponse:
    """The draft with all that can be done to it."""
    found = _version(request, pk)
    if found.status != "draft":
        return redirect("checklists:template", request.district.slug, pk)
    return render(request, "checklists/template_draft.html", draft_context(request, found))


def draft_context(request: DistrictRequest, found: ChecklistTemplate) -> dict[str, Any]:
    """What the page of a draft shows, also when only its list of items is sent."""
    before = _in_force(request, found)
    versions = [found, before] if before else [found]
    items = reports.items_by_version(request.reach, versions)
    mine = items[found.pk]
    keys = {item.key for item in mine}
    change = reports.change_between(before, items[before.pk], found, mine) if before else None
    return {
        "template": found,
        "before": before,
        "items": [(item, wording.hints(item.text)) for item in mine],
        "retired": [i for i in items[before.pk] if i.key not in keys] if before else [],
        "change": change,
        "usual": SCALES[DEFAULT_SCALE].label,
        "remark": wording.about_number(len(mine)),
        "is_full": len(mine) >= wording.MOST,
        "most": wording.MOST,
        "first_asked": reports.first_asked(request.reach, found),
        "standing": alignments.standing_of(request.reach, found.role),
    }


@page("GET", "POST", requires=MANAGE)
def frame(request: DistrictRequest, pk: int) -> HttpResponse:
    """Title, minutes, rhythm, second rater, thresholds and banner of a draft."""
    found = draft_or_404(request, pk)
    seen = request.POST.get("seen") or marks.frame_mark(found)
    form = FrameForm(request.POST or None, instance=found, reach=request.reach)
    context = {"template": found, "form": form, "seen": seen}
    if request.method != "POST":
        return render(request, "checklists/template_frame.html", context)
    if not form.is_valid():
        return render(request, "checklists/template_frame.html", context, status=422)
    try:
        services.change_frame(found, form.cleaned_data, seen=seen, by=request.reach)
    except Stale as stale:
        theirs = _version(request, pk)
        context |= {"stale": stale, "theirs": theirs, "seen": marks.frame_mark(theirs)}
        return render(request, "checklists/template_frame.html", context, status=409)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("checklists:library", request.district.slug)
    messages.success(request, "The settings are saved in the draft.")
    return redirect("checklists:template-draft", request.district.slug, pk)


@page("POST", requires=MANAGE)
def discard(request: DistrictRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = _version(request, pk)
    if services.discard(found, by=request.reach):
        messages.success(request, "The draft is discarded. What is in force stays as it is.")
    else:
        messages.warning(request, "This version is published. Only a draft can be discarded.")
    return redirect("checklists:library", request.district.slug)


@page("GET", "POST", requires=MANAGE)
def publish(request: DistrictRequest, pk: int) -> HttpResponse:
    """What changes and what happens then; and the publishing."""
    found = _version(request, pk)
    if found.status != "draft":
        messages.info(request, f"Version {found.number} is published already.")
        return redirect("checklists:template", request.district.slug, pk)
    form = PublishForm(request.POST or None, initial={"seen": marks.draft_mark(found)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said = form.cleaned_data
                services.publish(
                    found, note=said["change_note"], seen=said["seen"], by=request.reach
                )
            except Refused as refused:
                messages.error(request, str(refused))
                return redirect("checklists:template-publish", request.district.slug, pk)
            messages.success(
                request, f"Version {found.number} is in force from the next window on."
            )
            return redirect("checklists:template", request.district.slug, pk)
    context = {"form": form, **draft_context(request, found)}
    context["still_open"] = reports.still_open(request.reach, found)
    return render(request, "checklists/template_publish.html", context, status=status)


def draft_or_404(request: DistrictRequest, pk: int) -> ChecklistTemplate:
    """A draft of this district."""
    drafts = ChecklistTemplate.objects.reachable(request.reach).drafts()
    return get_object_or_404(drafts.select_related(*VERSIONS), pk=pk)


def _version(request: DistrictRequest, pk: int) -> ChecklistTemplate:
    versions = ChecklistTemplate.objects.reachable(request.reach).select_related(*VERSIONS)
    return get_object_or_404(versions, pk=pk)


def _in_force(request: DistrictRequest, found: ChecklistTemplate) -> ChecklistTemplate | None:
    versions = ChecklistTemplate.objects.reachable(request.reach).select_related("observer_role")
    return versions.published().filter(key=found.key).first()


def _scales(items: list[ChecklistItem]) -> list[Any]:
    """Each scale the items are rated on, the most used first."""
    scales = [item.on_scale for item in items]
    return sorted(dict.fromkeys(scales), key=lambda scale: -scales.count(scale))

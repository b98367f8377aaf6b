"""The items of a draft: each on a page of its own, and the buttons beside them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from checklists import marks, wording
from checklists.alignment import Proposal
from checklists.forms.templates import ItemForm
from checklists.models import ChecklistItem, ChecklistTemplate
from checklists.reports import alignment as alignments
from checklists.services import items as services
from checklists.services import proposals
from checklists.views.templates import draft_context, draft_or_404
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused, Stale

MANAGE = Capability.CHECKLIST_MANAGE


@page("GET", "POST", requires=MANAGE)
def add(request: DistrictRequest, pk: int) -> HttpResponse:
    """A new item at the end of the draft."""
    draft = draft_or_404(request, pk)
    start = {"frequency": draft.self_frequency, "scale": "impl_0_2"}
    form = ItemForm(
        request.POST or None,
        instance=ChecklistItem(template=draft),
        initial=start,
        reach=request.reach,
        template=draft,
    )
    if request.method != "POST":
        return _page(request, draft, form)
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    standing = alignments.standing_of(request.reach, draft.role)
    said = form.said | _duty_said(form, ChecklistItem(), standing)
    try:
        item = services.add_item(draft, said, by=request.reach)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, draft, form, status=422)
    messages.success(request, "The item is added to the draft.")
    return _to_item(request, draft, item.key)


@page("GET", "POST", requires=MANAGE)
def edit(request: DistrictRequest, pk: int, key: str) -> HttpResponse:
    """One item. Its key stays whatever its words become, and the trend with it."""
    draft = draft_or_404(request, pk)
    item = _item(request, draft, key)
    if request.method != "POST" and item is None:
        messages.warning(request, "This item is not in the draft any more.")
        return redirect("checklists:template-draft", request.district.slug, pk)
    standing = alignments.standing_of(request.reach, draft.role)
    rewording = standing.rewording_of(key) if standing else None
    form = ItemForm(
        request.POST or None,
        instance=_item(request, draft, key) or ChecklistItem(template=draft, key=key),
        reach=request.reach,
        template=draft,
        reworded=rewording is not None,
    )
    context: dict[str, Any] = {"item": item, "rewording": rewording}
    if request.method != "POST":
        return _page(request, draft, form, **context)
    if not form.is_valid():
        return _page(request, draft, form, status=422, gone=item is None, **context)
    said = form.said | _duty_said(form, item or ChecklistItem(), standing)
    return _save(request, draft, form, said, rewording)


def _save(
    request: DistrictRequest,
    draft: ChecklistTemplate,
    form: ItemForm,
    said: dict[str, Any],
    rewording: Proposal | None,
) -> HttpResponse:
    """Keep it; if someone else was faster, show what they did beside what was typed."""
    key, by = form.instance.key, request.reach
    try:
        if "restore" in request.POST:
            services.bring_back(draft, key, said, by=by)
        else:
            services.save_item(draft, key, said, seen=request.POST.get("seen", ""), by=by)
        if rewording and form.cleaned_data.get("matched") and "duty" not in said:
            proposals.match(draft, rewording, by=by)
    except services.Gone as gone:
        return _page(request, draft, form, status=409, gone=gone)
    except Stale as stale:
        theirs = _item(request, draft, key)
        return _page(request, draft, form, status=409, stale=stale, item=theirs)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, draft, form, status=422)
    messages.success(request, "The item is saved in the draft.")
    return _to_item(request, draft, key)


def _duty_said(
    form: ItemForm, item: ChecklistItem, standing: alignments.Standing | None
) -> dict[str, Any]:
    """Another duty than before, with how it reads now; nothing if it is the same one."""
    duty = form.cleaned_data.get("duty")
    if "duty" not in form.fields or (duty.pk if duty else None) == item.duty_id:
        return {}
    if duty is None:
        return {"duty": None, "duty_text": ""}
    lines = standing.alignment.duties if standing else ()
    reads = next((line.text for line in lines if line.key == duty.key), duty.text)
    return {"duty": duty, "duty_text": reads}


@page("POST", requires=MANAGE)
def retire(request: DistrictRequest, pk: int, key: str) -> HttpResponse:
    """Drop an item from the draft."""
    draft = draft_or_404(request, pk)
    if services.retire_item(draft, key, by=request.reach):
        messages.success(request, "The item is retired in this draft. You can bring it back.")
    return redirect("checklists:template-draft", request.district.slug, pk)


@page("POST", requires=MANAGE)
def bring_back(request: DistrictRequest, pk: int, key: str) -> HttpResponse:
    """Put an item of an earlier version back."""
    draft = draft_or_404(request, pk)
    try:
        services.bring_back(draft, key, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("checklists:template-draft", request.district.slug, pk)
    messages.success(request, "The item is back, with its trend.")
    return _to_item(request, draft, key)


@page("POST", requires=MANAGE)
def move(request: DistrictRequest, pk: int, key: str) -> HttpResponse:
    """One place up or down."""
    draft = draft_or_404(request, pk)
    services.move_item(draft, key, up="up" in request.POST, by=request.reach)
    if request.htmx:
        return render(request, "checklists/template_items.html", draft_context(request, draft))
    return _to_item(request, draft, key)


def _item(request: DistrictRequest, draft: ChecklistTemplate, key: str) -> ChecklistItem | None:
    rows = ChecklistItem.objects.reachable(request.reach).select_related("duty")
    return rows.filter(template=draft, key=key).first()


def _to_item(request: DistrictRequest, draft: ChecklistTemplate, key: str) -> HttpResponse:
    address = reverse("checklists:template-draft", args=[request.district.slug, draft.pk])
    return redirect(f"{address}#item-{key}")


def _page(
    request: DistrictRequest,
    draft: ChecklistTemplate,
    form: ItemForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    item = more.get("item")
    text = form.data.get("text", "") if form.is_bound else form.initial.get("text", "")
    again = status in (200, 409)
    context = {
        "template": draft,
        "form": form,
        "hints": wording.hints(str(text)),
        "seen": marks.item_mark(item) if item and again else request.POST.get("seen", ""),
        **more,
    }
    return render(request, "checklists/template_item.html", context, status=status)

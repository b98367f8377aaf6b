"""What shows a rating: added and taken away by the rater, fetched by who reads the ratings."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from checklists.evidence_files import JPEG
from checklists.forms.evidence import EvidenceForm
from checklists.models import Checklist, ChecklistItem, ItemEvidence
from checklists.services import evidence as service
from checklists.services import filling
from roles.capabilities import Capability
from roles.file_answers import handed_in
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.uploads import refused_files

WORK = Capability.CHECKLIST_WORK


@page("GET", "POST", requires=WORK)
def evidence(request: DistrictRequest, pk: int, item: int) -> HttpResponse:
    """What shows one item: a page of its own, and what the form's own page sends its files to."""
    checklist = _mine(request, pk)
    items = ChecklistItem.objects.reachable(request.reach).filter(template=checklist.template_id)
    shown = get_object_or_404(items, pk=item)
    if request.method == "POST":
        return _add(request, checklist, shown)
    if filling.why_locked(checklist):
        return redirect("checklists:result", request.district.slug, pk)
    return _page(request, checklist, shown, EvidenceForm(refused=[]))


def _mine(request: DistrictRequest, pk: int) -> Checklist:
    """The form, if this is the person who rates on it; to anyone else it is not there."""
    forms = Checklist.objects.reachable(request.reach).rated_by(request.user)
    related = forms.select_related("window", "template", "position__role", "position__school")
    checklist: Checklist = get_object_or_404(related, pk=pk)
    checklist.district = request.district
    return checklist


def _add(request: DistrictRequest, checklist: Checklist, item: ChecklistItem) -> HttpResponse:
    files = request.FILES  # taken in first: only then it is known what was too large
    form = EvidenceForm(request.POST, files, refused=refused_files(request))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            save_id = form.cleaned_data["save_id"]
            service.add(checklist, item, form.things, save_id=save_id, by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
            status = HTTPStatus.CONFLICT if isinstance(why, filling.Shut) else status
    if request.htmx:
        return _in_place(request, checklist, item, form, status)
    if form.errors:
        return _page(request, checklist, item, form, status)
    messages.success(request, "Added.")
    return redirect("checklists:evidence", request.district.slug, checklist.pk, item.pk)


def _in_place(
    request: DistrictRequest,
    checklist: Checklist,
    item: ChecklistItem,
    form: EvidenceForm,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """For the form's own page: the list as it now is, or a sentence of what is wrong."""
    if form.errors:
        why = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponse(why, status=status, content_type="text/plain; charset=utf-8")
    context = {"checklist": checklist, "item": item}
    return render(request, "checklists/evidence_list.html", context)


def _page(
    request: DistrictRequest,
    checklist: Checklist,
    item: ChecklistItem,
    form: EvidenceForm,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {"checklist": checklist, "item": item, "form": form, "most": ItemEvidence.MOST}
    return render(request, "checklists/evidence.html", context, status=status)


@page("POST", requires=WORK)
def evidence_remove(request: DistrictRequest, pk: int, evidence: int) -> HttpResponse:
    """Take one away. What is gone already is as it should be."""
    checklist = _mine(request, pk)
    rows = ItemEvidence.objects.reachable(request.reach).filter(checklist=checklist)
    found: ItemEvidence = get_object_or_404(rows.select_related("item"), pk=evidence)
    try:
        service.remove(found, by=request.reach)
    except Refused as why:
        if request.htmx:
            return HttpResponse(str(why), status=HTTPStatus.CONFLICT, content_type="text/plain")
        messages.error(request, str(why))
        return redirect("checklists:result", request.district.slug, pk)
    if request.htmx:
        context = {"checklist": checklist, "item": found.item}
        return render(request, "checklists/evidence_list.html", context)
    messages.success(request, f"Removed {found.name}.")
    return redirect("checklists:evidence", request.district.slug, pk, found.item_id)


@never_cache
@page("GET", requires=WORK)
def evidence_file(request: DistrictRequest, pk: int, evidence: int) -> HttpResponseBase:
    """A file, for who may read the ratings it belongs to. Only photos, which we made, open."""
    rows = ItemEvidence.objects.reachable(request.reach).readable_by(request.access)
    found: ItemEvidence = get_object_or_404(rows.exclude(file=""), checklist=pk, pk=evidence)
    photo = JPEG if found.content_type == JPEG else ""
    return handed_in(found.file, name=found.name, photo=photo)

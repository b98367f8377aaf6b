"""The heart: a leader fills in a form, looks it over and submits it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.forms.answers import read_answer
from checklists.models import Checklist, ChecklistItem, Rating
from checklists.services import filling
from checklists.sheets import Sheet, sheet_of
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused


@page("GET", "POST", requires=Capability.CHECKLIST_WORK)
def fill(request: DistrictRequest, pk: int) -> HttpResponse:
    """The form itself. A POST of the whole page saves every answer on it, without JavaScript."""
    checklist = _mine(request, pk)
    if request.method == "POST":
        return _save_all(request, checklist)
    if checklist.is_submitted or filling.why_shut(checklist):
        return redirect("checklists:result", request.district.slug, pk)
    return render(request, "checklists/fill.html", {"sheet": _sheet(request, checklist)})


def _mine(request: DistrictRequest, pk: int) -> Checklist:
    """The form, if this is the person who rates on it; to anyone else it is not there."""
    forms = Checklist.objects.reachable(request.reach).rated_by(request.user)
    related = forms.select_related(
        "window", "template", "position__role", "position__department", "position__school", "holder"
    )
    checklist: Checklist = get_object_or_404(related, pk=pk)
    checklist.district = request.district
    return checklist


def _sheet(request: DistrictRequest, checklist: Checklist) -> Sheet:
    reach = request.reach
    ratings = Rating.objects.reachable(reach).readable_by(request.access)
    return sheet_of(checklist, ChecklistItem.objects.reachable(reach), ratings)


def _save_all(request: DistrictRequest, checklist: Checklist) -> HttpResponse:
    """Keep each answer that differs from what is kept; what is refused stays on the page."""
    sheet = _sheet(request, checklist)
    refused: dict[int, str] = {}
    for line in sheet.lines:
        if f"note-{line.item.pk}" not in request.POST:
            continue
        try:
            given = read_answer(line.item, request.POST)
            if given != line.given:
                filling.save_rating(checklist, line.item, given, by=request.reach)
        except Refused as why:
            refused[line.item.pk] = str(why)
    if not refused:
        return redirect("checklists:review", request.district.slug, checklist.pk)
    typed = {pk: request.POST.get(f"note-{pk}", "") for pk in refused}
    fresh = _sheet(request, checklist).with_typed(typed, refused)
    return _refused(request, checklist, next(iter(refused.values())), fresh)


def _refused(
    request: DistrictRequest, checklist: Checklist, why: object, sheet: Sheet | None = None
) -> HttpResponse:
    """The sentence, on the page it came from: locked answers 409, nonsense 422."""
    locked = checklist.is_submitted or bool(filling.why_shut(checklist))
    status = HTTPStatus.CONFLICT if locked else HTTPStatus.UNPROCESSABLE_ENTITY
    if request.htmx:
        return HttpResponse(str(why), status=status, content_type="text/plain; charset=utf-8")
    context = {"sheet": sheet or _sheet(request, checklist), "refusal": why, "is_mine": True}
    name = "checklists/result.html" if locked else "checklists/fill.html"
    return render(request, name, context, status=status)


@page("POST", requires=Capability.CHECKLIST_WORK)
def rate(request: DistrictRequest, pk: int, item: int) -> HttpResponse:
    """One tap: keep the answer to one item, and say how far the form has come."""
    checklist = _mine(request, pk)
    items = ChecklistItem.objects.reachable(request.reach).filter(template=checklist.template_id)
    rated = get_object_or_404(items, pk=item)
    try:
        filling.save_rating(checklist, rated, read_answer(rated, request.POST), by=request.reach)
    except Refused as why:
        return _refused(request, checklist, why)
    if not request.htmx:
        return redirect("checklists:fill", request.district.slug, pk)
    context = {"sheet": _sheet(request, checklist), "item_pk": item, "again": True}
    return render(request, "checklists/_saved.html", context)


@page("GET", requires=Capability.CHECKLIST_WORK)
def review(request: DistrictRequest, pk: int) -> HttpResponse:
    """Before it binds: what is unrated, what is rated low, and who will see it."""
    checklist = _mine(request, pk)
    if checklist.is_submitted or filling.why_shut(checklist):
        return redirect("checklists:result", request.district.slug, pk)
    return render(request, "checklists/review.html", {"sheet": _sheet(request, checklist)})


@page("POST", requires=Capability.CHECKLIST_WORK)
def submit(request: DistrictRequest, pk: int) -> HttpResponse:
    checklist = _mine(request, pk)
    try:
        filling.submit(checklist, by=request.reach)
    except filling.Unrated as why:
        context = {"sheet": _sheet(request, checklist), "refusal": why}
        return render(request, "checklists/review.html", context, status=422)
    except Refused as why:
        return _refused(request, checklist, why)
    messages.success(request, "Submitted. Your ratings are locked.")
    return redirect("checklists:result", request.district.slug, pk)

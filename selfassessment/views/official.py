"""Results of the assessment taken at NSSA: recorded here, never computed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from checklists.evidence_files import JPEG
from roles.capabilities import Capability
from roles.file_answers import handed_in
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.uploads import refused_files
from selfassessment.forms.official import OfficialForm
from selfassessment.models import OfficialResult
from selfassessment.services import official as service

VIEW, CHANGE = Capability.ASSESSMENT_VIEW, Capability.ASSESSMENT_RATE


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """All results, the newest first; those taken back below."""
    rows = OfficialResult.objects.reachable(request.reach).select_related("recorded_by")
    results = list(rows)
    context = {
        "results": [each for each in results if each.withdrawn_at is None],
        "taken_back": [each for each in results if each.withdrawn_at],
        "may_change": bool(request.access.reach(CHANGE)),
    }
    return render(request, "selfassessment/official.html", context)


@page("GET", "POST", requires=CHANGE)
def add(request: DistrictRequest) -> HttpResponse:
    form = _form(request, OfficialResult(district=request.district))
    if form.is_bound and form.is_valid():
        try:
            service.add(form.says, form.cleaned_data["file"], by=request.reach)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "Recorded, as NSSA printed it.")
            return redirect("selfassessment:official", request.district.slug)
    return _answer(request, form)


@page("GET", "POST", requires=CHANGE)
def correct(request: DistrictRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    if found.withdrawn_at:
        messages.error(request, service.TAKEN_BACK)
        return redirect("selfassessment:official", request.district.slug)
    form = _form(request, found)
    if form.is_bound and form.is_valid():
        try:
            service.correct(
                found,
                form.says,
                form.cleaned_data["file"],
                seen=form.cleaned_data["seen"],
                without_file=form.cleaned_data["without_file"],
                by=request.reach,
            )
        except Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "Saved.")
            return redirect("selfassessment:official", request.district.slug)
    return _answer(request, form, found)


@page("POST", requires=CHANGE)
def take_back(request: DistrictRequest, pk: int) -> HttpResponse:
    if service.take_back(_get(request, pk), by=request.reach):
        messages.success(request, "Taken back. It stays on record below, and can be brought back.")
    return redirect("selfassessment:official", request.district.slug)


@page("POST", requires=CHANGE)
def bring_back(request: DistrictRequest, pk: int) -> HttpResponse:
    if service.bring_back(_get(request, pk), by=request.reach):
        messages.success(request, "It stands again.")
    return redirect("selfassessment:official", request.district.slug)


@never_cache
@page("GET", requires=VIEW)
def report(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The report's file. Only photos, which we made ourselves, open in the browser."""
    rows = OfficialResult.objects.reachable(request.reach).exclude(file="")
    found: OfficialResult = get_object_or_404(rows, pk=pk)
    photo = JPEG if found.content_type == JPEG else ""
    return handed_in(found.file, name=found.file_name, photo=photo)


def _form(request: DistrictRequest, result: OfficialResult) -> OfficialForm:
    today = request.district.today()
    if request.method != "POST":
        return OfficialForm(instance=result, today=today, initial={"seen": service.stamp(result)})
    files = request.FILES  # taken in first: only then it is known what was too large
    return OfficialForm(
        request.POST, files, instance=result, today=today, refused=refused_files(request)
    )


def _answer(
    request: DistrictRequest, form: OfficialForm, result: OfficialResult | None = None
) -> HttpResponse:
    context = {"form": form, "result": result, "stale": False}
    if result and form.is_bound and form["seen"].value() != service.stamp(result):
        data = request.POST.copy()
        data["seen"] = service.stamp(result)  # what stands above the form is what is corrected now
        form.data, context["stale"] = data, True
    status = 422 if form.errors else 200
    return render(request, "selfassessment/official_form.html", context, status=status)


def _get(request: DistrictRequest, pk: int) -> OfficialResult:
    rows = OfficialResult.objects.reachable(request.reach).select_related("recorded_by")
    found: OfficialResult = get_object_or_404(rows, pk=pk)
    return found

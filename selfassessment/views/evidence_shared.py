"""Which piece of evidence by hand an address names, who may change it, and the way back to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roles.capabilities import Capability
from roles.pages import DistrictRequest
from selfassessment.models import EvidenceRevision, HandEvidence
from selfassessment.services import evidence as service

MOVED_ON = "Nothing was changed: it was so already. This is how it is."


RATE, WORK = Capability.ASSESSMENT_RATE, Capability.ASSESSMENT_WORK


def seen(request: DistrictRequest, pk: int) -> HandEvidence:
    """A piece that this person may read; to anyone else it is not there."""
    rows = HandEvidence.objects.reachable(request.reach).readable_by(request.access)
    related = rows.select_related("owner", "added_by", "withdrawn_by").prefetch_related("uses")
    found: HandEvidence = get_object_or_404(related, pk=pk)
    found.district = request.district
    return found


def mine(request: DistrictRequest, pk: int) -> HandEvidence:
    """One this person may change: who rates may, and who answers for it."""
    found = seen(request, pk)
    if not may_change(request, found):
        raise PermissionDenied
    return found


def may_change(request: DistrictRequest, found: HandEvidence) -> bool:
    if request.access.reach(RATE):
        return True
    return bool(request.access.reach(WORK)) and found.owner_id == request.user.pk


def revisions_of(request: DistrictRequest, found: HandEvidence) -> Any:
    return EvidenceRevision.objects.reachable(request.reach).filter(evidence=found)


def now_of(request: DistrictRequest, found: HandEvidence) -> EvidenceRevision:
    now: EvidenceRevision = revisions_of(request, found).select_related("added_by").current().get()
    return now


def status_of(form: forms.Form) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def said(
    request: DistrictRequest, found: HandEvidence, words: str, *, changed: bool
) -> HttpResponse:
    if changed:
        messages.success(request, words)
    else:
        messages.info(request, MOVED_ON)
    return back(request, found)


def gone(request: DistrictRequest, found: HandEvidence) -> HttpResponse:
    messages.info(request, service.GONE)
    return back(request, found)


def back(request: DistrictRequest, found: HandEvidence) -> HttpResponse:
    return redirect("selfassessment:evidence", request.district.slug, found.pk)

"""Evidence by hand: the list, one piece with all it ever said, adding and changing it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from checklists.evidence_files import JPEG
from roles.capabilities import Capability
from roles.file_answers import handed_in
from roles.models import JobDescriptionVersion
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused, Stale
from roles.uploads import refused_files
from selfassessment.forms.evidence import AddForm, EditForm
from selfassessment.forms.evidence_acts import FilterForm
from selfassessment.forms.evidence_uses import kind_words, people_of
from selfassessment.models import EvidenceRevision, HandEvidence
from selfassessment.reports import by_hand
from selfassessment.services import evidence as service
from selfassessment.speaking import Offered
from selfassessment.views.evidence_shared import (
    RATE,
    WORK,
    back,
    gone,
    may_change,
    mine,
    now_of,
    revisions_of,
    said,
    seen,
    status_of,
)

PER_PAGE = 50


@page("GET", requires=Capability.ASSESSMENT_VIEW)
def evidence_list(request: DistrictRequest) -> HttpResponse:
    """All evidence by hand, narrowed by what stands in the address."""
    reach, today = request.reach, request.district.today()
    known = service.offered(request.district)
    used = {code: code for code in by_hand.codes_used(reach)}
    named = used | {each.code: f"{each.code} {each.title}" for each in known.indicators}
    codes = [(code, named[code]) for code in known.in_order(named)]
    form = FilterForm(request.GET, codes=codes, owners=by_hand.owners(reach))
    chosen = form.chosen
    rows = Paginator(by_hand.listed(reach, chosen, today), PER_PAGE)
    shown = rows.get_page(request.GET.get("page"))
    chips = by_hand.chips(list(shown), reach, today)
    context = {
        "page": shown,
        "rows": chips,
        "groups": by_hand.grouped(chips),
        "form": form,
        "chosen": chosen,
        "query": urlencode(chosen),
        "may_rate": bool(request.access.reach(RATE)),
    }
    return render(request, "selfassessment/evidence_list.html", context)


@page("GET", requires=Capability.HOME_VIEW)
def evidence(request: DistrictRequest, pk: int) -> HttpResponse:
    """One piece: what it says now and said before, for what, whose, until when."""
    found, reach, today = seen(request, pk), request.reach, request.district.today()
    revisions = list(revisions_of(request, found).select_related("added_by"))
    now = next(each for each in revisions if each.is_current)
    known = service.offered(request.district)
    now.evidence = found
    [(_, kind, word)] = by_hand.chips([now], reach, today)
    context = {
        "evidence": found,
        "now": now,
        "earlier": [each for each in revisions if not each.is_current],
        "kind": kind,
        "word": word,
        "uses": _uses(found, known),
        "round": known.round,
        "sees_all": bool(request.access.reach(Capability.ASSESSMENT_VIEW)),
        "may_change": may_change(request, found) and found.withdrawn_at is None,
        "may_bring_back": may_change(request, found) and found.withdrawn_at is not None,
        "may_rate": bool(request.access.reach(RATE)) and found.withdrawn_at is None,
        "owner_has_left": by_hand.owner_has_left(found, reach),
        "frozen_in": by_hand.frozen_in(found, reach),
        "newer": _newer(request, now.link),
        "today": today,
    }
    return render(request, "selfassessment/evidence_page.html", context)


@page("GET", "POST", requires=RATE)
def evidence_add(request: DistrictRequest, code: str = "") -> HttpResponse:
    """Add a piece, for one indicator or from the list for any."""
    known = service.offered(request.district)
    about = known.find(code) if code else None
    if code and about is None:
        raise Http404
    files = request.FILES  # taken in first: only then it is known what was too large
    form = AddForm(
        request.POST or None,
        files or None,
        refused=refused_files(request),
        today=request.district.today(),
        offered=known,
        code=code,
        people=people_of(request.reach),
        by=request.user,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            added = service.add(
                form.uses, form.says, file=given["file"], owner=given["owner"], by=request.reach
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _added(request, added, form, known, code)
    context = {"form": form, "indicator": about, "round": known.round}
    return render(request, "selfassessment/evidence_add.html", context, status=status_of(form))


def _added(
    request: DistrictRequest, added: HandEvidence, form: AddForm, known: Offered, code: str
) -> HttpResponse:
    messages.success(request, f"Added: {form.says['label']}.")
    for left_out in filter(known.is_left_out, form.uses):
        messages.info(request, f"{known.round} does not ask {left_out}. It is kept for later.")
    if code and _newer(request, form.says["link"]):
        messages.warning(request, "A newer version of what the link leads to has been published.")
    if code:
        return redirect("selfassessment:indicator", request.district.slug, code)
    return back(request, added)


@page("GET", "POST", requires=WORK)
def evidence_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    """Let it say something else; what it said is kept."""
    found = mine(request, pk)
    if found.withdrawn_at:
        return gone(request, found)
    now, files = now_of(request, found), request.FILES
    form = EditForm(
        request.POST or None,
        files or None,
        refused=refused_files(request),
        today=request.district.today(),
        now=now,
        usual=lambda day: service.usual_end(found, day),
    )
    newer = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        change: dict[str, Any] = {"seen": given["seen"], "file": given["file"]}
        try:
            changed = service.revise(
                found,
                form.says,
                drop_file=given.get("drop_file", False),
                by=request.reach,
                **change,
            )
        except Stale:
            newer = now_of(request, found)
            _take_as_seen(form, newer)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return said(request, found, "Saved as a new revision.", changed=changed)
    context = {"evidence": found, "now": now, "form": form, "newer": newer}
    status = HTTPStatus.CONFLICT if newer else status_of(form)
    return render(request, "selfassessment/evidence_edit.html", context, status=status)


@never_cache
@page("GET", requires=Capability.HOME_VIEW)
def evidence_file(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The file of a revision, for who may read the evidence. Only photos, which we made, open."""
    readable = HandEvidence.objects.reachable(request.reach).readable_by(request.access)
    rows = EvidenceRevision.objects.reachable(request.reach).filter(evidence__in=readable)
    found: EvidenceRevision = get_object_or_404(rows.exclude(file=""), pk=pk)
    photo = JPEG if found.content_type == JPEG else ""
    return handed_in(found.file, name=found.file_name, photo=photo)


def _uses(found: HandEvidence, known: Offered) -> list[dict[str, Any]]:
    kinds = {use.code: use.kind for use in found.uses.all()}
    return [
        {
            "code": code,
            "indicator": known.find(code),
            "kind": kind_words(known.find(code), kinds[code]),
            "left_out": known.is_left_out(code),
        }
        for code in known.in_order(kinds)
    ]


def _newer(request: DistrictRequest, link: str) -> JobDescriptionVersion | None:
    roles = request.access.reach(Capability.ROLES_VIEW)
    return by_hand.newer_version(link, roles) if link else None


def _take_as_seen(form: forms.Form, newer: EvidenceRevision) -> None:
    """What was typed goes on top of the newer revision, once its writer has seen that."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = str(newer.number)
    form.data = data
    if form.cleaned_data.get("file"):
        form.add_error("file", "Choose the file again: it was not saved.")

"""Evidence by hand: the list, one piece with all it ever said, and what people do to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
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
from selfassessment.forms.evidence import (
    AddForm,
    EditForm,
    FilterForm,
    HandOverForm,
    RenewForm,
    UsesForm,
    WithdrawForm,
    kind_words,
    people_of,
)
from selfassessment.models import EvidenceRevision, HandEvidence
from selfassessment.reports import by_hand
from selfassessment.services import evidence as service
from selfassessment.speaking import Offered

PER_PAGE = 50
MOVED_ON = "Nothing was changed: it was so already. This is how it is."
RATE, WORK = Capability.ASSESSMENT_RATE, Capability.ASSESSMENT_WORK


@dataclass(frozen=True)
class Act:
    """A step that asks something first: the words around its form."""

    title: str
    button: str
    said: str
    note: str = ""


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
    context = {
        "page": shown,
        "rows": by_hand.chips(list(shown), reach, today),
        "form": form,
        "chosen": chosen,
        "query": urlencode(chosen),
        "may_rate": bool(request.access.reach(RATE)),
    }
    return render(request, "selfassessment/evidence_list.html", context)


@page("GET", requires=Capability.HOME_VIEW)
def evidence(request: DistrictRequest, pk: int) -> HttpResponse:
    """One piece: what it says now and said before, for what, whose, until when."""
    found, reach, today = _seen(request, pk), request.reach, request.district.today()
    revisions = list(_revisions(request, found).select_related("added_by"))
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
        "may_change": _may_change(request, found) and found.withdrawn_at is None,
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
    return render(request, "selfassessment/evidence_add.html", context, status=_status(form))


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
    return _back(request, added)


@page("GET", "POST", requires=WORK)
def evidence_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    """Let it say something else; what it said is kept."""
    found = _mine(request, pk)
    if found.withdrawn_at:
        return _gone(request, found)
    now, files = _now(request, found), request.FILES
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
            newer = _now(request, found)
            _take_as_seen(form, newer)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _said(request, found, "Saved as a new revision.", changed=changed)
    context = {"evidence": found, "now": now, "form": form, "newer": newer}
    status = HTTPStatus.CONFLICT if newer else _status(form)
    return render(request, "selfassessment/evidence_edit.html", context, status=status)


@page("GET", "POST", requires=WORK)
def evidence_renew(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say that it is still true, and until when."""
    found = _mine(request, pk)
    if found.withdrawn_at:
        return _gone(request, found)
    now, today = _now(request, found), request.district.today()
    usual = service.usual_end(found, today)
    form = RenewForm(request.POST or None, now=now, today=today, usual=usual)
    act = Act(
        title="Still true",
        button="Count it until that day",
        said="Renewed.",
        note="Look at it once more before you say so: whoever rates relies on it.",
    )
    return _ask(request, found, form, act, _renew)


def _renew(found: HandEvidence, *, by: Any, **given: Any) -> bool:
    return service.renew(found, given["expires_on"], seen=given["seen"], by=by)


@page("GET", "POST", requires=WORK)
def evidence_withdraw(request: DistrictRequest, pk: int) -> HttpResponse:
    """Take it back: it counts no more from this moment."""
    found = _mine(request, pk)
    if found.withdrawn_at:
        return _gone(request, found)
    act = Act(
        title="Take back",
        button="Take it back",
        said="Taken back. It counts as evidence no more.",
        note="It disappears from the evidence at once, and what the records say may go down."
        " Rounds that are closed keep it as it was.",
    )
    return _ask(request, found, WithdrawForm(request.POST or None), act, service.take_back)


@page("GET", "POST", requires=RATE)
def evidence_hand_over(request: DistrictRequest, pk: int) -> HttpResponse:
    """Let someone else answer for it."""
    found = _seen(request, pk)
    if found.withdrawn_at:
        return _gone(request, found)
    form = HandOverForm(request.POST or None, people=people_of(request.reach))
    act = Act(
        title="Hand over",
        button="Hand it over",
        said="Handed over.",
        note=f"{found.owner} answers for it now.",
    )
    return _ask(request, found, form, act, _hand_over)


def _hand_over(found: HandEvidence, *, by: Any, **given: Any) -> bool:
    return service.hand_over(found, given["owner"], by=by)


@page("GET", "POST", requires=RATE)
def evidence_indicators(request: DistrictRequest, pk: int) -> HttpResponse:
    """Which indicators it speaks for."""
    found = _seen(request, pk)
    if found.withdrawn_at:
        return _gone(request, found)
    before = {use.code: use.kind for use in found.uses.all()}
    known = service.offered(request.district)
    form = UsesForm(request.POST or None, offered=known, before=before)
    act = Act(
        title="Indicators",
        button="Save",
        said="Saved.",
        note="It counts for each of these from now on, until the same day.",
    )

    def serve(found: HandEvidence, *, by: Any, **_: Any) -> bool:
        return service.speak_for(found, form.uses, by=by)

    return _ask(request, found, form, act, serve)


@never_cache
@page("GET", requires=Capability.HOME_VIEW)
def evidence_file(request: DistrictRequest, pk: int) -> HttpResponseBase:
    """The file of a revision, for who may read the evidence. Only photos, which we made, open."""
    readable = HandEvidence.objects.reachable(request.reach).readable_by(request.access)
    rows = EvidenceRevision.objects.reachable(request.reach).filter(evidence__in=readable)
    found: EvidenceRevision = get_object_or_404(rows.exclude(file=""), pk=pk)
    photo = JPEG if found.content_type == JPEG else ""
    return handed_in(found.file, name=found.file_name, photo=photo)


def _seen(request: DistrictRequest, pk: int) -> HandEvidence:
    """A piece that this person may read; to anyone else it is not there."""
    rows = HandEvidence.objects.reachable(request.reach).readable_by(request.access)
    related = rows.select_related("owner", "added_by", "withdrawn_by").prefetch_related("uses")
    found: HandEvidence = get_object_or_404(related, pk=pk)
    found.district = request.district
    return found


def _mine(request: DistrictRequest, pk: int) -> HandEvidence:
    """One this person may change: who rates may, and who answers for it."""
    found = _seen(request, pk)
    if not _may_change(request, found):
        raise PermissionDenied
    return found


def _may_change(request: DistrictRequest, found: HandEvidence) -> bool:
    if request.access.reach(RATE):
        return True
    return bool(request.access.reach(WORK)) and found.owner_id == request.user.pk


def _revisions(request: DistrictRequest, found: HandEvidence) -> Any:
    return EvidenceRevision.objects.reachable(request.reach).filter(evidence=found)


def _now(request: DistrictRequest, found: HandEvidence) -> EvidenceRevision:
    now: EvidenceRevision = _revisions(request, found).select_related("added_by").current().get()
    return now


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


def _ask(
    request: DistrictRequest,
    found: HandEvidence,
    form: forms.Form,
    act: Act,
    serve: Callable[..., bool],
) -> HttpResponse:
    """Show the form, or do what it asks for and go back to the piece."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = serve(found, **form.cleaned_data, by=request.reach)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _said(request, found, act.said, changed=changed)
    context = {"evidence": found, "now": _now(request, found), "form": form, "act": act}
    return render(request, "selfassessment/evidence_act.html", context, status=_status(form))


def _status(form: forms.Form) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _said(
    request: DistrictRequest, found: HandEvidence, words: str, *, changed: bool
) -> HttpResponse:
    if changed:
        messages.success(request, words)
    else:
        messages.info(request, MOVED_ON)
    return _back(request, found)


def _gone(request: DistrictRequest, found: HandEvidence) -> HttpResponse:
    messages.info(request, service.GONE)
    return _back(request, found)


def _back(request: DistrictRequest, found: HandEvidence) -> HttpResponse:
    return redirect("selfassessment:evidence", request.district.slug, found.pk)

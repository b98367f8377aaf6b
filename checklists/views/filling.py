"""The heart: a leader fills in a form, looks it over and submits it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from checklists.device import is_drawer_of
from checklists.forms.answers import THEIRS, read_answer, read_note, read_pick, read_seen
from checklists.models import Checklist, ChecklistItem, Rating
from checklists.services import filling, nudging
from checklists.services.filling import Given
from checklists.sheets import Line, Pending, Sheet, radio_of, said_time, sheet_of, word_of
from roles.capabilities import Capability
from roles.forms.hinting import KEEP, mark_of
from roles.pages import DistrictRequest, page
from roles.services.mailed import words_to
from roles.services.refusal import Refused
from roles.student_hints import Hint, hints

LOOK_AGAIN = "look at your notes again, or say that they are about no student."
RELATED = (
    "window",
    "template",
    "position__role",
    "position__department",
    "position__school",
    "holder",
)


@dataclass(frozen=True)
class NotesToAskAbout:
    """Notes that may name a student, and the mark that says one has looked at just these words."""

    lines: list[tuple[Line, list[Hint]]]
    mark: str


@page("GET", "POST", requires=Capability.CHECKLIST_WORK)
def fill(request: DistrictRequest, pk: int) -> HttpResponse:
    """The form itself. A POST of the whole page saves every answer on it, without JavaScript."""
    checklist = _mine(request, pk, *RELATED)
    if request.method == "POST":
        return _save_all(request, checklist)
    if filling.why_locked(checklist):
        return redirect("checklists:result", request.district.slug, pk)
    days = nudging.coming(checklist)
    context = {
        "sheet": _sheet(request, checklist),
        "mailed": words_to(request.district, request.user, days, "if it is not in"),
    }
    return render(request, "checklists/fill.html", context)


def _mine(request: DistrictRequest, pk: int, *related: str) -> Checklist:
    """The form, if this is the person who rates on it; to anyone else it is not there."""
    forms = Checklist.objects.reachable(request.reach).rated_by(request.user)
    if related:
        forms = forms.select_related(*related)
    checklist: Checklist = get_object_or_404(forms, pk=pk)
    checklist.district = request.district
    return checklist


def _sheet(request: DistrictRequest, checklist: Checklist) -> Sheet:
    reach = request.reach
    ratings = Rating.objects.reachable(reach).readable_by(request.access)
    return sheet_of(checklist, ChecklistItem.objects.reachable(reach), ratings)


def _save_all(request: DistrictRequest, checklist: Checklist) -> HttpResponse:
    """Keep each answer that differs from what is kept; what cannot be kept stays on the page."""
    sheet = _sheet(request, checklist)
    pending: dict[int, Pending] = {}
    for line in sheet.lines:
        if f"note-{line.item.pk}" not in request.POST:
            continue
        try:
            _save_line(request, checklist, line)
        except filling.Shut as why:
            return _too_late(request, sheet, why)
        except Refused as why:
            pending[line.item.pk] = _not_kept(request, line, why)
    if not pending:
        return _onward(request, sheet)
    return _back_to_the_page(request, checklist, pending)


def _onward(request: DistrictRequest, sheet: Sheet) -> HttpResponse:
    """To the review; to what shows an item if the button of one was pressed."""
    slug, form = request.district.slug, sheet.checklist.pk
    asked = request.POST.get("evidence", "")
    if any(str(line.item.pk) == asked for line in sheet.lines):
        return redirect("checklists:evidence", slug, form, asked)
    return redirect("checklists:review", slug, form)


def _save_line(request: DistrictRequest, checklist: Checklist, line: Line) -> None:
    whose, version = read_pick(line.item, request.POST)
    if whose == THEIRS and version == line.stored_version:
        return
    given, seen = read_answer(line.item, request.POST), read_seen(line.item, request.POST)
    was_left_alone = given.is_empty and seen.version == 0  # the page showed no answer either
    if given != line.given and not was_left_alone:
        filling.save_rating(checklist, line.item, given, by=request.reach, seen=seen)


def _not_kept(request: DistrictRequest, line: Line, why: Refused) -> Pending:
    base = read_seen(line.item, request.POST).version
    try:
        given = read_answer(line.item, request.POST)
    except Refused:
        given = Given(note=read_note(line.item, request.POST))
    if isinstance(why, filling.Clash):
        return Pending(given, base, clashes=True)
    return Pending(given, base, refusal=str(why))


def _back_to_the_page(
    request: DistrictRequest, checklist: Checklist, pending: dict[int, Pending]
) -> HttpResponse:
    sheet = _sheet(request, checklist).with_pending(pending)
    first = next(line for line in sheet.lines if line.pending)
    clashes = any(each.clashes for each in pending.values())
    status = HTTPStatus.CONFLICT if clashes else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        request, "checklists/fill.html", {"sheet": sheet, "first_pending": first}, status=status
    )


def _too_late(request: DistrictRequest, sheet: Sheet, why: Refused) -> HttpResponse:
    """The form is locked by now: what was sent and differs is shown, to copy."""
    sent = {}
    for line in sheet.lines:
        shown = _not_kept(request, line, why)
        if f"note-{line.item.pk}" in request.POST and shown.given != line.given:
            sent[line.item.pk] = shown
    lost = [line for line in sheet.with_pending(sent).lines if line.pending]
    context = {"sheet": sheet, "refusal": why, "lost": lost}
    return render(request, "checklists/too_late.html", context, status=HTTPStatus.CONFLICT)


@page("POST", requires=Capability.CHECKLIST_WORK)
def rate(request: DistrictRequest, pk: int, item: int) -> HttpResponse:
    """One answer, from the script of the page or one that kept it on the device; answers in JSON.

    409 with `clash`: another answer stands, here it is. 409 with `shut`: the form takes no
    answers. 422: the answer is none of its scale, or too long. 403: the answer was kept for
    somebody else than who is signed in now.
    """
    kept_for = request.POST.get("drawer")
    if kept_for and not is_drawer_of(kept_for, request.user):
        return JsonResponse({"signed_out": True}, status=HTTPStatus.FORBIDDEN)
    checklist = _mine(request, pk)
    rows = ChecklistItem.objects.reachable(request.reach).filter(template=checklist.template_id)
    items = {row.pk: row for row in rows}
    if item not in items:
        raise Http404
    try:
        rating = _rate(request, checklist, items[item])
    except filling.Clash as clash:
        said = _as_json(clash.rating, items[item])
        return JsonResponse({"clash": said}, status=HTTPStatus.CONFLICT)
    except filling.Shut as why:
        return JsonResponse({"shut": str(why)}, status=HTTPStatus.CONFLICT)
    except Refused as why:
        return JsonResponse({"refusal": str(why)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    done = Rating.objects.reachable(request.reach).filter(checklist=checklist).given().count()
    return JsonResponse(
        {
            "version": rating.version,
            "saved": said_time(rating.saved_at),
            "done": done,
            "total": len(items),
        }
    )


def _rate(request: DistrictRequest, checklist: Checklist, item: ChecklistItem) -> Rating:
    given, seen = read_answer(item, request.POST), read_seen(item, request.POST)
    return filling.save_rating(checklist, item, given, by=request.reach, seen=seen)


def _as_json(rating: Rating, item: ChecklistItem) -> dict[str, Any]:
    given = Given(rating.value, rating.not_applicable, rating.note)
    return {
        "value": radio_of(given),
        "word": word_of(item, given),
        "note": rating.note,
        "saved": said_time(rating.saved_at),
        "version": rating.version,
    }


@page("GET", requires=Capability.CHECKLIST_WORK)
def review(request: DistrictRequest, pk: int) -> HttpResponse:
    """Before it binds: what is unrated, what is rated low, and who will see it."""
    checklist = _mine(request, pk, *RELATED)
    if filling.why_locked(checklist):
        return redirect("checklists:result", request.district.slug, pk)
    sheet = _sheet(request, checklist)
    context = {"sheet": sheet, "asked": _notes_to_ask_about(sheet)}
    return render(request, "checklists/review.html", context)


def _notes_to_ask_about(sheet: Sheet) -> NotesToAskAbout | None:
    """The notes in which something looks like a student, with what it is; None where none does."""
    lines = [(line, found) for line in sheet.lines if (found := hints(line.note))]
    if not lines:
        return None
    return NotesToAskAbout(lines, mark_of([hint for _, found in lines for hint in found]))


@page("POST", requires=Capability.CHECKLIST_WORK)
def submit(request: DistrictRequest, pk: int) -> HttpResponse:
    checklist = _mine(request, pk, *RELATED)
    sheet = _sheet(request, checklist)
    asked = None if checklist.is_submitted else _notes_to_ask_about(sheet)
    if asked and request.POST.get(KEEP) != asked.mark:
        context = {"sheet": sheet, "asked": asked, "refusal": LOOK_AGAIN}
        return render(request, "checklists/review.html", context, status=422)
    try:
        filling.submit(checklist, by=request.reach)
    except filling.Unrated as why:
        context = {"sheet": sheet, "asked": asked, "refusal": why}
        return render(request, "checklists/review.html", context, status=422)
    except filling.Shut as why:
        checklist.refresh_from_db(fields=["submitted_at"])
        if checklist.is_submitted:  # twice at once, or the page was gone back to
            return redirect("checklists:result", request.district.slug, pk)
        return _too_late(request, sheet, why)
    messages.success(request, "Submitted. Your ratings are locked.")
    return redirect("checklists:result", request.district.slug, pk)

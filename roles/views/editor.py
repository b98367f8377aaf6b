"""What the editor of a draft answers: to a reader with a whole page, to its script in short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from roles import reports
from roles.capabilities import Capability
from roles.changes import Piece, compare_words
from roles.forms.jobs import VersionForm
from roles.forms.lines import DutyLines
from roles.merging import Clash
from roles.models import Duty, JobDescriptionVersion
from roles.pages import DistrictRequest
from roles.services.refusal import Refused
from roles.services.together import Clashed, Saved, text_of
from roles.views.versions import all_versions

JUST_NOW = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Side:
    """One person's words for the place both changed; `pieces` is empty if they took it out."""

    pieces: Sequence[Piece]
    duty: str = ""


@dataclass(frozen=True)
class Both:
    """A place both changed, with the words that differ marked on each side."""

    key: str
    label: str
    mine: Side
    theirs: Side


def duties(shown: JobDescriptionVersion) -> list[Duty]:
    return list(shown.job_description.role.duties.all())


def values(form: VersionForm) -> dict[str, Any]:
    """What was typed around the responsibilities, as plain data."""
    found = form.cleaned_data if form.is_valid() else {}
    day = found.get("funding_ends_on")
    return {**found, "funding_ends_on": day.isoformat() if day else None}


def page(
    request: DistrictRequest,
    shown: JobDescriptionVersion,
    form: VersionForm,
    lines: DutyLines,
    base: str,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The whole page. `base` is the text that the form's changes are to be understood against."""
    context = {**_parts(shown, form, lines, base), **_around(request, shown), **more}
    return render(request, "roles/edit.html", context, status=status)


def where_it_starts(opened: JobDescriptionVersion) -> str:
    """What a draft started a moment ago is made of."""
    before = reports.published_before(opened)
    if before:
        return (
            f"Version {opened.number} starts as a copy of version {before.number}, which stays in"
            " force until the new one is published."
        )
    number = sum(1 for line in opened.responsibilities.all() if line.duty_id)
    duties = "duty" if number == 1 else "duties"
    return (
        f"The draft starts from {number} {duties} of this role and from its qualifications."
        " Nobody reads it as official until it is published."
    )


def _parts(
    shown: JobDescriptionVersion, form: VersionForm, lines: DutyLines, base: str
) -> dict[str, Any]:
    return {
        "version": shown,
        "form": form,
        "lines": lines,
        "sections": list(form.sections()),
        "seen": shown.edited_at.isoformat(),
        "base": base,
    }


def _around(request: DistrictRequest, shown: JobDescriptionVersion) -> dict[str, Any]:
    others = shown.edited_by_id not in (None, request.user.pk)
    return {
        "previous": reports.published_before(shown),
        "can_publish": bool(request.access.reach(Capability.JOB_DESCRIPTION_PUBLISH)),
        "is_edited_just_now": others and timezone.now() - shown.edited_at < JUST_NOW,
    }


def is_script(request: DistrictRequest) -> bool:
    return "X-Autosave" in request.headers


def saved(
    request: DistrictRequest,
    shown: JobDescriptionVersion,
    lines: DutyLines,
    done: Saved,
    onward: str,
) -> HttpResponse:
    if is_script(request):
        return _saved_at_rest(request, shown, lines, done)
    if done.beside:
        messages.success(request, _beside(request, done))
    elif not onward:
        messages.success(request, "Draft saved.")
    name = "roles:version-send" if "publish" in request.POST else "roles:version-edit"
    here = reverse(name, kwargs={"district": request.district.slug, "pk": shown.pk})
    return redirect(here + onward)


def _saved_at_rest(
    request: DistrictRequest, shown: JobDescriptionVersion, lines: DutyLines, done: Saved
) -> HttpResponse:
    """What the script needs for the next save: the new base, and the row of each line it sent.

    Where texts were put together, `html` holds the fields anew and `words` says so.
    """
    text = text_of(shown)
    answer: dict[str, Any] = {"seen": shown.edited_at.isoformat(), "base": text.dumped()}
    rows = iter(done.rows)
    answer["rows"] = [next(rows) if row.text.strip() else None for row in lines.rows]
    answer["catch_all"] = next(rows, None)
    if done.beside:
        stored = DutyLines.stored(lines.duties, text.lines)
        parts = _parts(shown, VersionForm(instance=shown), stored, answer["base"])
        answer["html"] = render_to_string("roles/edit_fields.html", parts, request)
        answer["words"] = _beside(request, done)
    return JsonResponse(answer)


def _beside(request: DistrictRequest, done: Saved) -> str:
    if done.beside == request.user:
        return "Saved, together with what you changed in another window."
    return f"Saved, together with what {done.beside} changed in other places."


def refused(
    request: DistrictRequest, form: VersionForm, lines: DutyLines, data: QueryDict
) -> HttpResponse:
    """Nothing is saved and nothing is lost: each message stands beside its field."""
    if is_script(request):
        said = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
        return JsonResponse({"errors": {**said, **lines.errors}}, status=422)
    return _as_typed(request, form, lines, data, 422)


def clashed(
    request: DistrictRequest,
    form: VersionForm,
    lines: DutyLines,
    data: QueryDict,
    clash: Clashed,
) -> HttpResponse:
    """Both texts, side by side where they differ; the next save is a choice."""
    panel = {
        "version": clash.version,
        "who": _who(request, clash.version),
        "both": [_both(each, form, lines) for each in clash.clashes],
    }
    if is_script(request):
        return render(request, "roles/edit_clash.html", panel, status=409)
    return _as_typed(request, form, lines, data, 409, **panel)


def closed(
    request: DistrictRequest, form: VersionForm, lines: DutyLines, data: QueryDict, why: Refused
) -> HttpResponse:
    """The draft went on while someone typed: what they typed stays in front of them."""
    panel = {"version": _fresh(request, form), "closed": str(why)}
    if is_script(request):
        return render(request, "roles/edit_closed.html", panel, status=409)
    return _as_typed(request, form, lines, data, 409, **panel)


def _as_typed(
    request: DistrictRequest,
    form: VersionForm,
    lines: DutyLines,
    data: QueryDict,
    status: int,
    **more: Any,
) -> HttpResponse:
    """The page with everything as it was typed, against the base it was typed on."""
    more["seen"] = data.get("seen", "")
    shown = more.pop("version", None) or _fresh(request, form)
    return page(request, shown, form, lines, data.get("base", ""), status=status, **more)


def _fresh(request: DistrictRequest, form: VersionForm) -> JobDescriptionVersion:
    """The version as it is kept; a form writes what it was given into its own copy."""
    found: JobDescriptionVersion = all_versions(request).get(pk=form.instance.pk)
    return found


def _who(request: DistrictRequest, version: JobDescriptionVersion) -> str:
    return "you, in another window" if version.edited_by == request.user else str(version.edited_by)


def _both(clash: Clash, form: VersionForm, lines: DutyLines) -> Both:
    if clash.key in form.fields:
        sides = _sides(_as_words(clash.mine), _as_words(clash.theirs))
        return Both(clash.key, str(form[clash.key].label), *sides)
    keys = {duty.pk: duty.key for duty in lines.duties}
    named = [keys.get(says[1], "no duty") if says else "" for says in (clash.mine, clash.theirs)]
    texts = [says[0] if says else "" for says in (clash.mine, clash.theirs)]
    own, other = _sides(*texts)
    if named[0] == named[1]:
        named = ["", ""]
    label = f"Responsibility {_place(clash.key, lines)}".strip()
    return Both(clash.key, label, Side(own.pieces, named[0]), Side(other.pieces, named[1]))


def _place(key: str, lines: DutyLines) -> str:
    pks = [row.pk for row in lines.rows]
    pk = key.removeprefix("line-")
    return str(pks.index(pk) + 1) if pk in pks else ""


def _as_words(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _sides(mine: str, theirs: str) -> tuple[Side, Side]:
    pieces = compare_words(theirs, mine)
    own = [Piece("new", p.text) if p.kind == "new" else p for p in pieces if p.kind != "old"]
    other = [Piece("new", p.text) if p.kind == "old" else p for p in pieces if p.kind != "new"]
    return Side(own), Side(other)

"""Milestones out of a file: hand it in, see row by row what it would do, take it over.

Nothing is written before the last step. Between the steps the rows travel with the page, signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from checklists.evidence_files import cleaned_name
from roadmap import sheet_rows, spreadsheets
from roadmap.forms.templates import FileForm, NameForm, TemplateFileForm
from roadmap.services import importing, reading, templates
from roadmap.services.import_preview import Change, YearPreview
from roadmap.sheet_rows import Meant
from roadmap.spreadsheets import Table, Unreadable
from roles.capabilities import Capability
from roles.models import SchoolYear
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.uploads import refused_files
from roles.years import chosen_year

SALT, LIFE = "roadmap.import", 60 * 60 * 24
STALE = "The page was open for too long. Choose the file once more."


@dataclass(frozen=True)
class Handed:
    """A file as it was read: what travels from the page that shows it to the one that takes it."""

    file: str
    table: Table


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def import_template(request: DistrictRequest) -> HttpResponse:
    """A new template from a file."""
    if request.method == "GET":
        return _ask_template(request, TemplateFileForm())
    if "rows" in request.POST:
        return _take_template(request)
    form = TemplateFileForm(request.POST, request.FILES, refused=refused_files(request))
    handed = _handed(form)
    if handed is None:
        return _ask_template(request, form)
    asked = {key: form.cleaned_data[key] for key in ("name", "note")}
    return _show_template(request, handed, NameForm(initial=asked))


@page("GET", "POST", requires=Capability.ROADMAP_MANAGE)
def import_year(request: DistrictRequest) -> HttpResponse:
    """Milestones into the chosen school year: new ones, and changes of those not yet done."""
    year = chosen_year(request)
    if year is None or year.archived_at:
        raise Http404
    if request.method == "GET":
        return _ask_year(request, year, FileForm())
    if "rows" in request.POST:
        return _take_year(request, year)
    form = FileForm(request.POST, request.FILES, refused=refused_files(request))
    handed = _handed(form)
    return _ask_year(request, year, form) if handed is None else _show_year(request, year, handed)


def _take_template(request: DistrictRequest) -> HttpResponse:
    handed = _opened(request, "template")
    if handed is None:
        again = TemplateFileForm(request.POST, {})
        again.add_error("file", STALE)
        return _ask_template(request, again)
    form, meant = NameForm(request.POST), _meant(request, handed, dates=False)
    if form.is_valid() and not meant.wrong:
        lines = reading.template_lines(meant.rows, request.district)
        try:
            made = templates.make(**form.cleaned_data, lines=lines, by=request.reach)
        except Refused as why:
            form.add_error("name", str(why))
        else:
            messages.success(request, f"The template is there, with {len(lines)} lines.")
            return redirect("roadmap:template", request.district.slug, made.pk)
    return _show_template(request, handed, form)


def _take_year(request: DistrictRequest, year: SchoolYear) -> HttpResponse:
    handed = _opened(request, f"year-{year.pk}")
    if handed is None:
        form = FileForm(request.POST, {})
        form.add_error("file", STALE)
        return _ask_year(request, year, form)
    meant = _meant(request, handed, dates=True)
    found = YearPreview(year, meant.rows, request.reach)
    if meant.wrong or found.wrong or request.POST.get("seen") != found.fingerprint:
        refusal = "The roadmap has changed since you looked. This is what would happen now."
        return _show_year(request, year, handed, refusal)
    try:
        done = importing.take_over(found, handed.file)
    except Refused as why:
        return _show_year(request, year, handed, str(why))
    messages.success(request, f"{done.new} new, {done.changed} changed.")
    return redirect("roadmap:index", request.district.slug)


def _ask_template(request: DistrictRequest, form: TemplateFileForm) -> HttpResponse:
    context = {"form": form, "columns": spreadsheets.OF_A_TEMPLATE}
    status = 422 if form.errors else 200
    return render(request, "roadmap/import_template.html", context, status=status)


def _ask_year(request: DistrictRequest, year: SchoolYear, form: FileForm) -> HttpResponse:
    context = {"form": form, "year": year, "columns": spreadsheets.OF_A_ROADMAP}
    status = 422 if form.errors else 200
    return render(request, "roadmap/import_year.html", context, status=status)


def _show_template(request: DistrictRequest, handed: Handed, form: NameForm) -> HttpResponse:
    meant = _meant(request, handed, dates=False)
    lines = reading.template_lines(meant.rows, request.district)
    context = {
        "handed": handed,
        "form": form,
        "rows": list(zip(meant.rows, lines, strict=True)),
        "wrong": meant.wrong,
        "sealed": _sealed(request, "template", handed),
    }
    status = 422 if form.errors or meant.wrong else 200
    return render(request, "roadmap/import_template_preview.html", context, status=status)


def _show_year(
    request: DistrictRequest, year: SchoolYear, handed: Handed, refusal: str = ""
) -> HttpResponse:
    meant = _meant(request, handed, dates=True)
    found = YearPreview(year, meant.rows, request.reach)
    wrong = sorted((*meant.wrong, *found.wrong), key=lambda each: each.row)
    by_kind: dict[str, list[Change]] = {}
    for change in found.changes:
        by_kind.setdefault(change.kind, []).append(change)
    context = {
        "handed": handed,
        "year": year,
        "wrong": wrong,
        "refusal": refusal,
        "kinds": by_kind,
        "seen": found.fingerprint,
        "sealed": _sealed(request, f"year-{year.pk}", handed),
        "number": len(by_kind.get("new", [])) + len(by_kind.get("changed", [])),
    }
    status = 422 if wrong else 409 if refusal else 200
    return render(request, "roadmap/import_year_preview.html", context, status=status)


def _handed(form: FileForm) -> Handed | None:
    """What a valid form's file says; None with the reason beside the field."""
    if not form.is_valid():
        return None
    upload = form.cleaned_data["file"]
    try:
        table = spreadsheets.read(upload, upload.name or "")
    except Unreadable as why:
        form.add_error("file", str(why))
        return None
    if not table.rows:
        form.add_error("file", "There is no row under the names of the columns.")
        return None
    return Handed(cleaned_name(upload.name or ""), table)


def _meant(request: DistrictRequest, handed: Handed, *, dates: bool) -> Meant:
    names = reading.names_here(request.district)
    return sheet_rows.meaning(handed.table.rows, names, dates=dates)


def _sealed(request: DistrictRequest, target: str, handed: Handed) -> str:
    table = handed.table
    said: dict[str, Any] = {
        "for": [request.user.pk, request.district.pk, target],
        "file": handed.file,
        "rows": table.rows,
        "read_as": table.read_as,
        "notice": table.notice,
        "unknown": table.unknown,
    }
    return signing.dumps(said, salt=SALT, compress=True)


def _opened(request: DistrictRequest, target: str) -> Handed | None:
    """The rows that this person was shown for this; None if they are not, or are too old."""
    try:
        said = signing.loads(request.POST["rows"], salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    if said["for"] != [request.user.pk, request.district.pk, target]:
        return None
    rows = tuple((number, cells) for number, cells in said["rows"])
    table = Table(rows, (), said["read_as"], said["notice"], tuple(said["unknown"]))
    return Handed(said["file"], table)

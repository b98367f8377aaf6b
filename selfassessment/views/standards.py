"""Standards: the library and what the district read in; reading in, exporting, retiring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from roles.capabilities import Capability
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.uploads import refused_files
from selfassessment import library
from selfassessment.forms.standards import ImportForm
from selfassessment.library import Indicator
from selfassessment.models import Audience, ImportedStandards
from selfassessment.services import standards as service
from selfassessment.standards import example, shipped, writing
from selfassessment.standards.checking import Content
from selfassessment.standards.comparing import compare
from selfassessment.standards.laying_out import Branch, laid_out
from selfassessment.standards.reading import Read, read
from selfassessment.standards.taking import in_library_form

VIEW, CHANGE = Capability.ASSESSMENT_VIEW, Capability.ASSESSMENT_RATE
SALT, LIFE = "selfassessment.standards", 60 * 60 * 24
MOST_SHOWN = 200
TYPES = {"csv": "text/csv; charset=utf-8", "yaml": "application/yaml; charset=utf-8"}
STALE = "The page was open for too long. Choose the file once more."


@dataclass(frozen=True)
class Handed:
    """A file as it was read: what travels from the page that shows it to the one that takes it."""

    name: str
    source: str
    file: str
    read_as: str
    notice: str
    content: Content


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """The newest edition for one audience, and what the district read in."""
    wanted = request.GET.get("for", Audience.LEA)
    audience = Audience(wanted) if wanted in Audience.values else Audience.LEA
    rows = _versions(request).defer("content")
    in_force = {each.name for each in rows if each.replaced_at is None}
    newest: dict[str, ImportedStandards] = {}
    for each in rows:
        if each.name not in in_force:
            newest.setdefault(each.name, each)
    context = {
        "edition": library.EDITION,
        "audiences": [(each, each == audience) for each in Audience],
        "branches": _of_the_library(audience),
        "elsewhere": [raw["code"] for raw in library.raw() if audience not in raw["editions"]],
        "sets": [each for each in rows if each.replaced_at is None],
        "retired": list(newest.values()),
        "may_change": _may_change(request),
    }
    return render(request, "selfassessment/standards.html", context)


def _of_the_library(audience: str) -> list[Branch]:
    pairs = [
        (raw["standard"].partition(" ")[0], Indicator.from_raw(raw))
        for raw in library.offered(audience)
    ]
    return laid_out(library.elements(), library.standards(), pairs, {})


@page("GET", requires=VIEW)
def detail(request: DistrictRequest, pk: int) -> HttpResponse:
    """One version of a set, and the others of its name."""
    found = _get(request, pk)
    versions = list(_versions(request).filter(name=found.name).defer("content"))
    raws = in_library_form(
        found.content, name=found.name, number=found.number, known=shipped.titles()
    )
    pairs = [
        (raw["standard"], Indicator.from_raw(whole))
        for raw, whole in zip(found.content["indicators"], raws, strict=True)
    ]
    elements, standards = found.content["elements"], found.content["standards"]
    context = {
        "set": found,
        "versions": versions,
        "is_newest": found.pk == versions[0].pk,
        "branches": laid_out(elements, standards, pairs, shipped.titles()),
        "rounds": service.keeping(found, by=request.reach),
        "may_change": _may_change(request),
    }
    return render(request, "selfassessment/standards_set.html", context)


@page("GET", "POST", requires=CHANGE)
def take_in(request: DistrictRequest) -> HttpResponse:
    """Hand a file in, see all that it would change or all that is wrong with it, take it in."""
    names = dict.fromkeys(_versions(request).values_list("name", flat=True))
    if request.method == "GET":
        initial = {"name": request.GET.get("name", "")[:80]}
        return _ask(request, ImportForm(initial=initial, names=names))
    files = request.FILES  # taken in first: only then it is known what was too large
    if "sealed" in request.POST:
        return _take(request)
    form = ImportForm(request.POST, files, names=names, refused=refused_files(request))
    if not form.is_valid():
        return _ask(request, form)
    data, file = form.given
    name, source = form.cleaned_data["name"], form.cleaned_data["source"]
    came = read(data, file, service.known_to(request.reach, name))
    if came.content is None:
        return _ask(request, form, came)
    handed = Handed(name, source, file, came.read_as, came.notice, came.content)
    return _show(request, handed)


def _ask(request: DistrictRequest, form: ImportForm, came: Read | None = None) -> HttpResponse:
    context = {
        "form": form,
        "came": came,
        "wrong": came.wrong[:MOST_SHOWN] if came else (),
        "more": max(0, len(came.wrong) - MOST_SHOWN) if came else 0,
    }
    status = 422 if form.errors or came else 200
    return render(request, "selfassessment/standards_import.html", context, status=status)


def _show(request: DistrictRequest, handed: Handed, refusal: str = "") -> HttpResponse:
    """What would come, change and go."""
    current = service.in_force(request.reach, handed.name)
    changes = compare(current.content if current else None, handed.content)
    context = {
        "handed": handed,
        "current": current,
        "changes": changes,
        "counts": {key: len(each) for key, each in handed.content.items()},
        "is_new": bool(changes.number or (current and current.source != handed.source)),
        "rounds": service.keeping(current, by=request.reach) if current else [],
        "sealed": _sealed(request, handed),
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "selfassessment/standards_preview.html", context, status=status)


def _take(request: DistrictRequest) -> HttpResponse:
    handed = _opened(request)
    if handed is None:
        form = ImportForm(request.POST, {})
        form.add_error("file", STALE)
        return _ask(request, form)
    seen = request.POST.get("instead_of", "")
    try:
        made = service.take(
            handed.content,
            name=handed.name,
            source=handed.source,
            instead_of=int(seen) if seen.isascii() and seen.isdigit() else None,
            by=request.reach,
        )
    except Refused as why:
        return _show(request, handed, str(why))
    messages.success(request, f"{made} is in force. New rounds are offered it.")
    return redirect("selfassessment:standards-set", request.district.slug, made.pk)


@page("GET", "POST", requires=CHANGE)
def retire(request: DistrictRequest, pk: int) -> HttpResponse:
    """Say what retiring does, and retire."""
    found = _get(request, pk)
    if request.method == "POST":
        try:
            service.retire(found, by=request.reach)
        except Refused as why:
            messages.error(request, str(why))
        else:
            messages.success(request, f"{found.name} is retired. Rounds keep what they took.")
        return redirect("selfassessment:standards-set", request.district.slug, pk)
    if found.replaced_at:
        return redirect("selfassessment:standards-set", request.district.slug, pk)
    context = {"set": found, "rounds": service.keeping(found, by=request.reach)}
    return render(request, "selfassessment/standards_retire.html", context)


@page("GET", requires=VIEW)
def template_file(request: DistrictRequest, kind: str) -> HttpResponse:
    """A small set to write over."""
    return _file(kind, example.EXAMPLE, "Standards template", example.ABOUT)


@page("GET", requires=VIEW)
def library_file(request: DistrictRequest, kind: str) -> HttpResponse:
    """The shipped library as a file."""
    name = f"Standards library {library.EDITION}"
    return _file(kind, shipped.shipped(), name, f"{name}. Give your own indicators other codes.")


@page("GET", requires=VIEW)
def set_file(request: DistrictRequest, pk: int, kind: str) -> HttpResponse:
    """One version as it was read in."""
    found = _get(request, pk)
    about = f"{found}{f'. Issued by {found.source}' if found.source else ''}."
    return _file(kind, found.content, f"{found}", about)


def _file(kind: str, content: Content, name: str, about: str) -> HttpResponse:
    if kind not in TYPES:
        raise Http404
    data = writing.as_csv(content) if kind == "csv" else writing.as_yaml(content, about)
    response = HttpResponse(data, content_type=TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{safe(name)}.{kind}"
    )
    return response


def _versions(request: DistrictRequest) -> Any:
    return ImportedStandards.objects.reachable(request.reach).select_related("imported_by")


def _get(request: DistrictRequest, pk: int) -> ImportedStandards:
    found: ImportedStandards = get_object_or_404(_versions(request), pk=pk)
    return found


def _may_change(request: DistrictRequest) -> bool:
    return bool(request.access.reach(CHANGE))


def _sealed(request: DistrictRequest, handed: Handed) -> str:
    said = {"for": [request.user.pk, request.district.pk], **vars(handed)}
    return signing.dumps(said, salt=SALT, compress=True)


def _opened(request: DistrictRequest) -> Handed | None:
    """What this person was shown here; None if it is not that, or is too old."""
    try:
        said = signing.loads(request.POST["sealed"], salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    if said.pop("for") != [request.user.pk, request.district.pk]:
        return None
    return Handed(**said)

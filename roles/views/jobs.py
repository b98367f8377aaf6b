"""Roles and their job descriptions: read, draft, publish, take home as PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime

from roles import reports
from roles.capabilities import Capability
from roles.forms.jobs import ResponsibilityFormSet, VersionForm
from roles.models import JobDescriptionVersion, LeadershipRole, OwedStatus
from roles.pages import DistrictRequest, page
from roles.services import jobs, renderings
from roles.services.refusal import Refused, Stale

EDIT = Capability.JOB_DESCRIPTION_EDIT
PUBLISH = Capability.JOB_DESCRIPTION_PUBLISH


@page("GET", requires=Capability.ROLES_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    context = {
        "levels": reports.roles_by_level(request.reach, request.district.today()),
        "counts": reports.coverage(request.reach, request.district.today()),
    }
    return render(request, "roles/index.html", context)


@page("GET", requires=Capability.ROLES_VIEW)
def role(request: DistrictRequest, pk: int) -> HttpResponse:
    """The role's own page: the text in force, else the draft for those who may read it."""
    found = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    versions = _readable(request).filter(job_description__role=found)
    shown = versions.published().first() or versions.first()
    context = _document(request, shown) if shown else {}
    return render(request, "roles/role.html", {**context, **_role_context(request, found)})


@page("GET", requires=Capability.ROLES_VIEW)
def version(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(_readable(request), pk=pk)
    found = shown.job_description.role
    context = {**_document(request, shown), **_role_context(request, found)}
    return render(request, "roles/role.html", context)


@page("POST", requires=EDIT)
def draft(request: DistrictRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    opened = jobs.start_draft(found, by=request.reach)
    return redirect("roles:version-edit", district=request.district.slug, pk=opened.pk)


@page("GET", "POST", requires=EDIT)
def version_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(_versions(request), pk=pk)
    if not shown.is_open:
        messages.info(request, "This version is published. Start a new draft to change it.")
        return redirect("roles:version", district=request.district.slug, pk=pk)
    form = VersionForm(
        request.POST or None, instance=shown, initial={"seen": shown.edited_at.isoformat()}
    )
    lines = ResponsibilityFormSet(request.POST or None, initial=_initial(shown), prefix="duty")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            jobs.save_draft(
                shown,
                fields=_fields(form),
                lines=_typed(lines),
                seen=_when(form.cleaned_data["seen"]),
                by=request.reach,
            )
        except Stale as stale:
            return _stale(request, pk, form, lines, stale)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("roles:version", district=request.district.slug, pk=pk)
        messages.success(request, "Draft saved.")
        onward = "roles:version-publish" if "publish" in request.POST else "roles:version-edit"
        return redirect(onward, district=request.district.slug, pk=pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "lines": lines, "version": shown}
    return render(request, "roles/edit.html", context, status=status)


def _stale(
    request: DistrictRequest, pk: int, form: VersionForm, lines: Any, stale: Stale
) -> HttpResponse:
    """Nothing typed is lost: both texts stand on the page, and the next save is a choice."""
    theirs = get_object_or_404(_versions(request), pk=pk)
    form.data = {**form.data.dict(), "seen": theirs.edited_at.isoformat()}  # type: ignore[attr-defined]
    context = {"form": form, "lines": lines, "version": theirs, "stale": stale, "theirs": theirs}
    return render(request, "roles/edit.html", context, status=409)


@page("GET", "POST", requires=PUBLISH)
def version_publish(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(_versions(request), pk=pk)
    if request.method == "POST":
        try:
            done = jobs.publish(shown, seen=_when(request.POST.get("seen", "")), by=request.reach)
        except Stale as stale:
            messages.warning(request, f"{stale} This is how it reads now.")
            return redirect("roles:version-publish", district=request.district.slug, pk=pk)
        if done:
            messages.success(request, f"Version {shown.number} is published.")
        return redirect("roles:version", district=request.district.slug, pk=pk)
    if not shown.is_open:
        return redirect("roles:version", district=request.district.slug, pk=pk)
    context = {
        "version": shown,
        "changes": reports.changes(shown),
        "previous": reports.published_before(shown),
        "asked": [
            a
            for a in jobs.holders(shown, request.district.today())
            if a.holder_id != request.user.pk
        ],
    }
    return render(request, "roles/publish.html", context)


@page("POST", requires=Capability.ROLES_VIEW)
def version_acknowledge(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(_readable(request), pk=pk)
    try:
        jobs.acknowledge(shown, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Thank you. Your acknowledgement is on record.")
    return redirect("roles:version", district=request.district.slug, pk=pk)


@page("GET", requires=Capability.ROLES_VIEW)
def version_file(request: DistrictRequest, pk: int) -> HttpResponse:
    """Where the PDF stands; the page asks again while it is being made."""
    shown = get_object_or_404(_readable(request), pk=pk)
    return render(request, "roles/_file.html", {"version": shown, "file": reports.pdf_of(shown)})


@page("POST", requires=EDIT)
def version_render_again(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(_versions(request), pk=pk)
    failed = reports.pdf_of(shown)
    if failed is not None:
        renderings.owe_again(failed)
    return redirect("roles:version", district=request.district.slug, pk=pk)


@page("GET", requires=Capability.ROLES_VIEW)
def version_pdf(request: DistrictRequest, pk: int) -> HttpResponseBase:
    shown = get_object_or_404(_readable(request), pk=pk)
    made = reports.pdf_of(shown)
    if made is None or made.status != OwedStatus.DONE:
        raise Http404
    name = f"{shown.title} - version {shown.number}.pdf"
    return FileResponse(made.file.open(), as_attachment=True, filename=name)


def _versions(request: DistrictRequest) -> Any:
    found = JobDescriptionVersion.objects.reachable(request.reach)
    return found.select_related(
        "job_description__role__reports_to", "district", "edited_by", "published_by"
    )


def _readable(request: DistrictRequest) -> Any:
    """Drafts are for those who may edit them; everyone else reads what was published."""
    found = _versions(request)
    return found if request.access.reach(EDIT) else found.exclude(status__in=found.model.OPEN)


def _role_context(request: DistrictRequest, found: LeadershipRole) -> dict[str, Any]:
    return {
        "role": found,
        "versions": _readable(request).filter(job_description__role=found),
        "seats": reports.seats(found, request.reach, request.district.today()),
        "can_edit": bool(request.access.reach(EDIT)),
        "can_publish": bool(request.access.reach(PUBLISH)),
    }


def _document(request: DistrictRequest, shown: JobDescriptionVersion) -> dict[str, Any]:
    day = request.district.today()
    asked = reports.asked_to_read(shown, request.reach, day)
    mine = [a for a in jobs.holders(shown, day) if a.holder_id == request.user.pk]
    done = set(shown.acknowledgements.values_list("assignment", flat=True))
    return {
        "version": shown,
        "responsibilities": shown.responsibilities.select_related("duty"),
        "file": reports.pdf_of(shown),
        "asked": asked,
        "acknowledged": [a for a in asked if a.pk in done],
        "missing": [a for a in asked if a.pk not in done],
        "mine_missing": any(a.pk not in done for a in mine),
    }


def _initial(shown: JobDescriptionVersion) -> list[dict[str, Any]]:
    return [{"text": r.text, "duty": r.duty_id} for r in shown.responsibilities.all()]


def _fields(form: VersionForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "seen"}


def _typed(lines: Any) -> list[jobs.Line]:
    rows = [row.cleaned_data for row in lines if row.cleaned_data.get("text", "").strip()]
    return [jobs.Line(" ".join(row["text"].split()), row.get("duty")) for row in rows]


def _when(text: str) -> dt.datetime:
    """The `edited_at` that a page carried; long ago if it is none of ours, so that it is stale."""
    try:
        moment = parse_datetime(text)
    except ValueError:  # the thirteenth month
        moment = None
    if moment is None or moment.tzinfo is None:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return moment

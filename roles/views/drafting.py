"""Drafting a job description."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.capabilities import Capability
from roles.forms.jobs import ResponsibilityFormSet, VersionForm
from roles.models import JobDescriptionVersion, LeadershipRole
from roles.pages import DistrictRequest, page
from roles.services import jobs
from roles.services.refusal import Refused, Stale
from roles.views.versions import all_versions, moment

EDIT = Capability.JOB_DESCRIPTION_EDIT


@page("POST", requires=EDIT)
def draft(request: DistrictRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    opened = jobs.start_draft(found, by=request.reach)
    return redirect("roles:version-edit", district=request.district.slug, pk=opened.pk)


@page("GET", "POST", requires=EDIT)
def version_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
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
                seen=moment(form.cleaned_data["seen"]),
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
    theirs = get_object_or_404(all_versions(request), pk=pk)
    form.data = {**form.data.dict(), "seen": theirs.edited_at.isoformat()}  # type: ignore[attr-defined]
    context = {"form": form, "lines": lines, "version": theirs, "stale": stale, "theirs": theirs}
    return render(request, "roles/edit.html", context, status=409)


def _initial(shown: JobDescriptionVersion) -> list[dict[str, Any]]:
    return [{"text": r.text, "duty": r.duty_id} for r in shown.responsibilities.all()]


def _fields(form: VersionForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "seen"}


def _typed(lines: Any) -> list[jobs.Line]:
    rows = [row.cleaned_data for row in lines if row.cleaned_data.get("text", "").strip()]
    return [jobs.Line(" ".join(row["text"].split()), row.get("duty")) for row in rows]

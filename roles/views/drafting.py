"""Drafting a job description: opened, saved as it is typed, discarded."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect

from roles.capabilities import Capability
from roles.forms.jobs import VersionForm, tidied
from roles.forms.lines import DutyLines
from roles.merging import Text
from roles.models import JobDescriptionVersion, LeadershipRole
from roles.pages import DistrictRequest, page
from roles.services import drafts
from roles.services.refusal import Refused
from roles.services.together import Clashed, Typed, save_typed, text_of
from roles.views import editor, line_buttons
from roles.views.reviews import ask_before_editing
from roles.views.versions import all_versions, moment

EDIT = Capability.JOB_DESCRIPTION_EDIT
MOST_UNHEARD = 3


@page("POST", requires=EDIT)
def draft(request: DistrictRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LeadershipRole.objects.reachable(request.reach), pk=pk)
    number = drafts.open_number(found)
    opened = drafts.start_draft(found, by=request.reach)
    if number is None:
        messages.success(request, editor.where_it_starts(opened))
    return redirect("roles:version-edit", district=request.district.slug, pk=opened.pk)


@page("GET", "POST", requires=EDIT)
def version_edit(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    if request.method == "POST":
        return _save(request, shown)
    if shown.status == shown.Status.IN_REVIEW:
        return ask_before_editing(request, shown)
    if not shown.is_open:
        messages.info(request, "This version is published. Start a new draft to change it.")
        return redirect("roles:version", district=request.district.slug, pk=pk)
    text = text_of(shown)
    lines = DutyLines.stored(editor.duties(shown), text.lines)
    line_buttons.add_asked_for(lines, request.GET.get("add"))
    return editor.page(request, shown, VersionForm(instance=shown), lines, text.dumped())


def _save(request: DistrictRequest, shown: JobDescriptionVersion) -> HttpResponse:
    """Save the whole form: at rest by script, or with any of its buttons."""
    data = tidied(request.POST)
    form = VersionForm(data, instance=shown)
    lines = DutyLines.posted(editor.duties(shown), data)
    onward = line_buttons.press(request, lines, data)
    if not all([form.is_valid(), lines.is_valid()]):
        return editor.refused(request, form, lines, data)
    try:
        done = save_typed(shown, _typed(form, lines, data), by=request.reach)
    except Clashed as clash:
        return editor.clashed(request, form, lines, data, clash)
    except Refused as refused:
        return editor.closed(request, form, lines, data, refused)
    return editor.saved(request, shown, lines, done, onward)


def _typed(form: VersionForm, lines: DutyLines, data: QueryDict) -> Typed:
    keys = [key for key in data if key.startswith("choice-")]
    return Typed(
        mine=Text(editor.values(form), lines.lines()),
        base=Text.loaded(data.get("base", "")),
        seen=moment(data.get("seen", "")),
        choices={key.removeprefix("choice-"): str(data[key]) for key in keys},
        chosen_against=moment(data.get("chosen_against", "")),
        unheard=list(_unheard(form, lines, data)),
    )


def _unheard(form: VersionForm, lines: DutyLines, data: QueryDict) -> Iterator[Text]:
    """What the page sent before without an answer, read as this post is."""
    for body in data.getlist("unheard")[-MOST_UNHEARD:]:
        before = tidied(QueryDict(body))
        sent = VersionForm(before, instance=JobDescriptionVersion(**_kept(form)))
        if sent.is_valid():
            yield Text(editor.values(sent), DutyLines.posted(lines.duties, before).lines())


def _kept(form: VersionForm) -> dict[str, object]:
    version = form.instance
    return {"job_description": version.job_description, "number": version.number}


@page("POST", requires=EDIT)
def version_discard(request: DistrictRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(all_versions(request), pk=pk)
    role = shown.job_description.role_id
    try:
        drafts.discard(shown, by=request.reach)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("roles:version", district=request.district.slug, pk=pk)
    messages.success(request, f"The draft of version {shown.number} is discarded.")
    return redirect("roles:role", district=request.district.slug, pk=role)

"""The audit trail: who did what, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.forms.audit import AuditFilter, kind_of_thing
from roles.models import AuditEvent
from roles.pages import DistrictRequest, page
from roles.reports import trail
from roles.words import sentence

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One event in words; `about` narrows the page to the thing that it is about."""

    event: AuditEvent
    words: str
    thing: str
    about: str


@page("GET", requires=Capability.AUDIT_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    events = AuditEvent.objects.reachable(request.reach)
    kinds = events.order_by().values_list("verb", "subject").distinct()
    form = AuditFilter(request.GET, kinds=list(kinds))
    wanted = form.cleaned_data if form.is_valid() else {}
    before = wanted.pop("before", None)
    found = trail.events(request.reach, **wanted)
    if before:
        found = _older(found, events.filter(pk=before)[:1])
    shown = list(found.select_related("actor")[: PER_PAGE + 1])
    lines = [_line(event) for event in shown[:PER_PAGE]]
    kept = {name: value for name, value in wanted.items() if value}
    context = {
        "form": form,
        "lines": lines,
        "may_read_audit": True,
        "may_manage": bool(request.access.reach(Capability.PEOPLE_MANAGE)),
        "seals": trail.standing(request.reach),
        "since": wanted.get("since"),
        "one": kind_of_thing(wanted["thing"]) if wanted.get("one") and wanted["thing"] else "",
        "newest": f"?{urlencode(kept)}" if before else "",
    }
    if len(shown) > PER_PAGE:
        context["older"] = f"?{urlencode({**kept, 'before': lines[-1].event.pk})}"
    return render(request, "roles/audit.html", context, status=200 if form.is_valid() else 422)


def _line(event: AuditEvent) -> Line:
    about = urlencode({"thing": event.subject, "one": event.subject_pk})
    words = sentence(event.verb, event.detail)
    return Line(event, words, kind_of_thing(event.subject), f"?{about}")


def _older(found: QuerySet[AuditEvent], last: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """What comes after the last event shown; by its place in time, so new events move nothing."""
    return found.filter(
        Q(at__lt=last.values("at")) | Q(at=last.values("at"), pk__lt=last.values("pk"))
    )

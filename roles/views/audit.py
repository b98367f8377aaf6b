"""The audit trail: who did what, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from roles.capabilities import Capability
from roles.forms.people import AuditFilter
from roles.models import AuditEvent
from roles.pages import DistrictRequest, page
from roles.reports import people as reports
from roles.words import sentence, short

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    event: AuditEvent
    words: str


@page("GET", requires=Capability.AUDIT_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    events = AuditEvent.objects.reachable(request.reach)
    verbs = events.order_by("verb").values_list("verb", flat=True).distinct()
    form = AuditFilter(request.GET, verbs=[(verb, short(verb)) for verb in verbs])
    wanted = form.cleaned_data if form.is_valid() else {}
    before = wanted.pop("before", None)
    found = reports.events(request.reach, **wanted)
    if before:
        found = _older(found, events.filter(pk=before)[:1])
    shown = list(found.select_related("actor")[: PER_PAGE + 1])
    lines = [Line(event, sentence(event.verb, event.detail)) for event in shown[:PER_PAGE]]
    kept = {name: value for name, value in wanted.items() if value}
    may_manage = bool(request.access.reach(Capability.PEOPLE_MANAGE))
    context = {"form": form, "lines": lines, "may_read_audit": True, "may_manage": may_manage}
    context["since"] = wanted.get("since")
    context["newest"] = f"?{urlencode(kept)}" if before else ""
    if len(shown) > PER_PAGE:
        context["older"] = f"?{urlencode({**kept, 'before': lines[-1].event.pk})}"
    return render(request, "roles/audit.html", context)


def _older(found: QuerySet[AuditEvent], last: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """What comes after the last event shown; by its place in time, so new events move nothing."""
    return found.filter(
        Q(at__lt=last.values("at")) | Q(at=last.values("at"), pk__lt=last.values("pk"))
    )

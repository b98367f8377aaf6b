"""Decisions that are asked for: the log, and one of them with all that was said."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from roadmap import decision_log as log
from roadmap import spreadsheets
from roadmap.decision_reports import waiting_for
from roadmap.forms.decision_log import LogForm
from roadmap.views.decision_reach import decision_or_404, told
from roadmap.views.templates import TYPES
from roles.capabilities import Capability
from roles.models import Department
from roles.packing import safe
from roles.pages import DistrictRequest, page
from roles.years import school_years

VIEW, ASK = Capability.DECISION_VIEW, Capability.DECISION_ASK
PER_PAGE = 50


@page("GET", requires=VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """Every decision; what is shown stands in the address."""
    form, today = _filters(request), request.district.today()
    found = log.logged(request.reach, form.cleaned_data)
    whole = log.with_departments(found)
    shown = Paginator(whole, PER_PAGE).get_page(request.GET.get("page"))
    place = request.GET.copy()
    place.pop("page", None)
    is_narrowed = any(form.cleaned_data.values())
    context = {
        "form": form,
        "page": shown,
        "place": place.urlencode(),
        "is_narrowed": is_narrowed,
        "waits_on_me": set(waiting_for(request.reach, today).values_list("pk", flat=True)),
        "may_ask": bool(request.access.reach(ASK)),
        "today": today,
    }
    return render(request, "roadmap/decisions.html", context)


@page("GET", requires=VIEW)
def log_file(request: DistrictRequest, kind: str) -> HttpResponse:
    """What the log shows for the filters in the address, as CSV or XLSX."""
    if kind not in TYPES:
        raise Http404
    found = log.logged(request.reach, _filters(request).cleaned_data)
    rows = log.rows(found, request.reach)
    if kind == "csv":
        content = spreadsheets.as_csv(log.COLUMNS, rows)
    else:
        content = spreadsheets.as_xlsx("Decisions", log.COLUMNS, rows)
    name = f"{safe(f'Decisions {request.district.name}')}.{kind}"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        content, content_type=TYPES[kind], headers={"Content-Disposition": disposition or ""}
    )


@page("GET", requires=VIEW)
def decision(request: DistrictRequest, pk: int) -> HttpResponse:
    """What is asked, who said what, and what the reader may do now."""
    shown = decision_or_404(request, pk)
    return render(request, "roadmap/decision.html", told(request, shown))


def _filters(request: DistrictRequest) -> LogForm:
    form = LogForm(
        request.GET,
        departments=Department.objects.reachable(request.reach),
        years=school_years(request),
    )
    form.is_valid()  # what fits no field is left aside
    return form

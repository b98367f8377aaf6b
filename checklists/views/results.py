"""What the ratings say: the page Results, the heat map, and the report of a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify

from checklists import suppression, workbook
from checklists.models import ChecklistTemplate, Window, WindowState
from checklists.models.templates import SUPPORT_NOT_EVALUATION
from checklists.reports import consistency
from checklists.reports.audience import Audience
from checklists.reports.groups import DEPARTMENTS
from checklists.reports.heat import LOW_PER_PAGE, heat, low_ratings
from checklists.reports.overview import overview
from checklists.reports.window_report import SCHOOLS_ONLY, WindowReport, window_report
from roles.capabilities import Capability
from roles.models import Level
from roles.pages import DistrictRequest, page
from roles.years import chosen_year

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCHOOLS_PER_PAGE = 50
COMPARED = 3  # windows in the heat map


@page("GET", requires=Capability.CHECKLIST_VIEW)
def results(request: DistrictRequest) -> HttpResponse:
    """Four questions: lowest items, trend, agreement, regularity; as far as the reader may know."""
    audience = Audience(request.access)
    windows = _windows(request)
    told = audience.told_of(windows)
    chosen = _chosen(request, told)
    asked = request.GET.get("role", "")
    found = overview(windows, chosen, asked, audience)
    schools = consistency.schools_with_forms(windows, request.reach)
    shown = Paginator(schools, SCHOOLS_PER_PAGE).get_page(request.GET.get("page"))
    columns = windows[-COMPARED:]
    context = {
        "found": found,
        "told": list(reversed(told)),
        "manages": audience.manages,
        "sees_groups": audience.sees_groups,
        "has_windows": bool(windows),
        "columns": columns,
        "page": shown,
        "schools": consistency.completion(list(shown), columns, request.reach),
        "why": suppression.WHY,
        "singles": suppression.SINGLES,
        "closed_only": suppression.CLOSED_ONLY,
        "schools_only": SCHOOLS_ONLY,
        "support": SUPPORT_NOT_EVALUATION,
    }
    return render(request, "checklists/results.html", context)


def _windows(request: DistrictRequest) -> list[Window]:
    """Those of the chosen school year that have opened, earliest first."""
    today = request.district.today()
    found = Window.objects.reachable(request.reach).filter(
        school_year=chosen_year(request), opened_at__isnull=False
    )
    windows = list(found.order_by("opens_on", "pk"))
    for window in windows:
        window.district = request.district
    return [window for window in windows if window.state(today) != WindowState.PLANNED]


def _chosen(request: DistrictRequest, windows: Sequence[Window]) -> Window | None:
    """The one that the address names, else the last one that closed, else the last."""
    asked = request.GET.get("window", "")
    named = next((window for window in windows if str(window.pk) == asked), None)
    today = request.district.today()
    over = [window for window in windows if window.state(today) == WindowState.CLOSED]
    return named or (over[-1] if over else windows[-1] if windows else None)


@page("GET", requires=Capability.CHECKLIST_MANAGE)
def heat_map(request: DistrictRequest) -> HttpResponse:
    """School by item for one checklist and window, beside the two windows before."""
    audience = Audience(request.access)
    windows = _windows(request)
    chosen = _chosen(request, windows)
    roles, of_schools = _roles(request)
    asked = request.GET.get("role", "")
    key = asked if asked in roles else next(iter([*of_schools, *roles]), "")
    only_low = request.GET.get("show") == "low"
    number = _number(request.GET.get("page", ""))
    context: dict[str, Any] = {
        "choices": list(reversed(windows)),
        "chosen": chosen,
        "roles": roles,
        "key": key,
        "title": roles.get(key, ""),
        "only_low": only_low,
        "number": number,
        "support": SUPPORT_NOT_EVALUATION,
    }
    if chosen and key and only_low:
        rows, total = low_ratings(chosen, key, audience, number)
        context |= {"low": rows, "total": total, "pages": max(1, -(-total // LOW_PER_PAGE))}
    elif chosen and key:
        until = windows[: windows.index(chosen) + 1][-COMPARED:]
        found = heat(until, key, audience, number)
        context |= {"heat": found, "total": found.total, "pages": found.pages}
    return render(request, "checklists/heat.html", context)


def _number(asked: str) -> int:
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _roles(request: DistrictRequest) -> tuple[dict[str, str], list[str]]:
    """The checklists by key, with the name of the role each is for; and those of schools' roles."""
    rows = ChecklistTemplate.objects.reachable(request.reach).exclude(
        status=ChecklistTemplate.Status.DRAFT
    )
    ordered = rows.order_by("role__order", "key", "number")
    named = list(ordered.values_list("key", "role__title", "role__level"))
    titles = {key: title or DEPARTMENTS for key, title, _ in named}
    return titles, [key for key, _, level in named if level == Level.SITE]


@page("GET", requires=Capability.CHECKLIST_VIEW)
def report(request: DistrictRequest, pk: int) -> HttpResponse:
    """One window on one page, to print or take along."""
    return render(request, "checklists/report.html", {"report": _report(request, pk)})


def _report(request: DistrictRequest, pk: int) -> WindowReport:
    window = get_object_or_404(Window.objects.reachable(request.reach), pk=pk)
    window.district = request.district
    return window_report(window, request.access)


@page("GET", requires=Capability.CHECKLIST_VIEW)
def report_xlsx(request: DistrictRequest, pk: int) -> HttpResponse:
    """The same as a workbook."""
    found = _report(request, pk)
    name = f"{slugify(found.window.label) or 'window'}-{found.made_at:%Y-%m-%d}.xlsx"
    return HttpResponse(
        workbook.of_window(found, request.district.name),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

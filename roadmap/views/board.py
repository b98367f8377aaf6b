"""The roadmap's views over a year."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from roadmap import narrowing, reports
from roadmap.boards.board import board
from roadmap.boards.pieces import GROUP, Names, Pages, Reader
from roadmap.boards.timeline import timeline
from roadmap.filters import MONTH, VIEWS, Place
from roadmap.services import adoption
from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from roles.years import chosen_year


@page("GET", requires=Capability.ROADMAP_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    """The year's milestones: by month, as a timeline, or in sections, narrowed by the address."""
    year, today = chosen_year(request), request.district.today()
    manages = request.access.reach(Capability.ROADMAP_MANAGE)
    phases = reports.by_phase(request.reach, year, today) if year else []
    context: dict[str, Any] = {"year": year, "today": today, "manages": bool(manages)}
    if year is None or not phases:
        offered = len(adoption.templates(request.district))
        return render(request, "roadmap/empty.html", context | {"offered": offered})
    roles = narrowing.owners(request.reach, year)
    form = narrowing.form_of(request.GET, phases, roles, request.reach, year)
    place = narrowing.place_of(form, request.GET, request.reach, year, today)
    reader = Reader(
        place,
        year,
        today,
        Names({each.pk: each for each in phases}, {role.pk: role for role in roles}),
        Pages(*(_some(request, name) for name in ("detail", "redate"))),
        may_move=lambda m: year.archived_at is None and manages.covers(m.school_id),
    )
    shown = board(
        narrowing.let_through(request.reach, year, place, today),
        reader,
        page=narrowing.number(request.GET, "page"),
        fold=place.view == MONTH and not place.filters and "earlier" not in request.GET,
    )
    context |= {
        "form": form,
        "place": place,
        "figures": _sum(phases),
        "phases": phases,
        "board": shown,
        "by_month": reader.by_month,
        "earlier": request.GET.get("earlier", ""),
        "views": _tabs(place, phases),
        "picks": bool(manages) and year.archived_at is None and "pick" in request.GET,
        "timeline": timeline(shown, reader) if place.view == "timeline" else None,
    }
    if request.htmx and GROUP in request.GET:
        return render(request, "roadmap/_group.html", context)
    return render(request, "roadmap/index.html", context)


def _some(request: DistrictRequest, name: str) -> str:
    return reverse(f"roadmap:{name}", args=[request.district.slug, Pages.SOME])


def _sum(phases: list[reports.PhaseFigures]) -> reports.Counts:
    return reports.Counts(
        total=sum(each.total for each in phases),
        done=sum(each.done for each in phases),
        late=sum(each.late for each in phases),
        soon=sum(each.soon for each in phases),
        mine=sum(each.mine for each in phases),
    )


def _tabs(
    place: Place, phases: list[reports.PhaseFigures]
) -> list[tuple[str, str, int | None, bool]]:
    """Address, words, figure of the year if it has one, and whether it is the one shown."""
    figures = _sum(phases)
    numbers = {"mine": figures.mine, "overdue": figures.late}
    return [(place.to(key), words, numbers.get(key), key == place.view) for key, words in VIEWS]

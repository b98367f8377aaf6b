"""Pages of the roof: they read several apps and change none."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from roles.capabilities import Capability
from roles.models import HomeKind
from roles.pages import DistrictRequest, page
from roles.years import chosen_year
from tutoring_admin.dashboards import reports
from tutoring_admin.dashboards.homes import HOMES, WORDS, executive, places
from tutoring_admin.dashboards.search import find

NOON, EVENING = 12, 17  # o'clock in the district


@dataclass(frozen=True)
class Hat:
    """A home as something to choose."""

    kind: HomeKind
    words: str
    is_current: bool


@page("GET", requires=Capability.HOME_VIEW)
def today(request: DistrictRequest) -> HttpResponse:
    """The home that this person chose, or the only one there is."""
    place = _place(request)
    if place.kind is None and place.kinds:
        return redirect("dashboards:home-choose", district=request.district.slug)
    module = HOMES.get(place.kind) if place.kind else None
    if place.kind is None or module is None:
        return _desk(request, place)
    day = request.district.today()
    context = {
        "home": module.home(request.access, chosen_year(request), day),
        "day": day,
        "greeting": _greeting(request),
        "hats": _hats(place),
    }
    return render(request, f"dashboards/homes/{place.kind.value}.html", context)


@page("GET", "POST", requires=Capability.HOME_VIEW)
def home_choose(request: DistrictRequest) -> HttpResponse:
    """Whoever does two jobs says which home opens first; the other one stays a click away."""
    place = _place(request)
    asked = request.POST.get("kind", "")
    if asked in place.kinds:
        places.choose(place, HomeKind(asked))
        return redirect("dashboards:today", district=request.district.slug)
    is_wrong = request.method == "POST"
    context = {"homes": _hats(place), "is_wrong": is_wrong}
    return render(request, "dashboards/home_choose.html", context, status=422 if is_wrong else 200)


@page("GET", requires=Capability.DASHBOARD_VIEW)
def champion(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    home = executive.home(request.access, chosen_year(request), day)
    context = {"home": home, "day": day, "greeting": _greeting(request)}
    return render(request, "dashboards/homes/executive.html", context)


@page("GET", requires=Capability.HOME_VIEW)
def search(request: DistrictRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    groups = find(request.access, words, request.district.today())
    return render(request, "dashboards/search.html", {"words": words.strip(), "groups": groups})


def _desk(request: DistrictRequest, place: places.Place) -> HttpResponse:
    day = request.district.today()
    desk = reports.desk(request.access, chosen_year(request), day)
    context = {
        "desk": desk,
        "day": day,
        "greeting": _greeting(request),
        "hats": _hats(place),
        "sees_program": bool(request.access.reach(Capability.DASHBOARD_VIEW)),
    }
    return render(request, "dashboards/today.html", context)


def _place(request: DistrictRequest) -> places.Place:
    here = [m.level for m in request.memberships if m.district_id == request.district.pk]
    return places.place_of(request.access, here, request.district.today())


def _hats(place: places.Place) -> list[Hat]:
    return [Hat(kind, WORDS[kind], kind == place.kind) for kind in place.kinds]


def _greeting(request: DistrictRequest) -> str:
    hour = timezone.localtime(timezone=request.district.zone).hour
    part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
    return f"Good {part}, {request.user.first_name or request.user}"

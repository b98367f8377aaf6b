"""Pages of the roof: they read several apps and change none."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from roadmap.forms.coaching import ShortTalkForm
from roadmap.services import coaching
from roles.capabilities import Capability
from roles.models import HomeKind
from roles.pages import DistrictRequest, page
from roles.services.refusal import Refused
from roles.years import chosen_year
from tutoring_admin.dashboards.homes import HOMES, WORDS, coach, executive, places

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
    if place.kind is None:
        return redirect("dashboards:home-choose", district=request.district.slug)
    day = request.district.today()
    context = {
        "home": HOMES[place.kind].home(request.access, chosen_year(request), day),
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


@page("GET", "POST", requires=Capability.ROADMAP_WORK)
def talk(request: DistrictRequest) -> HttpResponse:
    """A coaching talk noted from the coach's home; `?with=` is the position of the other one."""
    asked, year = request.GET.get("with", ""), chosen_year(request)
    form = ShortTalkForm(
        request.POST or None,
        reach=request.reach,
        year=year,
        user=request.user,
        initial={"coached": asked} if asked.isdecimal() else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            entry = coaching.log(by=request.reach, **form.cleaned_data)
        except Refused as refused:
            form.add_error("coached", str(refused))
        else:
            said = f"Noted. {entry.coached_person} can read it, and who runs the program."
            messages.success(request, said)
            return redirect("dashboards:today", district=request.district.slug)
    day = request.district.today()
    context = {
        "home": coach.home(request.access, year, day, form=form),
        "day": day,
        "greeting": _greeting(request),
        "hats": _hats(_place(request)),
    }
    status = 422 if form.errors else 200
    return render(request, "dashboards/homes/coach.html", context, status=status)


@page("GET", requires=Capability.DASHBOARD_VIEW)
def champion(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    home = executive.home(request.access, chosen_year(request), day)
    context = {"home": home, "day": day, "greeting": _greeting(request)}
    return render(request, "dashboards/homes/executive.html", context)


def _place(request: DistrictRequest) -> places.Place:
    here = [m.level for m in request.memberships if m.district_id == request.district.pk]
    return places.place_of(request.access, here, request.district.today())


def _hats(place: places.Place) -> list[Hat]:
    return [Hat(kind, WORDS[kind], kind == place.kind) for kind in place.kinds]


def _greeting(request: DistrictRequest) -> str:
    hour = timezone.localtime(timezone=request.district.zone).hour
    part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
    return f"Good {part}, {request.user.first_name or request.user}"

"""Who has not acknowledged their job description, and reminding them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from roles.capabilities import Capability
from roles.forms.acknowledgements import AcknowledgementFilter
from roles.pages import DistrictRequest, page
from roles.reports import acknowledgements as reports
from roles.services import reminding
from roles.tables.own import ACKNOWLEDGEMENTS
from roles.views.tables import answer

PER_PAGE = 25
FEW = 8  # places named beside the list


@page("GET", requires=Capability.PEOPLE_VIEW)
def index(request: DistrictRequest) -> HttpResponse:
    day = request.district.today()
    totals = reports.totals(request.reach, day)
    form = AcknowledgementFilter(request.GET, totals=totals)
    wanted = form.wanted()
    unread = reports.shown(reports.unread(request.reach, day, wanted))
    shown = Paginator(unread, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wanted": wanted,
        "totals": totals,
        "places": [place for place in totals.places if place.missing][:FEW],
        "page": shown,
        "rows": reports.rows(shown, request.reach, day),
        "may_remind": bool(request.access.reach(Capability.ROLES_MANAGE)),
    }
    return render(request, "roles/acknowledgements.html", context)


@page("POST", requires=Capability.ROLES_MANAGE)
def remind(request: DistrictRequest) -> HttpResponse:
    """One person at once; all who are shown after a look at how many that is."""
    day = request.district.today()
    totals = reports.totals(request.reach, day)
    wanted = AcknowledgementFilter(request.POST, totals=totals).wanted()
    unread = reports.unread(request.reach, day, wanted)
    person = request.POST.get("assignment", "")
    if person.isdecimal() and len(person) <= 18:
        unread = unread.filter(pk=int(person))
    elif "confirm" not in request.POST:
        people = len(set(reminding.unread(unread, request.district, day).values_list("holder")))
        context = {"wanted": wanted, "people": people}
        return render(request, "roles/acknowledgements_remind.html", context)
    _say(request, reminding.remind_now(unread, by=request.reach))
    return redirect(_back(request, wanted))


def _say(request: DistrictRequest, told: list[str]) -> None:
    if not told:
        messages.warning(request, "Nobody was written to: each was reminded today, or has read.")
    elif len(told) == 1:
        messages.success(request, f"{told[0]} is reminded. The letter is on its way.")
    else:
        messages.success(request, f"{len(told)} people are reminded. Their letters are on the way.")


def _back(request: DistrictRequest, wanted: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(wanted)
    address = reverse("roles:acknowledgements", args=[request.district.slug])
    return f"{address}?{query.urlencode()}" if wanted else address


@page("GET", requires=Capability.PEOPLE_VIEW)
def export(request: DistrictRequest) -> HttpResponseBase:
    """Everyone asked, as a table for personnel files."""
    return answer(request, ACKNOWLEDGEMENTS, "csv")

"""The page "Systems": what an IT lead asks before and after an install, in one list."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse

from roles.capabilities import Capability
from roles.pages import DistrictRequest, page
from tutoring_admin.systems.places import GROUPS, PLACES, Place


@dataclass(frozen=True)
class Row:
    place: Place
    address: str
    state: str


@page("GET", requires=Capability.SYSTEMS_MANAGE)
def index(request: DistrictRequest) -> HttpResponse:
    """Each place that the reader may open, in its group."""
    rows = [row for place in PLACES if (row := _row(request, place))]
    groups = [(group, [row for row in rows if row.place.group == group]) for group in GROUPS]
    context = {"groups": [(group, found) for group, found in groups if found]}
    return render(request, "systems/index.html", context)


def _row(request: DistrictRequest, place: Place) -> Row | None:
    address = reverse(place.view_name, args=[request.district.slug])
    needed = getattr(resolve(address).func, "requires")  # noqa: B009 -- @page puts it there
    if not request.access.reach(needed):
        return None
    return Row(place, address, place.state(request.access))
